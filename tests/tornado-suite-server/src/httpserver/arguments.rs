//! `HTTPServerTest`: arguments, and how they are encoded.

use bytes::Bytes;
use encoding_rs::GBK;
use http::{HeaderName, HeaderValue};
use serde_json::json;
use tornado_web::prelude::*;

use super::handlers::Echo;
use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("HTTPServerTest", http_server_test)];

fn http_server_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/echo", Echo::new),
        url("/typecheck", TypeCheckHandler),
        url("//doubleslash", Echo::new),
        url("/post_utf8", PostEchoHandler),
        url("/post_gbk", PostEchoGbkHandler),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

/// Checks the types of a request's attributes. In Rust the compiler does that,
/// so this only checks that each exists.
#[derive(Handler)]
struct TypeCheckHandler(Exchange);

impl RequestHandler for TypeCheckHandler {
    async fn prepare(&mut self) -> Result {
        let request = self.request();
        let _uri: &str = request.uri();
        let _version: &str = request.version();
        let _remote_ip: String = request.remote_ip();
        let _host: &str = request.host();
        let _path: &str = request.path();
        let _query: &str = request.query();
        let _body: &Bytes = request.body();
        let header: Option<(&HeaderName, &HeaderValue)> = request.headers().iter().next();
        let cookie: Option<(&str, &str)> = request.cookies().iter().next();
        let arguments = request.query_arguments().iter();
        let argument: Option<(&str, &[u8])> =
            arguments.chain(request.body_arguments().iter()).next();
        match (header, cookie, argument) {
            (Some(_), Some(_), Some(_)) => Ok(()),
            missing => Err(Error::msg(format!(
                "{missing:?} has nothing where it should"
            ))),
        }
    }

    async fn get(&mut self) -> Result {
        self.write(json!({}));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }
}

#[derive(Handler)]
struct PostEchoHandler(Exchange);

impl RequestHandler for PostEchoHandler {
    async fn post(&mut self) -> Result {
        self.write(json!({"echo": self.get_argument("data")?}));
        Ok(())
    }
}

/// The same with arguments in another encoding. Its `post` is repeated: an
/// inherited one would be that of its class, and so would everything it calls.
#[derive(Handler)]
struct PostEchoGbkHandler(PostEchoHandler);

impl RequestHandler for PostEchoGbkHandler {
    fn decode_argument(_exchange: &Exchange, value: &[u8], _name: Option<&str>) -> Result<String> {
        match GBK.decode_without_bom_handling_and_without_replacement(value) {
            Some(text) => Ok(text.into_owned()),
            None => {
                let message = format!("invalid gbk bytes: {}", value.escape_ascii());
                Err(HttpError::new(400).with_log_message(message).into())
            }
        }
    }

    async fn post(&mut self) -> Result {
        self.write(json!({"echo": self.get_argument("data")?}));
        Ok(())
    }
}
