//! Tests for tornado-web applications: the counterpart of Python's
//! `tornado.testing`.
//!
//! A [`TestClient`] calls an application without a socket. It keeps cookies as
//! a browser does, fills in XSRF tokens, logs users in and looks into their
//! sessions; unexpected log lines fail its test. If a test needs a socket,
//! [`serve`](TestClient::serve) provides one, with the same methods.
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
//! let client = TestClient::new(Application::new([url("/", MainHandler)], Settings::new())?);
//! assert_eq!(client.get("/").await.text(), "Hello, world");
//! # Ok::<(), tornado_web::StartError>(())
//! # }).unwrap();
//! ```
//!
//! | item | purpose |
//! |---|---|
//! | [`TestClient`] | the client: cookies, users, sessions, the clock |
//! | [`TestRequest`], [`TestResponse`], [`TestStream`] | what it sends, and what it gets |
//! | [`ExpectLog`], [`WatchLogs`] | log lines |
//! | `FailingStore` | a session store that fails on demand |
//! | [`bind_unused_port`] | a free port |
//!
//! Anything that differs from what a test expects is a panic, which shows the
//! place in the test and the actual result; nothing in this crate returns an
//! error.
//!
//! Applications use it as `tornado_web::testing`, with the feature `testing`.
//!
//! # Cargo features
//!
//! `session` (default) looks into sessions, logs users in, and provides a store that fails on
//! demand; `tls` serves HTTPS with its own certificate; `websocket` provides
//! `TestClient::websocket`.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![expect(
    clippy::missing_panics_doc,
    reason = "what is not as a test expects is a panic, everywhere in here"
)]

mod block_on;
mod browser;
mod client;
mod jar;
mod log;
mod multipart;
mod port;
mod request;
mod response;
mod serve;
#[cfg(feature = "session")]
mod session;
#[cfg(feature = "session")]
mod store;
mod stream;
mod target;
mod transport;
#[cfg(feature = "websocket")]
mod websocket;
mod xsrf;

pub use block_on::block_on;
pub use client::TestClient;
pub use log::{ExpectLog, WatchLogs};
pub use port::bind_unused_port;
pub use request::TestRequest;
pub use response::TestResponse;
#[cfg(feature = "session")]
pub use store::FailingStore;
pub use stream::TestStream;
