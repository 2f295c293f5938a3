//! `KeepAliveTest`: connections that stay open, or not.

use std::future::pending;

use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("KeepAliveTest", keep_alive_test)];

fn keep_alive_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/", HelloHandler),
        url("/large", LargeHandler),
        url("/chunked", TransferEncodingChunkedHandler),
        url("/finish_on_close", FinishOnCloseHandler),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

#[derive(Handler)]
struct HelloHandler(Exchange);

impl RequestHandler for HelloHandler {
    async fn get(&mut self) -> Result {
        self.write("Hello world");
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.write("Hello world");
        Ok(())
    }
}

/// 512 times 1,024 characters are more than the socket's buffers take at once.
#[derive(Handler)]
struct LargeHandler(Exchange);

impl RequestHandler for LargeHandler {
    async fn get(&mut self) -> Result {
        for i in 0..512 {
            self.write(char::from((i % 256) as u8).to_string().repeat(1024));
        }
        Ok(())
    }
}

#[derive(Handler)]
struct TransferEncodingChunkedHandler(Exchange);

impl RequestHandler for TransferEncodingChunkedHandler {
    async fn head(&mut self) -> Result {
        self.write("Hello world");
        self.flush().await
    }
}

/// Waits forever. When the client leaves, the handler is dropped where it
/// waits, so `on_connection_close` has nobody left to finish for.
#[derive(Handler)]
struct FinishOnCloseHandler(Exchange);

impl RequestHandler for FinishOnCloseHandler {
    async fn get(&mut self) -> Result {
        self.flush().await?;
        pending().await
    }
}
