//! The applications of `tornado/test/websocket_test.py`.

mod compression;
mod handlers;
mod limits;
mod origin;
mod pings;

use crate::app::Apps;

pub(crate) const APPS: &[Apps] = &[
    compression::APPS,
    handlers::APPS,
    limits::APPS,
    origin::APPS,
    pings::APPS,
];

use tornado_web::prelude::*;
use tornado_web::websocket::CompressionOptions;
use tornado_web::websocket::{Message, WebSocket, WebSocketHandler};

use crate::events;

/// Tells the test about `on_close`.
#[derive(Handler)]
#[handler(websocket)]
pub(crate) struct TestHandler {
    base: WebSocketHandler,
    /// Whether the test has a `close_future`.
    pub(crate) close_future: bool,
    pub(crate) compression_options: Option<CompressionOptions>,
}

impl TestHandler {
    pub(crate) fn new(base: WebSocketHandler) -> TestHandler {
        TestHandler {
            base,
            close_future: false,
            compression_options: None,
        }
    }

    fn telling(base: WebSocketHandler) -> TestHandler {
        TestHandler {
            close_future: true,
            ..TestHandler::new(base)
        }
    }
}

impl RequestHandler for TestHandler {}

impl WebSocket for TestHandler {
    fn get_compression_options(&self) -> Option<CompressionOptions> {
        self.compression_options.clone()
    }

    async fn on_close(&mut self) -> Result {
        if self.close_future {
            let closed = serde_json::json!([self.close_code(), self.close_reason()]);
            events::set("close_future", closed);
        }
        Ok(())
    }
}

#[derive(Handler)]
#[handler(websocket)]
pub(crate) struct EchoHandler(pub(crate) TestHandler);

impl RequestHandler for EchoHandler {}

impl WebSocket for EchoHandler {
    async fn on_message(&mut self, message: Message) -> Result {
        Ok(self.write_message(message).await?)
    }
}

/// A route to a handler with one field, whose base is that of the test class.
macro_rules! socket {
    ($pattern:literal, $handler:ident, $make:ident) => {
        tornado_web::url_from_exchange($pattern, |exchange| {
            let base = tornado_web::FromExchange::from_exchange(exchange);
            $handler($crate::websocket::TestHandler::$make(base))
        })
    };
}
pub(crate) use socket;
