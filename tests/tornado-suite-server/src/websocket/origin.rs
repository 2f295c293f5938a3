//! `WebSocketOriginTest`: whose pages may open a WebSocket.

use tornado_web::prelude::*;
use tornado_web::websocket::WebSocket;

use super::{EchoHandler, TestHandler, socket};
use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("WebSocketOriginTest", origin_test)];

fn origin_test(_: &Spec) -> AppResult {
    let handlers = [
        socket!("/echo", EchoHandler, new),
        tornado_web::url_from_exchange("/permissive", |exchange| {
            PermissiveOriginHandler(echo(exchange))
        }),
        tornado_web::url_from_exchange("/token", |exchange| TokenOriginHandler {
            base: echo(exchange),
            token_authenticated: false,
        }),
        tornado_web::url_from_exchange("/trusted_override", |exchange| {
            TrustedOriginOverrideHandler(echo(exchange))
        }),
    ];
    let settings = Settings::new()
        .trusted_origins(["http://trusted.example.com"])
        .xsrf_cookies(true);
    Ok(Application::new(handlers, settings)?.into())
}

fn echo(exchange: Exchange) -> EchoHandler {
    EchoHandler(TestHandler::new(tornado_web::FromExchange::from_exchange(
        exchange,
    )))
}

#[derive(Handler)]
#[handler(websocket)]
struct PermissiveOriginHandler(EchoHandler);

impl RequestHandler for PermissiveOriginHandler {}

impl WebSocket for PermissiveOriginHandler {
    fn check_origin(&self, _origin: &str) -> bool {
        true
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct TokenOriginHandler {
    base: EchoHandler,
    token_authenticated: bool,
}

impl RequestHandler for TokenOriginHandler {
    async fn prepare(&mut self) -> Result {
        let token = self.get_argument_opt("token")?;
        self.token_authenticated = token.as_deref() == Some("secret");
        Ok(())
    }
}

impl WebSocket for TokenOriginHandler {
    fn check_origin(&self, _origin: &str) -> bool {
        self.token_authenticated
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct TrustedOriginOverrideHandler(EchoHandler);

impl RequestHandler for TrustedOriginOverrideHandler {
    fn check_trusted_origin(&self, origin: &str) -> bool {
        origin.ends_with(".example.com") && !origin.contains("evil")
    }
}

impl WebSocket for TrustedOriginOverrideHandler {}
