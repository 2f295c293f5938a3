//! The derive macro of tornado-web.
//!
//! Nobody depends on this crate by itself: `tornado_web::Handler` is the derive below, re-exported.

mod fields;
mod generics;
mod handler;
mod options;
mod service_names;

/// Makes a struct a handler: says which field is the base it inherits from.
///
/// It plays the part of `class MainHandler(BaseHandler):`. What is inherited from is a field, since
/// Rust has no subclasses; every hook that the handler leaves out is then its base's. What the class
/// *does* is written by hand, in `impl RequestHandler for MainHandler`.
///
/// ```
/// # mod tornado_web { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mock/mod.rs")); }
/// # use tornado_macros::Handler;
/// use tornado_web::prelude::*;
///
/// #[derive(Handler)]
/// # #[handler(crate = tornado_web)]
/// struct BaseHandler(Exchange);
///
/// impl RequestHandler for BaseHandler {
///     fn get_login_url(&self) -> String {
///         "/login".to_owned()
///     }
/// }
///
/// #[derive(Handler)]
/// # #[handler(crate = tornado_web)]
/// struct MainHandler(BaseHandler);
///
/// impl RequestHandler for MainHandler {}
///
/// # let exchange = Exchange::default();
/// let handler = MainHandler(BaseHandler(exchange));
/// assert_eq!(handler.get_login_url(), "/login");
/// ```
///
/// # The base
///
/// The base is the field marked `#[base]`; without a mark the field named `base`; without that name the
/// first field of a tuple struct, or the only field of a struct with named fields. Anything else does
/// not compile. The base must be a handler, and at least as visible as the struct itself.
///
/// A base may be generic. Its `RequestHandler` bound need not be written:
///
/// ```
/// # mod tornado_web { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mock/mod.rs")); }
/// # use tornado_macros::Handler;
/// use tornado_web::prelude::*;
///
/// #[derive(Handler)]
/// # #[handler(crate = tornado_web)]
/// struct Audited<B> {
///     actions: Vec<String>,
///     #[base]
///     inner: B,
/// }
///
/// impl<B: RequestHandler> RequestHandler for Audited<B> {}
///
/// # let exchange = Exchange::default();
/// let handler = Audited { actions: Vec::new(), inner: exchange };
/// assert_eq!(handler.get_login_url(), "");
/// # assert!(handler.actions.is_empty());
/// ```
///
/// # `From<Exchange>`
///
/// The derive also writes `impl From<Exchange>`, with `Default::default()` for each other field, so that
/// a handler which needs nothing can be made without a factory. It holds only if the base has
/// `From<Exchange>` and each other field has `Default`; where one has not, the struct is a handler just the same.
///
/// ```
/// # mod tornado_web { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mock/mod.rs")); }
/// # use tornado_macros::Handler;
/// use tornado_web::prelude::*;
///
/// #[derive(Handler)]
/// # #[handler(crate = tornado_web)]
/// struct CounterHandler {
///     base: Exchange,
///     calls: u32,
/// }
///
/// # let exchange = Exchange::default();
/// let handler = CounterHandler::from(exchange);
/// assert_eq!(handler.calls, 0);
/// ```
///
/// # Attributes of the struct
///
/// - `#[handler(static_files)]` is for what wraps `StaticFileHandler` and writes hooks of `StaticFiles`:
///   its files are served with these hooks.
/// - `#[handler(no_from)]` leaves `From<Exchange>` out, for a struct that brings its own.
/// - `#[handler(crate = path)]` says where `tornado_web` is found when it goes by another name, as in
///   `#[handler(crate = my_framework::tornado_web)]`. The default is `::tornado_web`.
#[proc_macro_derive(Handler, attributes(base, default, given, handler, state))]
pub fn derive_handler(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    handler::derive(input.into()).into()
}
