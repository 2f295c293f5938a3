//! `docs/guide/logging.md`.

use std::time::Instant;

use tornado_web::log::LogFormatter;
use tornado_web::prelude::*;
use tornado_web::testing::{ExpectLog, TestClient};
use tracing::{Instrument as _, debug, info, warn};

#[derive(Handler)]
struct OrderHandler(Exchange);

impl RequestHandler for OrderHandler {
    // ANCHOR: lines
    async fn post(&mut self) -> Result {
        let item = self.get_argument("item")?;
        let started = Instant::now();
        debug!(item, "asking the warehouse");
        let left = 2; // of a warehouse, which takes its time
        info!(item, left, took = ?started.elapsed(), "ordered");
        if left < 3 {
            warn!("{item} is nearly sold out");
        }
        self.write("thank you");
        Ok(())
    }
    // ANCHOR_END: lines

    // ANCHOR: id
    async fn get(&mut self) -> Result {
        let id = self.request().request_id().to_owned();
        let mail = async move { info!("a mail about request {id}") };
        tokio::spawn(mail.in_current_span());
        self.write("it is on its way");
        Ok(())
    }
    // ANCHOR_END: id

    // ANCHOR: log_exception
    fn log_exception(&self, error: &Error) {
        if error.status() >= 500 {
            info!("here the one on call would be woken");
        }
        self.base().log_exception(error);
    }
    // ANCHOR_END: log_exception
}

// ANCHOR: ids
fn application() -> Application {
    let settings = Settings::new().request_ids(true).logging("debug");
    Application::new([url(r"/order", OrderHandler)], settings).unwrap()
}
// ANCHOR_END: ids

/// Lines from a `main`: a subscriber can be installed only once per process.
fn json() {
    // ANCHOR: json
    tracing_subscriber::fmt()
        .json()
        .with_current_span(true)
        .init();
    // ANCHOR_END: json
}

fn tornados_form() {
    // ANCHOR: form
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(std::io::stdout)
        .event_format(LogFormatter::new(false))
        .init();
    // ANCHOR_END: form
}

// ANCHOR: test
#[tokio::test]
async fn the_warehouse_is_watched() {
    let client = TestClient::new(application());
    let _expected = ExpectLog::new("guide::logging", "tea is nearly sold out");
    client.post("/order").form([("item", "tea")]).await;
}
// ANCHOR_END: test

#[tokio::test]
async fn a_task_of_its_own_keeps_the_span() {
    let _ = (json, tornados_form); // they would replace the tests' own
    let client = TestClient::new(application());
    let _mail = ExpectLog::new("guide::logging", "a mail about request [0-9a-f-]{36}");
    let response = client.get("/order").await;
    assert_eq!(response.header("X-Request-Id").map(str::len), Some(36));
    tokio::task::yield_now().await;
}
