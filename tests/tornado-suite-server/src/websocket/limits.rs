//! `MaxMessageSizeTest`, `CompressedMessageMemoryTest` and `FloodTest`: input beyond the limits.

use tornado_web::prelude::*;
use tornado_web::url_from_exchange;
use tornado_web::websocket::{CompressionOptions, Message, WebSocket};

use super::compression::with;
use super::{EchoHandler, TestHandler, socket};
use crate::app::{AppResult, Apps};
use crate::events;
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("MaxMessageSizeTest", max_message_size_test),
    (
        "CompressedMessageMemoryTest",
        compressed_message_memory_test,
    ),
    ("FloodTest", flood_test),
];

fn max_message_size_test(_: &Spec) -> AppResult {
    let settings = Settings::new().websocket_max_message_size(1024);
    Ok(Application::new([socket!("/", EchoHandler, new)], settings)?.into())
}

fn compressed_message_memory_test(_: &Spec) -> AppResult {
    let handler = url_from_exchange("/", |exchange| {
        EchoHandler(with(exchange, &Some(CompressionOptions::new())))
    });
    let settings = Settings::new().websocket_max_message_size(1024 * 1024);
    Ok(Application::new([handler], settings)?.into())
}

fn flood_test(_: &Spec) -> AppResult {
    let handler = url_from_exchange("/", |exchange| FloodHandler {
        base: TestHandler::new(tornado_web::FromExchange::from_exchange(exchange)),
        num_messages: 0,
    });
    Ok(Application::new([handler], Settings::new())?.into())
}

#[derive(Handler)]
#[handler(websocket)]
struct FloodHandler {
    base: TestHandler,
    num_messages: u32,
}

impl RequestHandler for FloodHandler {}

impl WebSocket for FloodHandler {
    async fn open(&mut self) -> Result {
        events::set("handler_future", true);
        Ok(())
    }

    async fn on_message(&mut self, _message: Message) -> Result {
        self.num_messages += 1;
        events::set("num_messages", self.num_messages);
        Ok(())
    }
}
