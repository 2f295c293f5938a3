//! `BodyLimitsTest`, `StreamingChunkSizeTest`: how much of a body, how fast, and
//! in what pieces.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("BodyLimitsTest", body_limits_test),
    ("StreamingChunkSizeTest", streaming_chunk_size_test),
];

fn body_limits_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/buffered", BufferedHandler),
        url("/streaming", |base| StreamingHandler {
            base,
            bytes_read: 0,
        }),
    ];
    let settings = Settings::new()
        .body_timeout(Duration::from_secs(3600))
        .max_body_size(4096);
    Ok(Application::new(handlers, settings)?.into())
}

#[derive(Handler)]
struct BufferedHandler(Exchange);

impl RequestHandler for BufferedHandler {
    async fn put(&mut self) -> Result {
        let size = self.request().body().len();
        self.write(size.to_string());
        Ok(())
    }
}

#[derive(Handler)]
struct StreamingHandler {
    base: Exchange,
    bytes_read: usize,
}

impl RequestHandler for StreamingHandler {
    const STREAM_REQUEST_BODY: bool = true;

    async fn prepare(&mut self) -> Result {
        if let Some(size) = self.get_argument_as("expected_size")? {
            self.set_max_body_size(size);
        }
        if let Some(seconds) = self.get_argument_as("body_timeout")? {
            self.set_body_timeout(Duration::from_secs_f64(seconds));
        }
        Ok(())
    }

    async fn data_received(&mut self, chunk: Bytes) -> Result {
        self.bytes_read += chunk.len();
        Ok(())
    }

    async fn put(&mut self) -> Result {
        self.write(self.bytes_read.to_string());
        Ok(())
    }
}

fn streaming_chunk_size_test(_: &Spec) -> AppResult {
    let handler = |base| ChunkLengthsHandler {
        base,
        chunk_lengths: Vec::new(),
    };
    let settings = Settings::new().chunk_size(16).decompress_request(true);
    Ok(Application::new([url("/", handler)], settings)?.into())
}

/// In Tornado, this is a message delegate without a handler.
#[derive(Handler)]
struct ChunkLengthsHandler {
    base: Exchange,
    chunk_lengths: Vec<usize>,
}

impl RequestHandler for ChunkLengthsHandler {
    const STREAM_REQUEST_BODY: bool = true;

    async fn data_received(&mut self, chunk: Bytes) -> Result {
        self.chunk_lengths.push(chunk.len());
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let chunk_lengths = json!(self.chunk_lengths);
        self.write_json(&chunk_lengths);
        Ok(())
    }
}
