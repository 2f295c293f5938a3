//! `RequestId`: the id of one request.

use std::fmt;
use std::sync::Arc;

use http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use tracing::{Span, error_span};
use uuid::{NoContext, Timestamp, Uuid};

use crate::connection::ConnectionInfo;
use crate::log::GENERAL;

/// Distinguishes one request from all others: in its log lines, in the header
/// `X-Request-Id` of its response, and in the handler, as
/// [`request_id`](crate::HttpServerRequest::request_id).
///
/// With the setting [`xheaders`](crate::Settings::xheaders) it comes from the
/// proxy in front; otherwise it is a version 7 UUID, which begins with the
/// time. A service in front of the application may put its own into the
/// extensions of the request.
///
/// ```
/// use tornado_web::RequestId;
/// let id = RequestId::generate();
/// assert_eq!(id.as_str().len(), 36);
/// assert_eq!(RequestId::parse(id.as_str()), Some(id));
/// assert_eq!(RequestId::parse("two words"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(Arc<str>);

pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// What others send is a UUID, or a hash at most.
const MAX_LEN: usize = 128;

impl RequestId {
    /// A new id: a version 7 UUID.
    #[must_use]
    pub fn generate() -> RequestId {
        // Without the counter that orders ids within a millisecond: it is
        // behind a lock that all requests would share.
        let id = Uuid::new_v7(Timestamp::now(NoContext));
        let mut text = Uuid::encode_buffer();
        RequestId(Arc::from(&*id.hyphenated().encode_lower(&mut text)))
    }

    /// Takes an id that was made elsewhere: 1 to 128 ASCII letters, digits and
    /// `-_.:+/=@`. Anything else is `None`.
    #[must_use]
    pub fn parse(text: impl AsRef<[u8]>) -> Option<RequestId> {
        let text = std::str::from_utf8(text.as_ref()).ok()?;
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:+/=@".contains(&byte);
        let is_id = (1..=MAX_LEN).contains(&text.len()) && text.bytes().all(known);
        is_id.then(|| RequestId(text.into()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of a request: the one set by a service in front, or by a proxy;
    /// otherwise a new one.
    pub(crate) fn of(
        headers: &HeaderMap,
        extensions: &Extensions,
        connection: &ConnectionInfo,
    ) -> RequestId {
        if let Some(id) = extensions.get::<RequestId>() {
            return id.clone();
        }
        let mut lines = headers.get_all(HEADER).iter();
        // With two headers, nobody knows which one the proxy has set.
        let named = lines.next().filter(|_| lines.next().is_none());
        named
            .filter(|_| connection.is_proxied())
            .and_then(RequestId::parse)
            .unwrap_or_else(RequestId::generate)
    }

    /// Encloses everything that is logged for the request. Its level is that of errors, so that it
    /// is present whatever the lowest level written.
    pub(crate) fn span(&self) -> Span {
        error_span!(target: GENERAL, "request", request_id = %self)
    }

    pub(crate) fn header_value(&self) -> HeaderValue {
        let value = HeaderValue::from_str(self.as_str());
        value.expect("an id is visible ASCII")
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl AsRef<str> for RequestId {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_others_is_short_and_of_few_characters() {
        let longest = "x".repeat(128);
        for good in ["1", "Root=1-67891233-abcdef", "a.b_c:d/e+f=@g", &longest] {
            assert_eq!(RequestId::parse(good).unwrap().to_string(), good);
        }
        let long = "x".repeat(129);
        for bad in [
            "", " ", "a b", "a,b", "a\"b", "a\nb", "<b>", "\u{e9}", &long,
        ] {
            assert_eq!(RequestId::parse(bad), None, "{bad:?}");
        }
        assert_eq!(RequestId::parse([0xff]), None);
    }

    #[test]
    fn a_new_one_is_a_uuid_of_version_7() {
        let id = RequestId::generate();
        let uuid = Uuid::parse_str(id.as_str()).unwrap();
        assert_eq!(uuid.get_version_num(), 7);
        assert_eq!(uuid.to_string(), id.as_ref());
        assert_ne!(RequestId::generate(), id);
    }
}
