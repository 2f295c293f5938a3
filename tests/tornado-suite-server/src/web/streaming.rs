//! `StreamingRequestBodyTest` and the tests of its pace: bodies as they arrive.

use bytes::Bytes;
use serde_json::json;
use tokio::task::yield_now;
use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::events;
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("StreamingRequestBodyTest", streaming_request_body_test),
    (
        "DecoratedStreamingRequestFlowControlTest",
        flow_control_test,
    ),
    ("NativeStreamingRequestFlowControlTest", flow_control_test),
];

fn streaming_request_body_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/stream_body", StreamingBodyHandler),
        url("/early_return", EarlyReturnHandler),
        url("/close_detection", CloseDetectionHandler),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

/// Tells the test what it receives, piece by piece.
#[derive(Handler)]
struct StreamingBodyHandler(Exchange);

impl RequestHandler for StreamingBodyHandler {
    const STREAM_REQUEST_BODY: bool = true;

    async fn prepare(&mut self) -> Result {
        events::set("prepared", ());
        Ok(())
    }

    async fn data_received(&mut self, data: Bytes) -> Result {
        events::set_bytes("data", &data);
        Ok(())
    }

    async fn get(&mut self) -> Result {
        events::set("finished", ());
        self.write(json!({}));
        Ok(())
    }
}

/// Answers before the body has arrived.
#[derive(Handler)]
struct EarlyReturnHandler(Exchange);

impl RequestHandler for EarlyReturnHandler {
    const STREAM_REQUEST_BODY: bool = true;

    async fn prepare(&mut self) -> Result {
        Err(HttpError::new(401).into())
    }
}

#[derive(Handler)]
struct CloseDetectionHandler(Exchange);

impl RequestHandler for CloseDetectionHandler {
    const STREAM_REQUEST_BODY: bool = true;

    fn on_connection_close(&mut self) {
        self.base_mut().on_connection_close();
        events::set("close_future", ());
    }
}

/// Small chunks, so that a body that arrives at once becomes several.
fn flow_control_test(_: &Spec) -> AppResult {
    let settings = Settings::new().chunk_size(10).decompress_request(true);
    let handler = |base| FlowControlHandler {
        base,
        methods: Vec::new(),
    };
    Ok(Application::new([url("/", handler)], settings)?.into())
}

/// Records which hooks have run. All of them yield before they end; `&mut self`
/// ensures that none starts before the previous one has ended.
#[derive(Handler)]
struct FlowControlHandler {
    base: Exchange,
    methods: Vec<&'static str>,
}

impl RequestHandler for FlowControlHandler {
    const STREAM_REQUEST_BODY: bool = true;

    async fn prepare(&mut self) -> Result {
        self.methods.push("prepare");
        yield_now().await;
        Ok(())
    }

    async fn data_received(&mut self, _data: Bytes) -> Result {
        self.methods.push("data_received");
        yield_now().await;
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.methods.push("post");
        yield_now().await;
        self.write(json!({"methods": self.methods}));
        Ok(())
    }
}
