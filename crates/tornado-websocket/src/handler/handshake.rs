//! The handshake: the `get` of a WebSocket (RFC 6455, section 4.2, and RFC 8441 for HTTP/2).

use http::header::{
    CONNECTION, CONTENT_TYPE, HOST, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS,
    SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderName};
use tornado_core::{Context as _, Error, Output as _, Result};
use tracing::debug;

use super::WebSocket;
use super::serve::{self, Plan};
use super::settings::{WebSocketSettings as _, limits};
use super::slot::Slot;
use crate::WebSocketSender;
use crate::accept::accept_value;
use crate::connection::{Queue, Times};
use crate::deflate::Deflate;
use crate::protocol::{Protocol, Role};

/// The `get` of a WebSocket: it checks the request, answers with 101, and serves the connection
/// with the hooks of the handler. `#[handler(websocket)]` calls it if a handler has no `get`. A
/// handler with its own `get` ends with it, as with `await super().get()`:
///
/// ```
/// use tornado_web::websocket::{WebSocket, WebSocketHandler, serve_websocket};
/// use tornado_web::{Context, Handler, Output, RequestHandler, Result};
///
/// #[derive(Handler)]
/// #[handler(websocket)]
/// struct Chat(WebSocketHandler);
///
/// impl RequestHandler for Chat {
///     async fn get(&mut self) -> Result {
///         if self.current_user().await?.is_none() {
///             self.set_status(403);
///             self.finish();
///             return Ok(());
///         }
///         serve_websocket(self).await
///     }
/// }
///
/// impl WebSocket for Chat {}
/// ```
///
/// # Errors
///
/// When a setting of WebSockets can't be used, or the connection can't be taken over; see
/// [`Exchange::detach`](tornado_core::Exchange::detach).
pub async fn serve_websocket<H: WebSocket>(handler: &mut H) -> Result {
    if let Some(origin) = handler.get_header("Origin") {
        let trusted = handler.check_trusted_origin(&origin);
        handler.exchange_mut().insert_slot(Trusted(trusted));
    }
    if let Err(refusal) = check(handler) {
        debug!(target: "tornado.general", "{}{}", refusal.text, refusal.why);
        handler.set_status(refusal.status);
        handler.finish_with(refusal.text);
        return Ok(());
    }
    let version = header(handler, &SEC_WEBSOCKET_VERSION);
    if version.as_deref() != Some("13") {
        handler.set_status(426);
        handler.set_header(SEC_WEBSOCKET_VERSION, "13");
        handler.finish();
        return Ok(());
    }
    let options = handler.get_compression_options();
    let accept = accept(handler);
    let extensions = header(handler, &SEC_WEBSOCKET_EXTENSIONS).unwrap_or_default();
    let deflate = options.map(|options| Deflate::accept(&extensions, &options));
    let (Ok(accept), Ok(deflate)) = (accept, deflate.transpose()) else {
        debug!(target: "tornado.general", "Missing/Invalid WebSocket headers");
        handler.set_status(400);
        handler.finish_with("Missing/Invalid WebSocket headers");
        return Ok(());
    };

    let offered = header(handler, &SEC_WEBSOCKET_PROTOCOL).unwrap_or_default();
    let offered: Vec<&str> = offered
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    let subprotocol = handler
        .select_subprotocol(&offered)
        .filter(|name| !name.is_empty());
    if let Some(name) = &subprotocol {
        if !offered.contains(&&**name) {
            return Err(Error::msg(format!(
                "select_subprotocol has selected {name:?}, which the client does not offer"
            )));
        }
        handler.set_header(SEC_WEBSOCKET_PROTOCOL, &**name);
    }
    let mut protocol = Protocol::new(Role::Server).max_message_size(handler.max_message_size());
    if let Some((deflate, answer)) = deflate.flatten() {
        protocol = protocol.deflate(&deflate);
        handler.set_header(SEC_WEBSOCKET_EXTENSIONS, answer);
    }
    handler.clear_header(CONTENT_TYPE);
    handler.set_status(101);
    handler.set_header(UPGRADE, "websocket");
    handler.set_header(CONNECTION, "Upgrade");
    if let Some(accept) = accept {
        handler.set_header(SEC_WEBSOCKET_ACCEPT, accept);
    }

    let queue = std::sync::Arc::new(Queue::new(
        limits(handler.settings()),
        handler.request().summary(),
    ));
    let times = Times {
        ping_interval: handler.ping_interval(),
        ping_timeout: handler.ping_timeout(),
        close: handler.settings().get_websocket_close_timeout(),
        write: handler.settings().get_write_timeout(),
    };
    let exchange = handler.exchange_mut();
    exchange.insert_slot(Slot {
        sender: WebSocketSender(queue),
        subprotocol,
        closed: None,
        nodelay: None,
    });
    let plan = Plan { protocol, times };
    exchange.detach(move |handler: H, stream| serve::serve(handler, stream, plan))?;
    handler.finish();
    Ok(())
}

/// The answer of the outermost handler's `check_trusted_origin`.
pub(super) struct Trusted(pub(super) bool);

/// Why there is no WebSocket.
struct Refusal {
    status: u16,
    /// The body, which is Tornado's.
    text: &'static str,
    why: String,
}

/// The answer to the client's key. Over HTTP/2 there is none, since nothing else could mistake such
/// a request for its own (RFC 8441, section 5).
fn accept<H: WebSocket>(handler: &H) -> std::result::Result<Option<String>, Incomplete> {
    let request = handler.request();
    if request.version() == "HTTP/2" {
        return Ok(None);
    }
    let host = request.headers().get(HOST).filter(|host| !host.is_empty());
    let key = header(handler, &SEC_WEBSOCKET_KEY).filter(|key| !key.is_empty());
    match (host, key) {
        (Some(_), Some(key)) => Ok(Some(accept_value(&key))),
        _ => Err(Incomplete),
    }
}

/// A handshake that lacks something it needs.
struct Incomplete;

fn check<H: WebSocket>(handler: &H) -> std::result::Result<(), Refusal> {
    let refusal = |status, text, why| Refusal { status, text, why };
    let upgrade = header(handler, &UPGRADE).unwrap_or_default();
    // HTTP/1.0 has no upgrades (RFC 9110, section 7.8).
    let is_old = handler.request().version() == "HTTP/1.0";
    if is_old || !upgrade.eq_ignore_ascii_case("websocket") {
        return Err(refusal(
            400,
            "Can \"Upgrade\" only to \"WebSocket\".",
            String::new(),
        ));
    }
    let connection = header(handler, &CONNECTION).unwrap_or_default();
    let mut options = connection.split(',').map(str::trim);
    if !options.any(|option| option.eq_ignore_ascii_case("upgrade")) {
        return Err(refusal(
            400,
            "\"Connection\" must be \"Upgrade\".",
            String::new(),
        ));
    }
    // Browsers let any page open a WebSocket, so this does not depend on the setting
    // `cross_origin_protection`.
    let complaint = handler
        .request()
        .cross_origin_complaint(|origin| handler.check_origin(origin));
    match complaint {
        None => Ok(()),
        Some(why) => Err(refusal(
            403,
            "Cross origin websockets not allowed",
            format!(": {why}"),
        )),
    }
}

/// A header as text, its lines joined by commas.
fn header<H: WebSocket>(handler: &H, name: &HeaderName) -> Option<String> {
    let headers: &HeaderMap = handler.request().headers();
    let mut lines = headers
        .get_all(name)
        .iter()
        .map(|line| String::from_utf8_lossy(line.as_bytes()));
    let first = lines.next()?.into_owned();
    Some(lines.fold(first, |text, line| format!("{text},{line}")))
}
