//! Tornado's way of writing web applications, in Rust.
//!
//! Handlers are structs that inherit from one another, routes are regular
//! expressions in a list, cookies and signed values are Tornado's byte for
//! byte, and sessions are part of the framework. It runs on tokio and hyper, is
//! a tower service, and works with axum both ways.
//!
//! ```no_run
//! use tornado_web::prelude::*;
//!
//! #[derive(Handler)]
//! struct MainHandler(Exchange);
//!
//! impl RequestHandler for MainHandler {
//!     async fn get(&mut self) -> Result {
//!         let session = self.get_session().await?;
//!         let username = session.get_or("username", "Guest")?;
//!         self.write(format!("Hello, {username}!"));
//!         Ok(())
//!     }
//!
//!     async fn post(&mut self) -> Result {
//!         let username = self.get_argument("username")?;
//!         self.get_session().await?.set("username", username)?;
//!         self.write("Username has been set!");
//!         Ok(())
//!     }
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let settings = Settings::new().cookie_secret("my_cookie_secret");
//!     Application::new([url(r"/", MainHandler)], settings)?.listen(8888).await?;
//!     Ok(())
//! }
//! ```
//!
//! # Where things are
//!
//! | you want | look at |
//! |---|---|
//! | the hooks that a handler overrides | [`RequestHandler`] |
//! | arguments of the query and of forms | [`Input`], [`Argument`] |
//! | forms with rules, and all that is wrong with one | `forms` |
//! | groups of the route's pattern | [`PathArgs`] |
//! | status, headers, body, redirects | [`Output`] |
//! | cookies, plain and signed | [`Cookies`], and [`cookies`] without handlers |
//! | sessions | [`SessionMixin`], [`session`] |
//! | pages of templates | `Render`, `template` |
//! | pieces of pages with code | `UiModule`, `UiMethods` |
//! | tokens for forms | [`Xsrf`] |
//! | the request, the settings, the user | [`Context`] |
//! | the language of the user, translations | [`Localization`], [`locale`] |
//! | routes | [`url`], [`route`], [`nest`], [`mount`], [`routing`] |
//! | what all requests share | [`Settings::state`], [`FromExchange`] |
//! | files of a directory | [`StaticFileHandler`], [`StaticFiles`] |
//! | a file as the answer | [`SendFile`] |
//! | events for a page, for as long as it is there | [`EventStream`] |
//! | other handlers that come with it | [`RedirectHandler`], [`ErrorHandler`] |
//! | to change what goes out, such as to compress it | [`Settings::compress_response`], [`OutputTransform`] |
//! | to end a request early | [`raise!`], [`OrStatus`], [`HttpError`], [`Finish`] |
//! | to write a mixin | [`Exchange`] |
//! | WebSockets, and a client for them | `websocket` |
//! | axum | [`axum`] |
//! | tower's layers | [`Rule::layer`], [`ApplicationBuilder::layer`] |
//! | tests of an application | `testing` |
//!
//! This crate only gathers: `tornado-core`, `tornado-session`, `tornado-cookies`,
//! `tornado-escape`, `tornado-locale`, `tornado-routing` and `tornado-template` have the code, and can be
//! used alone.
//!
//! # Cargo features
//!
//! - `axum` (default): the module [`axum`], both ways between the two, and tower's
//!   layers around an application or its routes.
//! - `forms`: the module `forms`, forms with rules.
//! - `minijinja`: templates of Jinja behind `render`, by the crate minijinja.
//! - `postgres`: sessions in PostgreSQL.
//! - `postgres-tls`: the same over TLS.
//! - `redis`: sessions in Redis or Valkey; with `tls`, over TLS, too.
//! - `redis-cluster`: the same in a cluster.
//! - `sqlite`: sessions in an SQLite file.
//! - `templates` (default): `Render`, UI modules, and the module `template`.
//! - `testing`: the module `testing`, for the tests of an application. It belongs
//!   to `[dev-dependencies]`.
//! - `tls`: HTTPS, with the setting `ssl_options` or by `Server::tls`.
//! - `tower-cookies`: one jar with the other layers of a stack that has the
//!   `CookieManagerLayer` of that crate; `cookies::TornadoCookies` for those layers.
//! - `tower-sessions`: sessions in any store of the crate `tower-sessions`.
//! - `websocket`: the module `websocket`, WebSockets; with `postgres` or `redis`, also
//!   rooms across nodes, and with `tls` a client for `wss:`.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub use tornado_cookies as cookies;
pub use tornado_core::*;
pub use tornado_session as session;
pub use tornado_session::{Session, SessionMixin, SessionSettings};
#[cfg(feature = "testing")]
pub use tornado_testing as testing;
#[cfg(feature = "websocket")]
pub use tornado_websocket as websocket;

pub mod prelude;
