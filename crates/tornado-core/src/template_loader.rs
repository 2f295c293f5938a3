//! `TemplateLoader`: where the templates of a handler come from.

use std::sync::Arc;

use tornado_template::{DictLoader, Error, Finding, Known, Loader, Template, Value};

/// Where a handler's templates come from: a [`Loader`] or a [`DictLoader`], by
/// `into()` (Tornado's `BaseLoader`).
///
/// The setting [`template_loader`](crate::Settings::template_loader) takes one, and the
/// hook [`create_template_loader`](crate::RequestHandler::create_template_loader)
/// makes one. A clone is the same one.
#[derive(Clone, Debug)]
pub struct TemplateLoader(Loader);

impl From<Loader> for TemplateLoader {
    fn from(loader: Loader) -> TemplateLoader {
        TemplateLoader(loader)
    }
}

impl From<DictLoader> for TemplateLoader {
    fn from(loader: DictLoader) -> TemplateLoader {
        TemplateLoader(loader.into())
    }
}

impl TemplateLoader {
    pub(crate) fn load(&self, name: &str) -> Result<Template, Error> {
        self.0.load(name)
    }

    pub(crate) fn text(&self, name: &str) -> Result<String, Error> {
        self.0.text(name)
    }

    pub(crate) fn check(&self, known: &Known) -> Result<Vec<Finding>, Error> {
        self.0.check(known)
    }

    /// With these names for all its templates.
    pub(crate) fn names(self, names: impl IntoIterator<Item = (Arc<str>, Value)>) -> Self {
        let loader = names
            .into_iter()
            .fold(self.0, |loader, (name, value)| loader.name(name, value));
        TemplateLoader(loader)
    }

    /// It keeps nothing that it has loaded.
    pub(crate) fn without_cache(self) -> Self {
        TemplateLoader(self.0.cache(false))
    }
}
