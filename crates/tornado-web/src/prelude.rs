//! What a file with handlers needs: `use tornado_web::prelude::*;`.
//!
//! Services and mixins are imported without their names: their methods are in
//! scope, and no name of yours is taken.
//!
//! ```
//! use tornado_web::prelude::*;
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
//! assert!(Application::new([url("/", MainHandler)], Settings::new()).is_ok());
//! ```

#[cfg(feature = "templates")]
pub use tornado_core::Render as _;
#[cfg(feature = "axum")]
pub use tornado_core::axum::AxumMixin as _;
#[cfg(feature = "forms")]
pub use tornado_core::forms::FormMixin as _;
#[cfg(feature = "templates")]
pub use tornado_core::template::context;
pub use tornado_core::{
    Application, Argument, Context as _, Cookies as _, Error, EventStream as _, Exchange, Finish,
    Handler, HttpError, Input as _, Localization as _, OrStatus as _, Output as _, PathArgs as _,
    RequestHandler, Result, SendFile as _, Settings, User, Xsrf as _, env_port, mount, nest, raise,
    route, url, url_from_exchange,
};
#[doc(hidden)]
pub use tornado_core::{addslash, authenticated, removeslash, stream_request_body};
pub use tornado_session::{Session, SessionMixin as _, SessionSettings as _};
#[cfg(feature = "websocket")]
pub use tornado_websocket::{
    WebSocket, WebSocketHandler, WebSocketMixin as _, WebSocketSettings as _,
};
