//! The macros of tornado-web.
//!
//! Nobody depends on this crate by itself: `tornado_web::Handler` is the derive below, re-exported, and so
//! is what `tornado_web::template` and the crate `tornado-template` have of it.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod decorator;
mod embedded_files;
mod fields;
mod generics;
mod handler;
mod options;
mod service_names;
mod template_object;

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
/// # #[handler(crate = crate::tornado_web)]
/// struct BaseHandler(Exchange);
///
/// impl RequestHandler for BaseHandler {
///     fn get_login_url(&self) -> Result<String> {
///         Ok("/login".to_owned())
///     }
/// }
///
/// #[derive(Handler)]
/// # #[handler(crate = crate::tornado_web)]
/// struct MainHandler(BaseHandler);
///
/// impl RequestHandler for MainHandler {}
///
/// # fn main() {
/// # let exchange = Exchange::default();
/// let handler = MainHandler(BaseHandler(exchange));
/// assert_eq!(handler.get_login_url().unwrap(), "/login");
/// # }
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
/// # #[handler(crate = crate::tornado_web)]
/// struct Audited<B> {
///     #[default]
///     actions: Vec<String>,
///     #[base]
///     inner: B,
/// }
///
/// impl<B: RequestHandler> RequestHandler for Audited<B> {}
///
/// # fn main() {
/// # let exchange = Exchange::default();
/// let handler = Audited { actions: Vec::new(), inner: exchange };
/// assert_eq!(handler.get_login_url().unwrap(), "");
/// # assert!(handler.actions.is_empty());
/// # }
/// ```
///
/// # The other fields
///
/// A mark says who fills a field:
///
/// | mark | filled by | may it be changed? |
/// |---|---|---|
/// | `#[state]` | the application, with a clone of its state of that type | it is one request's clone |
/// | `#[default]` | `Default::default()`, for each request | yes |
/// | `#[given]` | the factory of the route, `url(pattern, factory)` | no |
/// | none | the factory of the route | yes |
///
/// `PhantomData` needs no mark. Where all are `#[state]` or `#[default]`, the derive writes
/// `FromExchange`: the handler can then be a base, and stand in `route::<MainHandler>(pattern)`, without
/// a factory. A state that the application was not given ends its start, with an error that names the
/// handler, the field and the type. Where one is left to a factory and the handler is a base, or in
/// `route`, that does not compile, and the compiler names the field.
///
/// ```
/// # fn main() {}
/// # mod tornado_web { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mock/mod.rs")); }
/// # use tornado_macros::Handler;
/// use tornado_web::prelude::*;
///
/// # #[derive(Clone)]
/// # struct Db;
/// #[derive(Handler)]
/// # #[handler(crate = crate::tornado_web)]
/// struct BaseHandler {
///     base: Exchange,
///     #[state]
///     db: Db,
///     #[default]
///     queries: u32,
/// }
/// # impl RequestHandler for BaseHandler {}
///
/// #[derive(Handler)]
/// # #[handler(crate = crate::tornado_web)]
/// struct MainHandler(BaseHandler);
/// ```
///
/// # What a base has
///
/// Its own methods and fields are those of all handlers that inherit from it, at any depth: in
/// `MainHandler` above, `self.db` is the `db` of its base. For that, the derive writes `Deref` and
/// `DerefMut`, whose `Target` is the base.
///
/// The exceptions are methods by the names of those that all handlers have, such as `write` or
/// `get_argument`: they would be found first, so that the base's were never called. A handler with such
/// a method does not compile. (If it is generic, with bounds other than `RequestHandler`, `Send`, `Sync`
/// and lifetimes, nobody notices.)
///
/// # No `Drop`
///
/// A handler can't have an `impl Drop`, since its base can be taken out of it. What is to happen at the
/// end of a request goes into `on_finish`, and into the `Drop` of a field if it must happen, too, when
/// the client leaves.
///
/// # Class attributes
///
/// `#[class(Template("posts.html"), Requires(Role::Admin))]` says values, one of each type, which the code
/// of every class of the handler gets by `self.attribute::<Template>()`. What an heir says counts, as with
/// `template = "posts.html"` in the body of a Python class. They are made once, when the route is.
///
/// # Attributes of the struct
///
/// - `#[handler(static_files)]` is for what wraps `StaticFileHandler` and writes hooks of `StaticFiles`:
///   its files are served with these hooks.
/// - `#[handler(websocket)]` is for what wraps `WebSocketHandler`: its connections are served with its
///   hooks of `WebSocket`.
/// - `#[handler(own_from_exchange)]` leaves `FromExchange` out, for a struct that brings its own.
/// - `#[handler(no_deref)]` leaves `Deref` and `DerefMut` out.
/// - `#[handler(crate = path)]` says where `tornado_web` is found when it goes by another name, as in
///   `#[handler(crate = my_framework::tornado_web)]`. The path begins with a dependency or with `crate`.
///   The default is `::tornado_web`.
#[proc_macro_derive(Handler, attributes(base, class, default, given, handler, state))]
pub fn derive_handler(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    handler::derive(input.into()).into()
}

/// Makes a struct an object of templates: its fields are attributes there.
///
/// ```
/// use tornado_template::{Error, Template, TemplateObject, context};
///
/// #[derive(Clone, Debug, TemplateObject)]
/// #[template(methods(link, price_in(currency)))]
/// struct Entry {
///     title: String,
///     cents: u32,
///     tags: Vec<String>,
///     #[template(skip)]
///     password: String,
/// }
///
/// impl Entry {
///     fn link(&self) -> String {
///         format!("/entry/{}", self.title.to_lowercase())
///     }
///
///     fn price_in(&self, currency: &str) -> Result<String, Error> {
///         match currency {
///             "EUR" => Ok(format!("{} EUR", self.cents / 100)),
///             _ => Err(Error::new("there is no such currency")),
///         }
///     }
/// }
///
/// let entry = Entry { title: "News".into(), cents: 500, tags: vec!["a".into()], password: "x".into() };
/// let template = Template::new("{{ entry.title }} {{ entry.tags[0] }} {{ entry.link() }} {{ entry.price_in('EUR') }}")?;
/// assert_eq!(template.generate(context! { entry = entry.clone() })?, "News a /entry/news 5 EUR");
/// let error = Template::new("{{ entry.password }}")?.generate(context! { entry }).unwrap_err();
/// assert_eq!(error.message(), "'Entry' object has no attribute 'password'");
/// # Ok::<(), Error>(())
/// ```
///
/// It writes `Object` and `Value: From<Entry>`. A field has to be `Clone`, and a value has to be made of
/// it: a number, a text, an `Option`, a list, a date, another object, or an `Arc` of one. The struct has
/// to be `Debug`, `Send` and `Sync`.
///
/// - `#[template(methods(link, price_in(currency)))]`: methods that templates may call. Their arguments
///   stand in parentheses, each by the name that a template may give it, or as `_`; they are converted by
///   their types, and one that is an `Option` may be left out. What a method returns is a value, or a
///   `Result` of one.
/// - `#[template(display)]`: `{{ entry }}` shows what its `Display` writes.
/// - `#[template(skip)]` before a field: it is no attribute.
/// - `#[template(crate = path)]`: where `tornado_web::template`, or `tornado_template`, is found.
#[proc_macro_derive(TemplateObject, attributes(template))]
pub fn derive_template_object(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    template_object::derive(input.into(), quote::quote!(::tornado_web::template)).into()
}

/// The same for those who depend on `tornado-template` alone.
#[proc_macro_derive(TemplateObjectAlone, attributes(template))]
pub fn derive_template_object_alone(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    template_object::derive(input.into(), quote::quote!(::tornado_template)).into()
}

macro_rules! decorators {
    ($($name:ident: $instead:literal,)*) => {$(
        /// Tornado's decorator of this name, which does not compile: it says what to write.
        #[doc(hidden)]
        #[proc_macro_attribute]
        pub fn $name(
            _: proc_macro::TokenStream,
            item: proc_macro::TokenStream,
        ) -> proc_macro::TokenStream {
            decorator::refuse(stringify!($name), $instead, &item.into()).into()
        }
    )*};
}

decorators! {
    addslash: "`self.addslash()?;` as the first line of the method",
    authenticated: "`self.authenticated().await?;` as the first line of the method",
    removeslash: "`self.removeslash()?;` as the first line of the method",
    stream_request_body: "`const STREAM_REQUEST_BODY: bool = true;` in `impl RequestHandler`",
}

/// The files below a directory, as a list of names and texts; for `embedded_templates!`.
#[proc_macro]
pub fn embedded_files(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    embedded_files::expand(input.into()).into()
}
