//! `XHeaderTest`, `ManualProtocolTest`: behind a proxy.

use serde_json::json;
use tornado_web::Protocol;
use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("XHeaderTest", x_header_test),
    ("ManualProtocolTest", manual_protocol_test),
];

fn x_header_test(_: &Spec) -> AppResult {
    let settings = Settings::new()
        .xheaders(true)
        .trusted_downstream(vec![[5, 5, 5, 5].into()]);
    Ok(Application::new([url("/", XHeaders::new)], settings)?.into())
}

fn manual_protocol_test(_: &Spec) -> AppResult {
    let settings = Settings::new().protocol(Protocol::Https);
    Ok(Application::new([url("/", ProtocolHandler)], settings)?.into())
}

/// `XHeaderTest.Handler`.
#[derive(Handler)]
pub(super) struct XHeaders(Exchange);

impl XHeaders {
    pub(super) fn new(base: Exchange) -> XHeaders {
        XHeaders(base)
    }
}

impl RequestHandler for XHeaders {
    async fn get(&mut self) -> Result {
        self.set_header("request-version", self.request().version());
        let reply = json!({
            "remote_ip": self.request().remote_ip(),
            "remote_protocol": self.request().protocol().to_string(),
        });
        self.write(reply);
        Ok(())
    }
}

#[derive(Handler)]
struct ProtocolHandler(Exchange);

impl RequestHandler for ProtocolHandler {
    async fn get(&mut self) -> Result {
        let protocol = self.request().protocol().to_string();
        self.write(json!({"protocol": protocol}));
        Ok(())
    }
}
