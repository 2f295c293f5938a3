//! `ClassOf`: the hooks of a handler type, for the code of its bases.

use std::any::{Any, TypeId, type_name};
use std::future::Future;
use std::marker::PhantomData;
#[cfg(feature = "templates")]
use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::HeaderValue;
use tornado_cookies::SetCookie;
#[cfg(feature = "templates")]
use tornado_template::{Args, Context, Value};

use crate::arguments::ArgumentSource;
use crate::class_attributes::ClassAttributes;
use crate::exchange::{Asked, Author, Away, Class, Obstacle, RouteClass};
use crate::handler::{Inherited, OwnFields};
use crate::locale::Locale;
#[cfg(feature = "templates")]
use crate::template_loader::TemplateLoader;
use crate::{Chunk, Exchange, Handler, RequestHandler, Result, StaticUrlOptions, User};

/// A handler type as the outermost class of its requests.
struct ClassOf<H>(PhantomData<fn() -> H>);

/// What a route knows about this class.
pub(super) fn route_to<H: RequestHandler>(factory: Option<Factory<H>>) -> RouteClass {
    let mut attributes = ClassAttributes::default();
    H::class_attributes(&mut attributes);
    RouteClass {
        id: TypeId::of::<H>(),
        class: class_of::<H>(),
        attributes,
        factory: factory.map(|factory| Box::new(factory) as Box<_>),
    }
}

#[inline]
fn class_of<H: RequestHandler>() -> &'static dyn Class {
    &ClassOf::<H>(PhantomData)
}

/// What makes a handler from its base, without naming its type.
pub(super) struct Factory<H: Handler>(pub(super) Box<dyn Fn(H::Base) -> H + Send + Sync>);

impl<H: RequestHandler> Class for ClassOf<H> {
    fn name(&self) -> &'static str {
        type_name::<H>()
    }

    fn decode_argument(
        &self,
        exchange: &Exchange,
        value: &[u8],
        name: Option<&str>,
    ) -> Result<String> {
        H::decode_argument(exchange, value, name)
    }

    fn do_get_argument(
        &self,
        exchange: &Exchange,
        name: &str,
        source: ArgumentSource,
        strip: bool,
    ) -> Result<Option<String>> {
        H::do_get_argument(exchange, name, source, strip)
    }

    fn do_write(&self, exchange: &mut Exchange, chunk: Chunk) {
        H::do_write(exchange, chunk);
    }

    fn do_set_cookie<'a>(
        &self,
        exchange: &'a mut Exchange,
        cookie: SetCookie,
    ) -> &'a mut SetCookie {
        H::do_set_cookie(exchange, cookie)
    }

    fn do_xsrf_token(&self, exchange: &mut Exchange) -> Result<String> {
        H::do_xsrf_token(exchange)
    }

    fn do_reverse_url(&self, exchange: &Exchange, name: &str, args: &[&str]) -> Result<String> {
        H::do_reverse_url(exchange, name, args)
    }

    fn do_static_url(
        &self,
        exchange: &Exchange,
        path: &str,
        options: &StaticUrlOptions,
    ) -> Result<String> {
        H::do_static_url(exchange, path, options)
    }

    fn include_host(&self, exchange: &Exchange) -> bool {
        H::include_host(exchange)
    }

    fn obstacle(&self, inner: TypeId, exchange: &Exchange) -> Option<Obstacle> {
        match H::OWN_FIELDS {
            OwnFields::Given if factory::<H>(exchange.route()).is_some() => {
                obstacle::<H::Base>(inner)
            }
            _ => obstacle::<H>(inner),
        }
    }

    fn author_of_get_current_user(&self) -> Author {
        if !is_root::<H>() && inherits(H::get_current_user, H::Base::get_current_user) {
            return class_of::<H::Base>().author_of_get_current_user();
        }
        author::<H>()
    }

    fn author_of_get_user_locale(&self) -> Author {
        if !is_root::<H>() && inherits(H::get_user_locale, H::Base::get_user_locale) {
            return class_of::<H::Base>().author_of_get_user_locale();
        }
        author::<H>()
    }

    fn get_current_user<'a>(&self, away: Away<'a>) -> Asked<'a, Result<Option<User>>> {
        Box::pin(async move { Wrapped::<H>::new(away).handler().get_current_user().await })
    }

    fn get_user_locale<'a>(&self, away: Away<'a>) -> Asked<'a, Result<Option<Locale>>> {
        Box::pin(async move { Wrapped::<H>::new(away).handler().get_user_locale().await })
    }

    fn set_default_headers(&self, away: Away<'_>) {
        Wrapped::<H>::new(away).handler().set_default_headers();
    }

    fn compute_etag(&self, away: Away<'_>) -> Option<HeaderValue> {
        Wrapped::<H>::new(away).handler().compute_etag()
    }

    #[cfg(feature = "templates")]
    fn get_template_path(&self, exchange: &Exchange) -> Option<PathBuf> {
        H::get_template_path(exchange)
    }

    #[cfg(feature = "templates")]
    fn create_template_loader(
        &self,
        exchange: &Exchange,
        path: Option<&Path>,
    ) -> Result<TemplateLoader> {
        H::create_template_loader(exchange, path)
    }

    #[cfg(feature = "templates")]
    fn author_of_get_template_namespace(&self) -> Author {
        if !is_root::<H>() && inherits(H::get_template_namespace, H::Base::get_template_namespace) {
            return class_of::<H::Base>().author_of_get_template_namespace();
        }
        author::<H>()
    }

    #[cfg(feature = "templates")]
    fn author_of_template_attribute(&self) -> Author {
        if !is_root::<H>() && inherits_attribute::<H>() {
            return class_of::<H::Base>().author_of_template_attribute();
        }
        author::<H>()
    }

    #[cfg(feature = "templates")]
    fn get_template_namespace<'a>(&self, away: Away<'a>) -> Asked<'a, Result<Context>> {
        Box::pin(async move {
            let mut wrapped = Wrapped::<H>::new(away);
            wrapped.handler().get_template_namespace().await
        })
    }

    #[cfg(feature = "templates")]
    fn template_attribute<'a>(
        &self,
        away: Away<'a>,
        name: &'a str,
        args: Option<Args>,
    ) -> Asked<'a, Result<Option<Value>>> {
        Box::pin(async move {
            let mut wrapped = Wrapped::<H>::new(away);
            wrapped.handler().template_attribute(name, args).await
        })
    }

    #[cfg(feature = "templates")]
    fn render_linked_js(&self, exchange: &Exchange, files: &[String]) -> Result<String> {
        H::render_linked_js(exchange, files)
    }

    #[cfg(feature = "templates")]
    fn render_embed_js(&self, exchange: &Exchange, scripts: &[String]) -> Result<String> {
        H::render_embed_js(exchange, scripts)
    }

    #[cfg(feature = "templates")]
    fn render_linked_css(&self, exchange: &Exchange, files: &[String]) -> Result<String> {
        H::render_linked_css(exchange, files)
    }

    #[cfg(feature = "templates")]
    fn render_embed_css(&self, exchange: &Exchange, styles: &[String]) -> Result<String> {
        H::render_embed_css(exchange, styles)
    }
}

/// Whether a class of the handler says who is asking.
pub(super) fn knows_users<H: RequestHandler>() -> bool {
    class_of::<H>().author_of_get_current_user().id != TypeId::of::<Exchange>()
}

fn author<H: RequestHandler>() -> Author {
    Author {
        id: TypeId::of::<H>(),
        class: class_of::<H>(),
    }
}

/// Whether the class inherits an async hook from its base.
fn inherits<'a, H, B, F, G>(_own: fn(&'a mut H) -> F, _of_base: fn(&'a mut B) -> G) -> bool
where
    H: Handler<Base = B>,
    B: 'a,
    F: Future,
    G: Future,
{
    typeid::of::<F>() == typeid::of::<Inherited<H, G>>()
}

/// As `inherits`, for `template_attribute`.
#[cfg(feature = "templates")]
fn inherits_attribute<H: RequestHandler>() -> bool {
    fn compare<'a, H, B, F, G>(
        _own: fn(&'a mut H, &'a str, Option<Args>) -> F,
        _of_base: fn(&'a mut B, &'a str, Option<Args>) -> G,
    ) -> bool
    where
        H: Handler<Base = B>,
        B: 'a,
        F: Future,
        G: Future,
    {
        typeid::of::<F>() == typeid::of::<Inherited<H, G>>()
    }
    compare(H::template_attribute, H::Base::template_attribute)
}

/// The first class, from the outside in as far as `inner`, that can't be
/// rebuilt around its base.
fn obstacle<H: Handler>(inner: TypeId) -> Option<Obstacle> {
    if TypeId::of::<H>() == inner {
        return None;
    }
    let fields: &[&str] = match H::OWN_FIELDS {
        OwnFields::Remade => return obstacle::<H::Base>(inner),
        // Only the outermost class has a factory.
        OwnFields::Given => &[],
        OwnFields::Lost(fields) => fields,
    };
    Some(Obstacle {
        class: type_name::<H>(),
        fields,
    })
}

/// The outermost handler around the value that is lent out; dropping it takes
/// that value out again.
struct Wrapped<'a, H: RequestHandler> {
    handler: Option<H>,
    away: Away<'a>,
}

impl<'a, H: RequestHandler> Wrapped<'a, H> {
    fn new(away: Away<'a>) -> Self {
        let handler = wrap_up(away).and_then(made_again::<H>);
        Wrapped { handler, away }
    }

    fn handler(&mut self) -> &mut H {
        let handler = self.handler.as_mut();
        handler.expect("`obstacle` was asked before, and had found nothing")
    }
}

impl<H: RequestHandler> Drop for Wrapped<'_, H> {
    fn drop(&mut self) {
        if let Some(handler) = self.handler.take() {
            unwrap_down(handler, self.away);
        }
    }
}

/// Has the route's factory make the handler again, if it is the factory of this
/// class.
fn made_again<H: RequestHandler>(base: H::Base) -> Option<H> {
    let route = base.exchange().route().cloned();
    match factory::<H>(route.as_ref()) {
        Some(factory) => Some((factory.0)(base)),
        None => H::around(base),
    }
}

/// The factory of a route, if it makes this class.
fn factory<H: RequestHandler>(route: Option<&Arc<RouteClass>>) -> Option<&Factory<H>> {
    route?.factory.as_ref()?.downcast_ref()
}

fn wrap_up<H: Handler>(away: &mut (dyn Any + Send)) -> Option<H> {
    if let Some(value) = away.downcast_mut::<Option<H>>() {
        return value.take();
    }
    if is_root::<H>() {
        return None;
    }
    H::around(wrap_up(away)?)
}

fn unwrap_down<H: Handler>(handler: H, away: &mut (dyn Any + Send)) {
    if let Some(value) = away.downcast_mut::<Option<H>>() {
        *value = Some(handler);
    } else if !is_root::<H>() {
        unwrap_down(handler.into_base(), away);
    }
}

/// Whether it is the exchange, which is its own base.
fn is_root<H: Handler>() -> bool {
    TypeId::of::<H>() == TypeId::of::<H::Base>()
}
