//! Tornado's way of writing web applications, in Rust.
//!
//! Handlers are structs that inherit from one another, routes are regular
//! expressions in a list, cookies and signed values match Tornado's byte for
//! byte, and sessions are built in. It runs on tokio and hyper, is a tower
//! service, and works with axum in both directions.
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
//! | for | see |
//! |---|---|
//! | the hooks that a handler overrides | [`RequestHandler`] |
//! | arguments of the query and of forms | [`Input`], [`Argument`] |
//! | forms with rules, and a list of everything wrong with one | `forms` |
//! | the groups of a route's pattern | [`PathArgs`] |
//! | status, headers, body, redirects | [`Output`] |
//! | cookies, plain and signed | [`Cookies`], or [`cookies`] outside handlers |
//! | sessions | [`SessionMixin`], [`session`] |
//! | logins: by others, such as Google, and by password | `auth` |
//! | rendering templates | `Render`, `template` |
//! | parts of pages that have code | `UiModule`, `UiMethods` |
//! | XSRF tokens for forms | [`Xsrf`] |
//! | the request, the settings, the user | [`Context`] |
//! | the language of the user, translations | [`Localization`], [`locale`] |
//! | routes | [`url`], [`route`], [`nest`], [`mount`], [`routing`] |
//! | state that all requests share | [`Settings::state`], [`FromExchange`] |
//! | the files of a directory | [`StaticFileHandler`], [`StaticFiles`] |
//! | a file as the response | [`SendFile`] |
//! | events for a page, for as long as it is open | [`EventStream`] |
//! | other ready-made handlers | [`RedirectHandler`], [`ErrorHandler`] |
//! | changing the output, such as compressing it | [`Settings::compress_response`], [`OutputTransform`] |
//! | ending a request early | [`raise!`], [`OrStatus`], [`HttpError`], [`Finish`] |
//! | writing a mixin | [`Exchange`] |
//! | WebSockets, and a client for them | `websocket` |
//! | axum | [`axum`] |
//! | tower layers | [`Rule::layer`], [`ApplicationBuilder::layer`] |
//! | testing an application | `testing` |
//!
//! This crate is a facade: the code is in `tornado-core`, `tornado-session`, `tornado-cookies`,
//! `tornado-escape`, `tornado-locale`, `tornado-routing` and `tornado-template`, each of which can
//! be used alone.
//!
//! # Cargo features
//!
//! - `auth`: the module `auth`, for logins by others and for access to APIs.
//! - `axum` (default): the module [`axum`], for using each from the other, and
//!   tower layers around an application or its routes.
//! - `forms`: the module `forms`, forms with rules.
//! - `minijinja`: Jinja templates behind `render`, through the crate minijinja.
//! - `passwords`: logins by password, in the module `auth`.
//! - `postgres`: sessions in PostgreSQL.
//! - `postgres-tls`: sessions in PostgreSQL over TLS.
//! - `redis`: sessions in Redis or Valkey; with `tls`, over TLS as well.
//! - `redis-cluster`: sessions in a Redis cluster.
//! - `sqlite`: sessions in an SQLite file.
//! - `templates` (default): `Render`, UI modules, and the module `template`.
//! - `testing`: the module `testing`, for tests of applications. It belongs in
//!   `[dev-dependencies]`.
//! - `tls`: HTTPS, through the setting `ssl_options` or `Server::tls`.
//! - `tower-cookies`: shares one cookie jar with the other layers of a stack that has that crate's
//!   `CookieManagerLayer`; `cookies::TornadoCookies` is for those layers.
//! - `tower-sessions`: sessions in any store of the crate `tower-sessions`.
//! - `websocket`: the module `websocket`, WebSockets; with `postgres` or `redis`, rooms across
//!   nodes as well, and with `tls`, a client for `wss:`.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(feature = "auth", feature = "passwords"))]
pub use tornado_auth as auth;
pub use tornado_cookies as cookies;
pub use tornado_core::*;
pub use tornado_session as session;
pub use tornado_session::{Session, SessionMixin, SessionSettings};
#[cfg(feature = "testing")]
pub use tornado_testing as testing;
#[cfg(feature = "websocket")]
pub use tornado_websocket as websocket;

pub mod prelude;
