//! The line of the access log.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// Tornado's access line, `200 GET /x?y=1 (127.0.0.1) 0.71ms`, formatted when
/// it is displayed.
///
/// ```
/// use std::time::Duration;
/// use tornado_web::log::access_line;
/// let line = access_line(200, "GET", "/x?y=1", [127, 0, 0, 1].into(), Duration::from_micros(714));
/// assert_eq!(line.to_string(), "200 GET /x?y=1 (127.0.0.1) 0.71ms");
/// ```
#[must_use]
pub fn access_line<'a>(
    status: u16,
    method: &'a str,
    uri: &'a str,
    remote_ip: IpAddr,
    elapsed: Duration,
) -> AccessLine<'a> {
    AccessLine {
        status,
        method,
        uri,
        remote_ip,
        elapsed,
    }
}

/// The result of [`access_line`].
#[derive(Clone, Debug)]
pub struct AccessLine<'a> {
    status: u16,
    method: &'a str,
    uri: &'a str,
    remote_ip: IpAddr,
    elapsed: Duration,
}

impl fmt::Display for AccessLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.elapsed.as_secs_f64() * 1e3;
        write!(
            f,
            "{} {} {} ({}) {millis:.2}ms",
            self.status, self.method, self.uri, self.remote_ip
        )
    }
}
