//! `ServerPeriodicPingTest` and its relatives: pings from both sides.

use std::time::Duration;

use bytes::Bytes;
use tornado_web::prelude::*;
use tornado_web::websocket::WebSocket;

use super::{TestHandler, socket};
use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("ServerPeriodicPingTest", server_periodic_ping_test),
    ("ClientPeriodicPingTest", |_: &Spec| {
        let handler = socket!("/", GotPingHandler, new);
        Ok(Application::new([handler], Settings::new())?.into())
    }),
    ("ManualPingTest", |_: &Spec| {
        let handler = socket!("/", EchoPingHandler, new);
        Ok(Application::new([handler], Settings::new())?.into())
    }),
];

fn server_periodic_ping_test(_: &Spec) -> AppResult {
    let settings = Settings::new()
        .websocket_ping_interval(Duration::from_millis(10))
        .websocket_ping_timeout(Duration::ZERO);
    Ok(Application::new([socket!("/", GotPongHandler, new)], settings)?.into())
}

#[derive(Handler)]
#[handler(websocket)]
struct GotPongHandler(TestHandler);

impl RequestHandler for GotPongHandler {}

impl WebSocket for GotPongHandler {
    async fn on_pong(&mut self, _data: Bytes) -> Result {
        Ok(self.write_message("got pong").await?)
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct GotPingHandler(TestHandler);

impl RequestHandler for GotPingHandler {}

impl WebSocket for GotPingHandler {
    async fn on_ping(&mut self, _data: Bytes) -> Result {
        Ok(self.write_message("got ping").await?)
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct EchoPingHandler(TestHandler);

impl RequestHandler for EchoPingHandler {}

impl WebSocket for EchoPingHandler {
    async fn on_ping(&mut self, data: Bytes) -> Result {
        Ok(self.write_message(data).await?)
    }
}
