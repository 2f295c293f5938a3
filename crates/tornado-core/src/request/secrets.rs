//! What of a request is in no `Debug`.

use std::fmt;

use http::HeaderMap;

use super::HttpServerRequest;

/// Headers that let in whoever has them.
const SECRET: [&str; 7] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "set-cookie",
    "x-api-key",
    "x-csrftoken",
    "x-xsrftoken",
];

/// Marks what must not be shown: `Debug` of such a value is `Sensitive`, wherever
/// it is copied to, and HTTP/2 keeps it out of its tables (RFC 7541, 7.1.3).
pub(super) fn mark(headers: &mut HeaderMap) {
    for (name, value) in headers {
        if SECRET.contains(&name.as_str()) {
            value.set_sensitive(true);
        }
    }
}

impl fmt::Debug for HttpServerRequest {
    /// Method, path, headers and who asks. Of cookies, credentials and tokens in
    /// headers, of the arguments in the query and of the body it has no value.
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
