//! `Class`: the handler class of a request, for the code of its bases.

use std::any::{Any, TypeId};
use std::future::Future;
#[cfg(feature = "templates")]
use std::path::{Path, PathBuf};
use std::pin::Pin;

use http::HeaderValue;
use tornado_cookies::SetCookie;
#[cfg(feature = "templates")]
use tornado_template::{Args, Context, Value};

use super::Exchange;
use crate::arguments::ArgumentSource;
use crate::chunk::Chunk;
use crate::class_attributes::ClassAttributes;
use crate::error::Result;
use crate::locale::Locale;
use crate::static_url::StaticUrlOptions;
#[cfg(feature = "templates")]
use crate::template_loader::TemplateLoader;
use crate::user::User;

/// The hooks of the outermost class that services call.
///
/// A base is a field of the classes derived from it and does not know them, so
/// a service that is called by a base's code asks here. Hooks that take the
/// exchange instead of `self` are called directly. For the others, the value of
/// the calling class is `away` and is wrapped up to the outermost class.
pub(crate) trait Class: Send + Sync {
    /// Its name, for messages.
    fn name(&self) -> &'static str;

    fn decode_argument(
        &self,
        exchange: &Exchange,
        value: &[u8],
        name: Option<&str>,
    ) -> Result<String>;

    fn do_get_argument(
        &self,
        exchange: &Exchange,
        name: &str,
        source: ArgumentSource,
        strip: bool,
    ) -> Result<Option<String>>;

    fn do_write(&self, exchange: &mut Exchange, chunk: Chunk);

    fn do_set_cookie<'a>(&self, exchange: &'a mut Exchange, cookie: SetCookie)
    -> &'a mut SetCookie;

    fn do_xsrf_token(&self, exchange: &mut Exchange) -> Result<String>;

    fn do_reverse_url(&self, exchange: &Exchange, name: &str, args: &[&str]) -> Result<String>;

    fn do_static_url(
        &self,
        exchange: &Exchange,
        path: &str,
        options: &StaticUrlOptions,
    ) -> Result<String>;

    fn include_host(&self, exchange: &Exchange) -> bool;

    /// Why no value of this class can be made around one of the class `inner`,
    /// which has this exchange.
    fn obstacle(&self, inner: TypeId, exchange: &Exchange) -> Option<Obstacle>;

    fn author_of_get_current_user(&self) -> Author;

    fn author_of_get_user_locale(&self) -> Author;

    fn get_current_user<'a>(&self, away: Away<'a>) -> Asked<'a, Result<Option<User>>>;

    fn get_user_locale<'a>(&self, away: Away<'a>) -> Asked<'a, Result<Option<Locale>>>;

    fn set_default_headers(&self, away: Away<'_>);

    fn compute_etag(&self, away: Away<'_>) -> Option<HeaderValue>;

    #[cfg(feature = "templates")]
    fn get_template_path(&self, exchange: &Exchange) -> Option<PathBuf>;

    #[cfg(feature = "templates")]
    fn create_template_loader(
        &self,
        exchange: &Exchange,
        path: Option<&Path>,
    ) -> Result<TemplateLoader>;

    #[cfg(feature = "templates")]
    fn author_of_get_template_namespace(&self) -> Author;

    #[cfg(feature = "templates")]
    fn author_of_template_attribute(&self) -> Author;

    #[cfg(feature = "templates")]
    fn get_template_namespace<'a>(&self, away: Away<'a>) -> Asked<'a, Result<Context>>;

    #[cfg(feature = "templates")]
    fn template_attribute<'a>(
        &self,
        away: Away<'a>,
        name: &'a str,
        args: Option<Args>,
    ) -> Asked<'a, Result<Option<Value>>>;

    #[cfg(feature = "templates")]
    fn render_linked_js(&self, exchange: &Exchange, files: &[String]) -> Result<String>;

    #[cfg(feature = "templates")]
    fn render_embed_js(&self, exchange: &Exchange, scripts: &[String]) -> Result<String>;

    #[cfg(feature = "templates")]
    fn render_linked_css(&self, exchange: &Exchange, files: &[String]) -> Result<String>;

    #[cfg(feature = "templates")]
    fn render_embed_css(&self, exchange: &Exchange, styles: &[String]) -> Result<String>;
}

/// Where the value of the calling class is, as an `Option` of its type.
pub(crate) type Away<'a> = &'a mut (dyn Any + Send);

/// The result of an async hook.
pub(crate) type Asked<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Which class, among a class and its bases, has written an async hook.
pub(crate) struct Author {
    pub(crate) id: TypeId,
    pub(crate) class: &'static dyn Class,
}

/// A class whose values can't be rebuilt, since part of them would be lost.
#[derive(Debug)]
pub(crate) struct Obstacle {
    pub(crate) class: &'static str,
    pub(crate) fields: &'static [&'static str],
}

/// What a route knows about the class that it leads to.
pub(crate) struct RouteClass {
    pub(crate) id: TypeId,
    pub(crate) class: &'static dyn Class,
    pub(crate) attributes: ClassAttributes,
    /// What makes a handler from its base, if the route was given that: a type
    /// of the dispatcher.
    pub(crate) factory: Option<Box<dyn Any + Send + Sync>>,
}
