//! The macros of tornado-web.
//!
//! This crate is not meant to be used directly: `tornado_web::Handler` is the derive below,
//! re-exported, and `tornado_web::template` and the crate `tornado-template` re-export the rest.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod decorator;
mod embedded_files;
mod fields;
mod generics;
mod handler;
mod options;
mod service_names;
mod template_object;

/// Makes a struct a handler, and says which field is the base that it inherits
/// from.
///
/// It plays the part of `class MainHandler(BaseHandler):`. The base is a field, since Rust has no
/// subclasses; every hook that the handler leaves out is its base's. What the class *does* goes
/// into `impl RequestHandler for MainHandler`.
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
/// The base is the field marked `#[base]`; otherwise the field named `base`; otherwise the first
/// field of a tuple struct, or the only field of a struct with named fields. Anything else does not
/// compile. The base must be a handler, and at least as visible as the struct itself.
///
/// A base may be generic. Its `RequestHandler` bound can be left out:
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
/// | mark | filled by | may it change? |
/// |---|---|---|
/// | `#[state]` | the application, with a clone of its state of that type | it is one request's clone |
/// | `#[default]` | `Default::default()`, for each request | yes |
/// | `#[given]` | the factory of the route, `url(pattern, factory)` | no |
/// | none | the factory of the route | yes |
///
/// `PhantomData` needs no mark. If all fields are `#[state]` or `#[default]`, the derive writes
/// `FromExchange`: the handler can then be a base, and be used in `route::<MainHandler>(pattern)`,
/// without a factory. If the application was not given a state, it does not start, and the error
/// names the handler, the field and the type. If a field is left to a factory although the handler
/// is a base or is used in `route`, that does not compile, and the compiler names the field.
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
/// # Methods and fields of a base
///
/// All handlers that inherit from it, at any depth, have its methods and fields: in `MainHandler`
/// above, `self.db` is the `db` of its base. For that, the derive writes `Deref` and `DerefMut`,
/// whose `Target` is the base.
///
/// The exceptions are methods with the names of those that all handlers have, such as `write` or
/// `get_argument`: those are found first, so the base's would never be called. A handler with such
/// a method does not compile. (If it is generic, with bounds other than `RequestHandler`, `Send`,
/// `Sync` and lifetimes, this is not checked.)
///
/// # No `Drop`
///
/// A handler can't have an `impl Drop`, since its base can be taken out of it. Code for the end of
/// a request goes into `on_finish`, or into the `Drop` of a field if it must also run when the
/// client leaves.
///
/// # Class attributes
///
/// `#[class(Template("posts.html"), Requires(Role::Admin))]` sets values, one of each type, which
/// the code of every class of the handler gets with `self.attribute::<Template>()`. A subclass
/// overrides its bases, as with `template = "posts.html"` in the body of a Python class. The values
/// are made once, with the route.
///
/// # Attributes of the struct
///
/// - `#[handler(static_files)]` is for handlers that wrap `StaticFileHandler` and write hooks of
///   `StaticFiles`: their files are served with these hooks.
/// - `#[handler(websocket)]` is for handlers that wrap `WebSocketHandler`: their connections are
///   served with their hooks of `WebSocket`.
/// - `#[handler(own_from_exchange)]` leaves out `FromExchange`, for a struct that implements it
///   itself.
/// - `#[handler(no_deref)]` leaves out `Deref` and `DerefMut`.
/// - `#[handler(crate = path)]` says where to find `tornado_web` if it has another name, as in
///   `#[handler(crate = my_framework::tornado_web)]`. The path begins with a dependency or with
///   `crate`. The default is `::tornado_web`.
#[proc_macro_derive(Handler, attributes(base, class, default, given, handler, state))]
pub fn derive_handler(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    handler::derive(input.into()).into()
}

/// Makes a struct an object of templates, whose fields are attributes there.
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
/// It writes `Object` and `Value: From<Entry>`. The fields must be `Clone`, and convertible to
/// values: a number, a text, an `Option`, a list, a date, another object, or an `Arc` of one. The
/// struct must be `Debug`, `Send` and `Sync`.
///
/// - `#[template(methods(link, price_in(currency)))]`: methods that templates may call. Their
///   arguments are in parentheses, each with the name that a template may use for it, or `_`. They
///   are converted by their types, and an `Option` may be left out. A method returns a value, or a
///   `Result` of one.
/// - `#[template(display)]`: `{{ entry }}` shows the struct's `Display`.
/// - `#[template(skip)]` on a field: it is not an attribute.
/// - `#[template(crate = path)]`: where to find `tornado_web::template`, or `tornado_template`.
#[proc_macro_derive(TemplateObject, attributes(template))]
pub fn derive_template_object(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    template_object::derive(input.into(), quote::quote!(::tornado_web::template)).into()
}

/// The same derive for crates that depend on `tornado-template` alone.
#[proc_macro_derive(TemplateObjectAlone, attributes(template))]
pub fn derive_template_object_alone(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    template_object::derive(input.into(), quote::quote!(::tornado_template)).into()
}

macro_rules! decorators {
    ($($name:ident: $instead:literal,)*) => {$(
        /// Tornado's decorator with this name, which does not compile: it says what to write.
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

/// The files below a directory, as a list of names and texts, for `embedded_templates!`.
#[proc_macro]
pub fn embedded_files(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    embedded_files::expand(input.into()).into()
}
