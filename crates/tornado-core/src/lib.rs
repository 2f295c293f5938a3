//! The core of [tornado-web](https://docs.rs/tornado-web): handlers, routing,
//! settings, and the server. Applications use it through `tornado_web`, which
//! re-exports it; mixins and stores depend on this crate alone.
//!
//! ```
//! use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
//! use tornado_testing::TestClient;
//!
//! #[derive(Handler)]
//! struct MainHandler(Exchange);
//!
//! impl RequestHandler for MainHandler {
//!     async fn get(&mut self) -> Result {
//!         self.write("Hello, world");
//!         Ok(())
//!     }
//! }
//!
//! # tornado_testing::block_on(async {
//! let client = TestClient::new(Application::new([url("/", MainHandler)], Settings::new()).unwrap());
//! assert_eq!(client.get("/").await.text(), "Hello, world");
//! # });
//! ```
//!
//! | item | purpose |
//! |---|---|
//! | [`RequestHandler`] | the hooks that a handler overrides |
//! | [`Input`], [`PathArgs`], [`Output`], [`Cookies`], [`Xsrf`], [`Localization`], [`Context`], `Render` | what a handler calls |
//! | [`Application`], [`url`], [`route`], [`mount`], [`nest`], [`routing`] | which path leads where |
//! | [`Settings::state`], [`FromExchange`] | what all requests share, and how handlers receive it |
//! | [`StaticFileHandler`], [`RedirectHandler`], [`ErrorHandler`] | ready-made handlers |
//! | [`Settings`] | the settings dict, typed |
//! | [`raise!`], [`OrStatus`], [`HttpError`], [`Error`], [`Finish`] | how a handler ends early |
//! | [`Exchange`] | what mixins build on: a slot per request, a hook before the headers |
//! | [`escape`], [`httputil`], [`locale`], [`log`] | Tornado's modules of the same names |
//!
//! # Cargo features
//!
//! `macros` (default) is `#[derive(Handler)]`; `axum` (default) is the module for using axum from
//! here and this crate from axum, and [tower layers](Rule::layer); `forms` is the module `forms`,
//! forms with rules; `templates` is `Render`, UI modules, and the module `template`; `tls` serves
//! HTTPS; `testing` lets a test move the [`Clock`] and observe the log.
//!
//! With `tower-cookies`, an application behind that crate's `CookieManagerLayer` shares its jar:
//! [`get_cookie`](Cookies::get_cookie) and its relatives see what the layers in front have set, and
//! what a handler sets is in the jar by the time its headers are ready. The jar writes names and
//! values as Tornado does, but orders the attributes differently.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod accept;
mod access_log;
mod application;
pub mod arguments;
#[cfg(feature = "axum")]
pub mod axum;
mod body;
mod body_arguments;
mod builtin;
mod chunk;
mod class_attributes;
mod clock;
mod connection;
mod de;
mod debug_page;
mod derived;
mod detach;
mod dispatch;
mod entry;
mod error;
mod etag;
mod event_stream;
mod exchange;
#[cfg(feature = "forms")]
pub mod forms;
mod gzip;
mod handler;
mod http_date;
pub mod httputil;
#[cfg(feature = "tower-cookies")]
mod jar;
pub mod log;
mod not_indexed;
mod python;
mod request;
mod request_id;
mod root;
mod rule;
mod server;
mod service;
pub mod settings;
mod static_files;
mod static_url;
mod status;
#[cfg(feature = "templates")]
mod template_loader;
#[cfg(feature = "templates")]
mod templates;
mod transform;
mod translations;
mod type_map;
mod url_args;
mod url_split;
mod user;
mod xsrf;

#[doc(hidden)]
pub use application::LinkedStart;
pub use application::{Application, HookFuture};
pub use arguments::Argument;
pub use body::{Body, BoxError};
pub use body_arguments::{Files, HttpFile};
pub use builtin::{ErrorHandler, RedirectHandler};
pub use chunk::{Chunk, IntoChunk};
pub use clock::Clock;
pub use connection::{ConnectionInfo, Protocol};
pub use de::Readable;
pub use detach::IoStream;
pub use dispatch::ResponseFuture;
pub use entry::ApplicationBuilder;
#[cfg(feature = "axum")]
pub use entry::InnerService;
pub use error::{
    Error, Finish, HttpError, IntoError, OrStatus, Result, StartError, StartErrorKind,
};
pub use event_stream::{EventStream, ServerSentEvent};
pub use exchange::Exchange;
pub use handler::{AsyncHook, FromExchange, Handler, RequestHandler, StateNeeds};
/// The HTTP types that hooks and services use: methods, statuses, headers.
pub use http;
#[doc(hidden)]
pub use not_indexed::NotIndexed;
pub use request::HttpServerRequest;
pub use request_id::RequestId;
pub use rule::{Mountable, Rule, Rules, mount, nest, route, url, url_from_exchange};
pub use server::{EnvPort, ListenAddress, Listeners, Server, env_port};
#[cfg(unix)]
pub use server::{UnixAddress, unix};
pub use service::{
    ArgumentDefault, Context, Cookies, Input, IntoHeaderName, IntoHeaderValue, Localization,
    Output, PathArgs,
};
pub use settings::{
    CertReqs, CookieKwargs, ParseBodyConfig, SecretSetting, Settings, SettingsError,
    SettingsErrorKind, SslOptions,
};
pub use static_files::{
    FileContent, FileVersion, InheritsStaticFiles, SendFile, StaticFile, StaticFileHandler,
    StaticFiles, StaticHandlerArgs, serve_file,
};
pub use static_url::StaticUrlOptions;
#[cfg(feature = "templates")]
pub use template_loader::{TemplateEngine, TemplateLoader};
#[cfg(feature = "templates")]
pub use templates::{Render, Ui, UiMethod, UiMethods, UiModule, UiModules};
pub use tornado_escape as escape;
pub use tornado_locale as locale;
#[cfg(feature = "macros")]
pub use tornado_macros::Handler;
#[cfg(feature = "macros")]
#[doc(hidden)]
pub use tornado_macros::{addslash, authenticated, removeslash, stream_request_body};
pub use tornado_routing as routing;
/// Tornado's templates (`tornado.template`): loaders, values, and what pages
/// are given. A handler [renders](Render) them.
#[cfg(feature = "templates")]
pub mod template {
    #[cfg(feature = "macros")]
    pub use tornado_macros::TemplateObject;
    pub use tornado_template::*;
}
pub use transform::OutputTransform;
pub use url_args::UrlArgs;
pub use user::User;
pub use xsrf::Xsrf;

/// For the output of macros in other crates, not for direct use.
#[doc(hidden)]
pub mod __private {
    pub use crate::class_attributes::ClassAttributes;
    pub use crate::derived::{
        FilledByRoute, Free, HandlersHaveNoDrop, NotTaken, ServiceNames, Unfilled, find_state,
        is_free, take_state,
    };
    pub use crate::error::Raise;
    pub use crate::handler::{NoHook, OwnFields};
    pub use crate::{
        Exchange, FromExchange, Handler, InheritsStaticFiles, RequestHandler, Result, StateNeeds,
        StaticFile, StaticFiles, serve_file,
    };
}
