//! `NoCompressionTest` and its relatives: who wants compression, and what it does to messages.

use tornado_web::prelude::*;
use tornado_web::url_from_exchange;
use tornado_web::websocket::{CompressionOptions, Message, WebSocket};

use super::{EchoHandler, TestHandler};
use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("NoCompressionTest", |_: &Spec| app(None)),
    ("ServerOnlyCompressionTest", |_: &Spec| {
        app(Some(CompressionOptions::new()))
    }),
    ("ClientOnlyCompressionTest", |_: &Spec| app(None)),
    ("DefaultCompressionTest", |_: &Spec| {
        app(Some(CompressionOptions::new()))
    }),
];

fn app(options: Option<CompressionOptions>) -> AppResult {
    let limited = options.clone();
    let handlers = [
        url_from_exchange("/echo", move |exchange| {
            EchoHandler(with(exchange, &options))
        }),
        url_from_exchange("/limited", move |exchange| {
            LimitedHandler(with(exchange, &limited))
        }),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

pub(super) fn with(exchange: Exchange, options: &Option<CompressionOptions>) -> TestHandler {
    TestHandler {
        compression_options: options.clone(),
        ..TestHandler::new(tornado_web::FromExchange::from_exchange(exchange))
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct LimitedHandler(TestHandler);

impl RequestHandler for LimitedHandler {}

impl WebSocket for LimitedHandler {
    fn max_message_size(&self) -> usize {
        1024
    }

    async fn on_message(&mut self, message: Message) -> Result {
        let length = message.as_bytes().len();
        Ok(self.write_message(length.to_string()).await?)
    }
}
