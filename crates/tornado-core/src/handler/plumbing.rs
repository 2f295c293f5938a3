//! `Handler`: how a handler reaches what it wraps.

use std::future::Future;

use crate::{Exchange, RequestHandler, Result};

/// What makes a struct a handler: it wraps another one, down to the
/// [`Exchange`].
///
/// Write `#[derive(Handler)]`; there is nothing to implement by hand. The first
/// field of a tuple struct, or the field named `base`, or the one marked
/// `#[base]`, is what the handler inherits from, as a Python class inherits
/// from its base class.
///
/// ```
/// use tornado_core::{Exchange, Handler, RequestHandler};
///
/// #[derive(Handler)]
/// # #[handler(crate = tornado_core)]
/// struct BaseHandler(Exchange); // class BaseHandler(tornado.web.RequestHandler):
/// impl RequestHandler for BaseHandler {}
///
/// #[derive(Handler)]
/// # #[handler(crate = tornado_core)]
/// struct MainHandler { base: BaseHandler, greeting: &'static str } // class MainHandler(BaseHandler):
/// impl RequestHandler for MainHandler {}
///
/// fn base_of<H: Handler<Base = BaseHandler>>() {}
/// base_of::<MainHandler>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler",
    label = "not a handler",
    note = "put `#[derive(Handler)]` on it, and let its first field (or the one named `base`) be what it \
            inherits from: `Exchange`, or another handler"
)]
pub trait Handler: Sized + Send + Sync + 'static {
    /// What it inherits from.
    type Base: RequestHandler;

    /// What it inherits from, for `super().method()`.
    fn base(&self) -> &Self::Base;

    /// What it inherits from, for `super().method()`.
    ///
    /// ```
    /// use tornado_core::{Exchange, Handler, RequestHandler, Result};
    ///
    /// #[derive(Handler)]
    /// # #[handler(crate = tornado_core)]
    /// struct Page(Exchange);
    ///
    /// impl RequestHandler for Page {
    ///     async fn prepare(&mut self) -> Result {
    ///         self.base_mut().prepare().await // await super().prepare()
    ///     }
    /// }
    /// ```
    fn base_mut(&mut self) -> &mut Self::Base;

    /// The exchange at the root.
    fn exchange(&self) -> &Exchange;

    /// The exchange at the root.
    fn exchange_mut(&mut self) -> &mut Exchange;

    /// The `get` of a handler that has not written one. It is that of what it
    /// inherits from; `#[handler(static_files)]` makes it one that calls the
    /// handler's own hooks.
    #[doc(hidden)]
    #[inline]
    fn inherited_get(&mut self) -> impl Future<Output = Result> + Send {
        self.base_mut().get()
    }

    /// The same for `head`.
    #[doc(hidden)]
    #[inline]
    fn inherited_head(&mut self) -> impl Future<Output = Result> + Send {
        self.base_mut().head()
    }
}

impl Handler for Exchange {
    type Base = Exchange;

    #[inline]
    fn base(&self) -> &Exchange {
        self
    }

    #[inline]
    fn base_mut(&mut self) -> &mut Exchange {
        self
    }

    #[inline]
    fn exchange(&self) -> &Exchange {
        self
    }

    #[inline]
    fn exchange_mut(&mut self) -> &mut Exchange {
        self
    }
}
