//! HTTP/1 as Tornado speaks it, on hyper.
//!
//! hyper reads and writes the messages. [`Http1Stream`] stands between it and
//! the socket and does what hyper leaves open or does otherwise than Tornado:
//! the rules for `Host`, `Content-Length` and `Transfer-Encoding`, the limit of
//! a head and the time that it may take, targets that `http::Uri` refuses, the
//! bare 400, `HTTP/1.1` in answers to HTTP/1.0.
//!
//! A head in the plain form that nearly all clients send is looked at once and
//! goes through as it is. Any other is read by the rules of RFC 9112 and written
//! anew for hyper, so that there are never two opinions on where a message ends.

mod chunked;
mod head;
mod odd;
mod service;
mod stream;
mod wire;

pub(super) use service::Http1Service;
pub(super) use stream::{Http1Stream, Limits};
pub(super) use wire::Wire;
