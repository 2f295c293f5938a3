//! `CancellationTest`: a handler that waits for something cancelled gets an
//! ordinary error page.

use std::future::pending;

use bytes::Bytes;
use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("CancellationTest", cancellation_test)];

fn cancellation_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/await_cancelled", AwaitCancelledHandler),
        // A generator in Python; here a handler has only one form.
        url("/gen_await_cancelled", AwaitCancelledHandler),
        url("/streaming_await_cancelled", StreamingAwaitCancelledHandler),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

#[derive(Handler)]
struct AwaitCancelledHandler(Exchange);

impl RequestHandler for AwaitCancelledHandler {
    async fn get(&mut self) -> Result {
        cancelled().await
    }
}

#[derive(Handler)]
struct StreamingAwaitCancelledHandler(Exchange);

impl RequestHandler for StreamingAwaitCancelledHandler {
    const STREAM_REQUEST_BODY: bool = true;

    async fn prepare(&mut self) -> Result {
        cancelled().await
    }

    async fn data_received(&mut self, _chunk: Bytes) -> Result {
        Ok(())
    }

    async fn put(&mut self) -> Result {
        Ok(())
    }
}

/// Waits for a task that has been aborted.
pub(super) async fn cancelled() -> Result {
    let task = tokio::spawn(pending());
    task.abort();
    Ok(task.await?)
}
