//! `WebSocketHandler`: where the hooks of a WebSocket end.

use std::future::{Future, ready};
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use bytes::Bytes;
use tornado_core::__private::OwnFields;
use tornado_core::{
    AsyncHook, Context as _, Error, Exchange, FromExchange, Handler, RequestHandler, Result,
    StateNeeds,
};

use super::handshake::Trusted;
use super::settings::WebSocketSettings as _;
use super::{InheritsWebSocket, WebSocket, serve_websocket};
use crate::{CompressionOptions, Message};

/// Serves a WebSocket (`tornado.websocket.WebSocketHandler`).
///
/// A handler wraps it and writes the hooks of [`WebSocket`]; the methods to
/// call are in [`WebSocketMixin`](crate::WebSocketMixin).
///
/// ```
/// use tornado_web::websocket::{Message, WebSocket, WebSocketHandler, WebSocketMixin};
/// use tornado_web::{Application, Handler, RequestHandler, Result, Settings, url};
///
/// #[derive(Handler)]
/// #[handler(websocket)]
/// struct EchoWebSocket(WebSocketHandler); // class EchoWebSocket(WebSocketHandler):
///
/// impl RequestHandler for EchoWebSocket {}
///
/// impl WebSocket for EchoWebSocket {
///     async fn on_message(&mut self, message: Message) -> Result {
///         let text = message.as_text().unwrap_or("bytes");
///         self.write_message(format!("You said: {text}")).await?;
///         Ok(())
///     }
/// }
///
/// let app = Application::new([url("/websocket", EchoWebSocket)], Settings::new());
/// # assert!(app.is_ok());
/// ```
///
/// `B` is what it inherits from: Tornado's `class Chat(BaseHandler, WebSocketHandler)` is
/// `struct Chat(WebSocketHandler<BaseHandler>)`. That base need not know about WebSockets; its
/// `prepare` and `get_current_user`, and the effects of `self.base_method()`, belong to the request
/// that began the connection.
///
/// After the handshake there is no response any more: `write`, `redirect` and the like are errors.
#[derive(Debug)]
pub struct WebSocketHandler<B = Exchange> {
    base: B,
}

impl<B: RequestHandler + FromExchange> FromExchange for WebSocketHandler<B> {
    fn from_exchange(exchange: Exchange) -> WebSocketHandler<B> {
        WebSocketHandler::with_base(B::from_exchange(exchange))
    }

    fn needs(needs: &mut StateNeeds) {
        B::needs(needs);
    }
}

impl<B: RequestHandler> WebSocketHandler<B> {
    /// Inherits everything else from a handler of your own that you have made: for a base that no
    /// route can make.
    #[must_use]
    pub fn with_base(base: B) -> WebSocketHandler<B> {
        WebSocketHandler { base }
    }
}

impl<B> Deref for WebSocketHandler<B> {
    type Target = B;

    fn deref(&self) -> &B {
        &self.base
    }
}

impl<B> DerefMut for WebSocketHandler<B> {
    fn deref_mut(&mut self) -> &mut B {
        &mut self.base
    }
}

impl<B: RequestHandler> Handler for WebSocketHandler<B> {
    type Base = B;

    const OWN_FIELDS: OwnFields = OwnFields::Remade;

    fn base(&self) -> &B {
        &self.base
    }

    fn base_mut(&mut self) -> &mut B {
        &mut self.base
    }

    fn exchange(&self) -> &Exchange {
        self.base.exchange()
    }

    fn exchange_mut(&mut self) -> &mut Exchange {
        self.base.exchange_mut()
    }

    fn into_base(self) -> B {
        self.base
    }

    fn around(base: B) -> Option<Self> {
        Some(WebSocketHandler { base })
    }

    fn vacant(exchange: Exchange) -> Option<Self> {
        Some(WebSocketHandler {
            base: B::vacant(exchange)?,
        })
    }

    fn inherited_get(&mut self) -> impl Future<Output = Result> + Send {
        serve_websocket(self)
    }
}

impl<B: RequestHandler> RequestHandler for WebSocketHandler<B> {}

impl<B: RequestHandler> InheritsWebSocket for WebSocketHandler<B> {
    type Socket = Self;

    fn socket(&self) -> &Self {
        self
    }

    fn socket_mut(&mut self) -> &mut Self {
        self
    }
}

impl<B: RequestHandler> WebSocket for WebSocketHandler<B> {
    fn open(&mut self) -> impl AsyncHook<Result> + Send {
        ready(Ok(()))
    }

    fn on_message(&mut self, _message: Message) -> impl AsyncHook<Result> + Send {
        ready(Err(Error::msg(
            "a message has come, and the handler has not written `on_message`",
        )))
    }

    fn on_close(&mut self) -> impl AsyncHook<Result> + Send {
        ready(Ok(()))
    }

    fn on_ping(&mut self, _data: Bytes) -> impl AsyncHook<Result> + Send {
        ready(Ok(()))
    }

    fn on_pong(&mut self, _data: Bytes) -> impl AsyncHook<Result> + Send {
        ready(Ok(()))
    }

    fn check_origin(&self, origin: &str) -> bool {
        // A base can't ask its subclass, so that was asked beforehand.
        let trusted = self.exchange().slot::<Trusted>();
        trusted.map_or_else(|| self.check_trusted_origin(origin), |trusted| trusted.0)
    }

    fn select_subprotocol(&mut self, _subprotocols: &[&str]) -> Option<String> {
        None
    }

    fn get_compression_options(&self) -> Option<CompressionOptions> {
        None
    }

    fn ping_interval(&self) -> Duration {
        self.settings().get_websocket_ping_interval()
    }

    fn ping_timeout(&self) -> Duration {
        let settings = self.settings();
        let timeout = settings.get_websocket_ping_timeout();
        timeout.unwrap_or_else(|| settings.get_websocket_ping_interval())
    }

    fn max_message_size(&self) -> usize {
        self.settings().get_websocket_max_message_size()
    }
}
