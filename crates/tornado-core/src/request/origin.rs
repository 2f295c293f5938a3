//! Whether a request comes from a page of another origin.

use super::HttpServerRequest;
use crate::python::repr;
use crate::url_split::scheme_and_netloc;

impl HttpServerRequest {
    /// The objection to a request that a page of another origin may have made, as in Tornado's
    /// `_check_cross_origin`; `None` if there is none. `trusted` is called for other origins.
    ///
    /// Browsers say in `Sec-Fetch-Site` where a request comes from; old ones, and those without
    /// TLS, send only `Origin`. Behind a proxy, with the setting
    /// [`xheaders`](crate::Settings::xheaders), the host in the proxy's `X-Forwarded-Host` counts
    /// as well.
    #[must_use]
    pub fn cross_origin_complaint(&self, trusted: impl FnOnce(&str) -> bool) -> Option<String> {
        let origin = self.header("origin");
        match self.header("sec-fetch-site").as_deref() {
            // The same origin, or an address that the user has typed.
            Some("same-origin" | "none") => None,
            Some(site) => {
                if origin
                    .as_deref()
                    .is_some_and(|o| !o.is_empty() && trusted(o))
                {
                    return None;
                }
                let origin = origin.map_or_else(|| "None".to_owned(), |origin| repr(&origin));
                Some(format!(
                    "Sec-Fetch-Site {site} & origin {origin} not allowed"
                ))
            }
            None => {
                // Without either header, it is probably not a browser.
                let origin = origin?;
                if is_host(&origin, self.host())
                    || self.is_forwarded_host(&origin)
                    || trusted(&origin)
                {
                    return None;
                }
                Some(format!("Origin {} not allowed", repr(&origin)))
            }
        }
    }

    /// Whether the proxy was asked for this host. A page can't set that header, so the proxy need
    /// not be a known one.
    fn is_forwarded_host(&self, origin: &str) -> bool {
        let host = self
            .connection
            .is_proxied()
            .then(|| self.header("x-forwarded-host"));
        host.flatten()
            .is_some_and(|host| is_host(origin, host.trim()))
    }
}

/// Whether an origin is this host, port included. The scheme is not compared,
/// since behind a proxy that would need headers that may not be set up.
fn is_host(origin: &str, host: &str) -> bool {
    // An empty host matches nothing: `null` is an origin without a host.
    scheme_and_netloc(origin)
        .is_some_and(|(_, netloc)| !netloc.is_empty() && netloc == host.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_compared_with_its_port_and_without_its_scheme() {
        assert!(is_host("https://Example.com:8888/path", "example.COM:8888"));
        assert!(!is_host("http://example.com", "example.com:8888"));
        assert!(!is_host("http://example.com.evil.org", "example.com"));
        assert!(!is_host("null", "null"));
        assert!(!is_host("null", ""));
        assert!(!is_host("file:///a", ""));
        assert!(!is_host("http://[x", "[x"));
    }
}
