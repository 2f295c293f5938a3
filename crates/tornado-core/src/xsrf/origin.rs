//! Whether a request comes from a page of another origin.

use crate::python::repr;
use crate::url_split::scheme_and_netloc;
use crate::{HttpError, RequestHandler, Result};

/// Tornado's `_check_cross_origin`. Browsers say in `Sec-Fetch-Site` where a
/// request comes from; old ones, and those without TLS, have `Origin` alone.
pub(super) fn check<H: RequestHandler>(handler: &H) -> Result {
    let request = handler.exchange().request();
    let origin = request.header("origin");
    let trusted = |origin: &str| handler.check_trusted_origin(origin);
    let message = match request.header("sec-fetch-site").as_deref() {
        // The same origin, or an address that a person has typed.
        Some("same-origin" | "none") => return Ok(()),
        Some(site) => {
            if origin
                .as_deref()
                .is_some_and(|o| !o.is_empty() && trusted(o))
            {
                return Ok(());
            }
            let origin = origin.map_or_else(|| "None".to_owned(), |origin| repr(&origin));
            format!("Sec-Fetch-Site {site} & origin {origin} not allowed")
        }
        None => {
            // Without either, it is most likely no browser.
            let Some(origin) = origin else { return Ok(()) };
            if is_host(&origin, request.host()) || trusted(&origin) {
                return Ok(());
            }
            format!("Origin {} not allowed", repr(&origin))
        }
    };
    Err(HttpError::new(403).with_log_message(message).into())
}

/// Whether an origin is this host, port included. The scheme is not compared,
/// as behind a proxy it would need headers that may not be set up.
fn is_host(origin: &str, host: &str) -> bool {
    // No host is none in particular: `null` is an origin without one.
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
