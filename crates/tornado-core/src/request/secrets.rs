//! The parts of a request that no `Debug` shows.

use std::fmt;

use http::HeaderMap;

use super::HttpServerRequest;

/// Headers that grant access to anyone who has them.
const SECRET: [&str; 7] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "set-cookie",
    "x-api-key",
    "x-csrftoken",
    "x-xsrftoken",
];

/// Marks what must not be shown: the `Debug` of such a value is `Sensitive`,
/// wherever it is copied to, and HTTP/2 keeps it out of its tables (RFC 7541,
/// 7.1.3).
pub(super) fn mark(headers: &mut HeaderMap) {
    for (name, value) in headers {
        if SECRET.contains(&name.as_str()) {
            value.set_sensitive(true);
        }
    }
}

impl fmt::Debug for HttpServerRequest {
    /// Shows method, path, headers and client. It hides the values of cookies,
    /// of credentials and tokens in headers, and of the query's arguments, and
    /// the body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpServerRequest")
            .field("method", self.method())
            .field("path", &self.path())
            .field("query_arguments", &Names(self))
            .field("version", &self.version())
            .field("protocol", &self.protocol())
            .field("host", &self.host())
            .field("remote_ip", &self.remote_ip())
            .field("headers", self.headers())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

struct Names<'a>(&'a HttpServerRequest);

impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.query_arguments().names();
        f.debug_set().entries(names).finish()
    }
}
