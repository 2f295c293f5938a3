//! `ConnectionCloseTest`, `ClientCloseTest`, `RequestSummaryTest`: the client, and
//! what happens when it leaves.

use std::future::pending;

use tornado_web::prelude::*;

use super::simple;
use crate::app::Apps;
use crate::events;
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("ConnectionCloseTest", |_: &Spec| {
        simple(ConnectionCloseHandler)
    }),
    ("ClientCloseTest", |_: &Spec| simple(ClientCloseHandler)),
    ("RequestSummaryTest", |_: &Spec| {
        simple(RequestSummaryHandler)
    }),
];

/// `on_connection_close` runs while the method waits.
#[derive(Handler)]
struct ConnectionCloseHandler(Exchange);

impl RequestHandler for ConnectionCloseHandler {
    async fn get(&mut self) -> Result {
        events::call("on_handler_waiting");
        pending().await
    }

    fn on_connection_close(&mut self) {
        events::call("on_connection_close");
    }
}

/// The connection ends before the page: in Python through
/// `request.connection.stream.close()`, here through an error after the head.
#[derive(Handler)]
struct ClientCloseHandler(Exchange);

impl RequestHandler for ClientCloseHandler {
    async fn get(&mut self) -> Result {
        self.set_header("Content-Length", 5);
        self.flush().await?;
        Err(Error::msg("the page breaks off here"))
    }
}

/// The request as in the log. In Python the handler has removed the client's
/// address, which is not possible here.
#[derive(Handler)]
struct RequestSummaryHandler(Exchange);

impl RequestHandler for RequestSummaryHandler {
    async fn get(&mut self) -> Result {
        let request = self.request();
        let summary = format!(
            "{} {} ({})",
            request.method(),
            request.uri(),
            request.remote_ip()
        );
        self.write(summary);
        Ok(())
    }
}
