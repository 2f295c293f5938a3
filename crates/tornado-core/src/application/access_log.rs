//! The access log: one line per request, in Tornado's words.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tracing::{error, info, warn};

use super::Application;
use crate::Exchange;
use crate::connection::ConnectionInfo;
use crate::log::{ACCESS, access_line};

/// Tornado's setting `log_function`: takes the place of the access log.
#[derive(Clone, Default)]
pub(super) struct LogFunction(pub(super) Option<Arc<LogRequest>>);

pub(super) type LogRequest = dyn Fn(&Exchange) + Send + Sync;

impl Application {
    /// Writes the line of a request that a handler has finished
    /// (`Application.log_request`).
    pub(crate) fn log_request(&self, exchange: &Exchange) {
        match &self.0.log_function.0 {
            Some(log) => log(exchange),
            None => {
                let request = &exchange.0.request;
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
}

/// At the level that Tornado gives to a status.
pub(super) fn line(
    status: u16,
    method: &http::Method,
    uri: &str,
    connection: &ConnectionInfo,
    elapsed: impl Fn() -> Duration,
) {
    // Made inside the macros, so only where somebody listens.
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

impl fmt::Debug for LogFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "LogFunction(own)"
        } else {
            "LogFunction(default)"
        })
    }
}
