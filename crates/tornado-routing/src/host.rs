//! Rules by host (Tornado's `HostMatches` and `DefaultHostMatches`).

use std::borrow::Cow;

use crate::{
    engine::{Groups, Pattern},
    error::{MatchError, PatternError},
    matcher::{Matcher, PathParams, RequestHead},
};

/// Matches requests for the hosts that a regular expression describes (Tornado's `HostMatches`).
///
/// The pattern is applied to the host name in lower case and without its port, and must match all
/// of it.
///
/// ```
/// use http::{HeaderMap, Method};
/// use tornado_routing::{HostMatches, Matcher, RequestHead};
///
/// let headers = HeaderMap::new();
/// let head = RequestHead::new(&Method::GET, "/", &headers).with_host_name("www.example.com");
/// assert!(HostMatches::new(r"(www\.)?example\.com")?.matches(&head)?.is_some());
/// assert!(HostMatches::new(r"example\.com")?.matches(&head)?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct HostMatches(Pattern);

impl HostMatches {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// If it is not a valid regular expression, or exceeds what the engines can
    /// run.
    pub fn new(pattern: &str) -> Result<HostMatches, PatternError> {
        Pattern::new(pattern, Groups::Any).map(HostMatches)
    }

    /// The pattern, including the final `$`.
    #[must_use]
    pub fn pattern(&self) -> &str {
        self.0.source()
    }
}

impl Matcher for HostMatches {
    fn matches(&self, request: &RequestHead<'_>) -> Result<Option<PathParams>, MatchError> {
        let matched = self.0.is_match(request.host_name().as_bytes())?;
        Ok(matched.then(PathParams::new))
    }
}

/// Matches if a regular expression describes the application's `default_host` (Tornado's
/// `DefaultHostMatches`).
///
/// The rules for that host then also answer requests for hosts without rules. Behind a load
/// balancer (the request has `X-Real-Ip`) it matches nothing.
///
/// ```
/// use http::{HeaderMap, Method};
/// use tornado_routing::{DefaultHostMatches, Matcher, RequestHead};
///
/// let default = DefaultHostMatches::new(r"www\.example\.com")?;
/// let mut headers = HeaderMap::new();
/// let head = RequestHead::new(&Method::GET, "/", &headers).with_host_name("127.0.0.1");
/// assert!(default.matches(&head)?.is_none());
/// assert!(default.matches(&head.with_default_host(Some("www.example.com")))?.is_some());
///
/// headers.insert("X-Real-Ip", "10.0.0.1".parse().unwrap());
/// let head = RequestHead::new(&Method::GET, "/", &headers).with_default_host(Some("www.example.com"));
/// assert!(default.matches(&head)?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct DefaultHostMatches(Pattern);

impl DefaultHostMatches {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// If it is not a valid regular expression, or exceeds what the engines can
    /// run.
    pub fn new(pattern: &str) -> Result<DefaultHostMatches, PatternError> {
        Pattern::new(pattern, Groups::Any).map(DefaultHostMatches)
    }
}

impl Matcher for DefaultHostMatches {
    fn matches(&self, request: &RequestHead<'_>) -> Result<Option<PathParams>, MatchError> {
        let host = request
            .default_host()
            .filter(|_| !request.headers().contains_key("x-real-ip"));
        let matched = match host {
            Some(host) => self.0.is_match(host.as_bytes())?,
            None => false,
        };
        Ok(matched.then(PathParams::new))
    }
}

/// The host name in a `Host` header: in lower case and without the port (Tornado's `request.host_name`).
///
/// ```
/// use tornado_routing::host_name;
///
/// assert_eq!(host_name("Example.com:8888"), "example.com");
/// assert_eq!(host_name("[::1]:80"), "[::1]");
/// assert_eq!(host_name("example.com:"), "example.com:");
/// ```
#[must_use]
pub fn host_name(host: &str) -> Cow<'_, str> {
    let name = match host.rsplit_once(':') {
        Some((name, port))
            if !name.is_empty() && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) =>
        {
            name
        }
        _ => host,
    };
    if name
        .bytes()
        .any(|b| b.is_ascii_uppercase() || !b.is_ascii())
    {
        Cow::Owned(name.to_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}
