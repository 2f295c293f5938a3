//! `Refusal`: the end of a request that no handler can answer.

use http::{Response, StatusCode};
use tracing::{debug, info};

use super::ReadError;
use crate::Body;
use crate::connection::ConnectionInfo;
use crate::log::GENERAL;

/// What the server should do with the connection. It finds this among the
/// extensions of a response; another server sends the response itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The client is not speaking HTTP: an empty 400, and the end.
    BadRequest,
    /// The client is too slow: the end, without a response.
    TooSlow,
}

impl Refusal {
    /// The refusal for a body that could not be read; logs why.
    pub(crate) fn of(error: &ReadError, connection: &ConnectionInfo) -> Refusal {
        let remote_ip = connection.remote_ip();
        match error {
            ReadError::Timeout => {
                info!(target: GENERAL, "Timeout reading body from {remote_ip}");
                Refusal::TooSlow
            }
            ReadError::Broken(error) => {
                // Usually a client that has left, as it may.
                debug!(target: GENERAL, "The body from {remote_ip} has broken off: {error}");
                Refusal::BadRequest
            }
            ReadError::Inflate(why) => {
                info!(target: GENERAL, "Malformed HTTP message from {remote_ip}: {why}");
                Refusal::BadRequest
            }
            ReadError::Full => {
                info!(target: GENERAL, "The body from {remote_ip} has no room beside others");
                Refusal::BadRequest
            }
            ReadError::Bomb(ratio) => {
                info!(target: GENERAL, "The body from {remote_ip} inflates to more than {ratio} times its size");
                Refusal::BadRequest
            }
            ReadError::TooLarge(limit) => {
                info!(target: GENERAL, "The body from {remote_ip} is larger than {limit} bytes");
                Refusal::BadRequest
            }
        }
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = match self {
            Refusal::BadRequest => StatusCode::BAD_REQUEST,
            Refusal::TooSlow => StatusCode::REQUEST_TIMEOUT,
        };
        response.extensions_mut().insert(self);
        response
    }
}
