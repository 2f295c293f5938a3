//! The access log: one line per request, in Tornado's words.

use std::time::Duration;

use tracing::{error, info, warn};

use crate::connection::ConnectionInfo;
use crate::exchange::Exchange;
use crate::log::{ACCESS, access_line};

/// Tornado's setting `log_function`, which replaces the access log. It is an
/// extension of the settings.
pub(crate) struct LogFunction(pub(crate) Box<LogRequest>);

type LogRequest = dyn Fn(&Exchange) + Send + Sync;

/// Writes the log line of a request that a handler has finished
/// (`Application.log_request`).
pub(crate) fn log_request(exchange: &Exchange) {
    let settings = exchange.application().settings();
    match settings.get_state::<LogFunction>() {
        Some(LogFunction(log)) => log(exchange),
        None => {
            let request = exchange.request();
            line(
                exchange.status().as_u16(),
                &request.parts.method,
                request.uri(),
                request.connection(),
                || request.request_time(),
            );
        }
    }
}

/// Logs at the level that Tornado gives to a status.
pub(crate) fn line(
    status: u16,
    method: &http::Method,
    uri: &str,
    connection: &ConnectionInfo,
    elapsed: impl Fn() -> Duration,
) {
    // Called inside the macros, so the line is made only if something listens.
    let line = || {
        access_line(
            status,
            method.as_str(),
            uri,
            connection.remote_ip(),
            elapsed(),
        )
    };
    match status {
        ..400 => info!(target: ACCESS, "{}", line()),
        400..500 => warn!(target: ACCESS, "{}", line()),
        _ => error!(target: ACCESS, "{}", line()),
    }
}
