//! The client's side of the handshake (RFC 6455, section 4.1).

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::{Bytes, BytesMut};
use http::header::{
    CONNECTION, HOST, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, Uri};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;

use super::stream::{Stream, Target, open};
use super::{WebSocketClientConnection, WebSocketConnect, WebSocketConnectError};
use crate::accept::accept_value;
use crate::connection::{Engine, Limits, Queue, SlowReaders, Times};
use crate::deflate::Deflate;
use crate::protocol::{Protocol, Role};

type Result<T> = std::result::Result<T, WebSocketConnectError>;

/// How much of a refusal's body is read.
const REFUSAL: usize = 64 * 1024;

impl IntoFuture for WebSocketConnect {
    type Output = Result<WebSocketClientConnection>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let limit = self.connect_timeout;
            match tokio::time::timeout(limit, connect(self)).await {
                Ok(connected) => connected,
                Err(late) => Err(WebSocketConnectError::connect(
                    format!("there was no connection within {limit:?}"),
                    late,
                )),
            }
        })
    }
}

async fn connect(options: WebSocketConnect) -> Result<WebSocketClientConnection> {
    let (uri, target) = parse(&options.url)?;
    let key = key()?;
    let request = request(&uri, &options, &key)?;
    let stream = open(&target, &options).await?;
    let response = ask(stream, request).await?;
    if response.status() != 101 {
        return Err(refusal(response).await);
    }
    let (deflate, subprotocol) = check(response.headers(), &options, &key)?;
    let headers = response.headers().clone();
    let upgraded = hyper::upgrade::on(response).await.map_err(broken)?;

    let mut protocol = Protocol::new(Role::Client).max_message_size(options.max_message_size);
    if let Some(deflate) = deflate {
        protocol = protocol.deflate(&deflate);
    }
    let limits = Limits {
        bytes: 1024 * 1024,
        messages: 1024,
        policy: SlowReaders::Wait,
    };
    let queue = Arc::new(Queue::new(
        limits,
        format!("the server {}:{}", target.host, target.port),
    ));
    let times = Times::of_client(options.ping_interval, options.ping_timeout);
    let engine = Engine::new(TokioIo::new(upgraded), protocol, Arc::clone(&queue), times);
    Ok(WebSocketClientConnection::start(
        engine,
        queue,
        headers,
        subprotocol,
    ))
}

fn parse(url: &str) -> Result<(Uri, Target)> {
    let malformed = || {
        WebSocketConnectError::request(
            "the URL of a WebSocket is `ws://host:port/path?query` or `wss://..`",
        )
    };
    let url = url.split('#').next().unwrap_or_default();
    let uri: Uri = url.parse().map_err(|_| malformed())?;
    let tls = match uri.scheme_str() {
        Some("ws" | "http") => false,
        Some("wss" | "https") => true,
        _ => return Err(malformed()),
    };
    let authority = uri.authority().ok_or_else(malformed)?;
    if authority.as_str().contains('@') {
        return Err(WebSocketConnectError::request(
            "the URL of a WebSocket has no user and password; send a header `Authorization`",
        ));
    }
    let host = authority.host();
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let target = Target {
        tls,
        host: bare.unwrap_or(host).to_owned(),
        port: authority.port_u16().unwrap_or(if tls { 443 } else { 80 }),
    };
    if target.host.is_empty() {
        return Err(malformed());
    }
    Ok((uri, target))
}

/// The key that the server must have read in order to answer.
fn key() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| WebSocketConnectError::connect("there are no random numbers", error))?;
    Ok(BASE64_STANDARD.encode(bytes))
}

fn request(uri: &Uri, options: &WebSocketConnect, key: &str) -> Result<Request<Empty<Bytes>>> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut request = Request::new(Empty::new());
    *request.uri_mut() = path
        .parse()
        .map_err(|_| WebSocketConnectError::request("the URL has a path that can't be sent"))?;
    let headers = request.headers_mut();
    let host = uri.authority().map_or("", |authority| authority.as_str());
    headers.insert(HOST, value(host)?);
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(SEC_WEBSOCKET_KEY, value(key)?);
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    if !options.subprotocols.is_empty() {
        let offered = options.subprotocols.join(", ");
        headers.insert(SEC_WEBSOCKET_PROTOCOL, value(&offered)?);
    }
    if let Some(compression) = &options.compression {
        let offer = Deflate::offer(compression);
        headers.insert(SEC_WEBSOCKET_EXTENSIONS, value(&offer)?);
    }
    for (name, text) in &options.headers {
        let name = HeaderName::try_from(name).map_err(|_| {
            WebSocketConnectError::request(format!("{name:?} can't be the name of a header"))
        })?;
        let value = value(text)?;
        if name == HOST {
            headers.insert(name, value);
        } else {
            headers.append(name, value);
        }
    }
    Ok(request)
}

fn value(text: &str) -> Result<HeaderValue> {
    // The value may be a secret.
    HeaderValue::try_from(text)
        .map_err(|_| WebSocketConnectError::request("this can't be the value of a header"))
}

async fn ask(
    stream: Box<dyn Stream>,
    request: Request<Empty<Bytes>>,
) -> Result<Response<Incoming>> {
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    // It ends with the request, or hands the stream over. The requester is told about errors.
    tokio::spawn(connection.with_upgrades());
    sender.send_request(request).await.map_err(broken)
}

fn broken(error: hyper::Error) -> WebSocketConnectError {
    WebSocketConnectError::connect("the server does not answer as a server of HTTP", error)
}

async fn refusal(response: Response<Incoming>) -> WebSocketConnectError {
    let (head, mut body) = response.into_parts();
    let mut read = BytesMut::new();
    while read.len() < REFUSAL
        && let Some(Ok(frame)) = body.frame().await
    {
        if let Some(data) = frame.data_ref() {
            read.extend_from_slice(data);
        }
    }
    read.truncate(REFUSAL);
    WebSocketConnectError::refused(Response::from_parts(head, read.freeze()))
}

/// Checks that the server has agreed to what was requested, and returns what it
/// has agreed to.
fn check(
    headers: &HeaderMap,
    options: &WebSocketConnect,
    key: &str,
) -> Result<(Option<Deflate>, Option<String>)> {
    let wrong = |text: &str| WebSocketConnectError::handshake(text);
    let text = |name: HeaderName| {
        let lines = headers.get_all(name).iter();
        let lines: Vec<&str> = lines.map(|line| line.to_str().unwrap_or("?")).collect();
        lines.join(", ")
    };
    if !text(UPGRADE).eq_ignore_ascii_case("websocket") {
        return Err(wrong(
            "the server upgrades to something else than `websocket`",
        ));
    }
    let connection = text(CONNECTION);
    let mut connection = connection.split(',').map(str::trim);
    if !connection.any(|option| option.eq_ignore_ascii_case("upgrade")) {
        return Err(wrong("the server's `Connection` is not `Upgrade`"));
    }
    if text(SEC_WEBSOCKET_ACCEPT) != accept_value(key) {
        return Err(wrong(
            "the server's `Sec-WebSocket-Accept` answers another key",
        ));
    }
    let extensions = text(SEC_WEBSOCKET_EXTENSIONS);
    let deflate = match &options.compression {
        Some(compression) => {
            Deflate::agree(&extensions, compression).map_err(|error| wrong(&error.to_string()))?
        }
        None if extensions.is_empty() => None,
        None => return Err(wrong("the server wants extensions that were not offered")),
    };
    let subprotocol = headers.contains_key(SEC_WEBSOCKET_PROTOCOL);
    let subprotocol = subprotocol.then(|| text(SEC_WEBSOCKET_PROTOCOL));
    if let Some(name) = &subprotocol
        && !options.subprotocols.contains(name)
    {
        return Err(wrong(
            "the server has selected a subprotocol that was not offered",
        ));
    }
    Ok((deflate, subprotocol))
}
