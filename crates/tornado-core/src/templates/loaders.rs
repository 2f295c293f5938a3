//! The loaders of an application, by template path.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use tornado_template::{Loader, Whitespace};

use super::methods;
use super::settings::LoaderSetting;
use crate::service::{ask, missing_setting};
use crate::template_loader::TemplateLoader;
use crate::{RequestHandler, Result, Settings};

/// The loaders that have been made.
#[derive(Default)]
struct Loaders(RwLock<HashMap<Option<PathBuf>, TemplateLoader>>);

/// The loader of a handler: one for each path and application.
pub(super) fn loader_of<H: RequestHandler>(handler: &H) -> Result<TemplateLoader> {
    let exchange = handler.exchange();
    let class = exchange.outer_class::<H>();
    let path = ask("get_template_path", || match class {
        None => H::get_template_path(exchange),
        Some(class) => class.get_template_path(exchange),
    });
    let loaders = exchange.application().state_or_init(|_| Loaders::default());
    let known = loaders.0.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(loader) = known.get(&path) {
        return Ok(loader.clone());
    }
    drop(known);
    let made = ask("create_template_loader", || match class {
        None => H::create_template_loader(exchange, path.as_deref()),
        Some(class) => class.create_template_loader(exchange, path.as_deref()),
    })?;
    let loader = equipped(made, exchange.application().settings());
    let mut known = loaders.0.write().unwrap_or_else(PoisonError::into_inner);
    Ok(known.entry(path).or_insert(loader).clone())
}

/// Adds what the application provides to all its templates.
pub(super) fn equipped(loader: TemplateLoader, settings: &Settings) -> TemplateLoader {
    let loader = loader.names(methods::names(settings));
    if settings.get_compiled_template_cache() {
        loader
    } else {
        loader.without_cache()
    }
}

/// The default of the hook `create_template_loader`.
pub(crate) fn create_template_loader(
    settings: &Settings,
    path: Option<&Path>,
) -> Result<TemplateLoader> {
    if let Some(LoaderSetting(loader)) = settings.get_state() {
        return Ok(loader.clone());
    }
    let path = path.ok_or_else(|| missing_setting("template_path", "render"))?;
    let mut loader = Loader::new(path);
    if let Some(function) = settings.get_autoescape() {
        loader = loader.autoescape(function);
    }
    if let Some(mode) = settings.get_template_whitespace() {
        loader = loader.whitespace(Whitespace::named(mode)?);
    }
    Ok(loader.into())
}
