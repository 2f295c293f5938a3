//! `Forwarded`: what a proxy says about the client (Tornado's `xheaders`).

use std::net::IpAddr;

use http::{HeaderMap, HeaderValue};

use crate::Settings;
use crate::connection::{ConnectionInfo, Protocol};

/// How the headers of a proxy are read.
#[derive(Clone, Debug)]
pub(super) struct Forwarded {
    trusted: Vec<IpAddr>,
}

impl Forwarded {
    /// `None` if the setting is off.
    pub(super) fn new(settings: &Settings) -> Option<Forwarded> {
        let trusted = settings.get_trusted_downstream();
        settings.get_xheaders().then(|| Forwarded {
            trusted: trusted.iter().map(IpAddr::to_canonical).collect(),
        })
    }

    /// The client, according to the headers of this request. What they omit or
    /// get wrong comes from the connection.
    pub(super) fn apply(&self, headers: &HeaderMap, connection: ConnectionInfo) -> ConnectionInfo {
        let told = match self.remote_ip(headers) {
            Some(remote_ip) => ConnectionInfo::new(remote_ip, connection.protocol()),
            None => connection,
        };
        told.told_by_proxy(protocol(headers))
    }

    fn remote_ip(&self, headers: &HeaderMap) -> Option<IpAddr> {
        if let Some(ip) = joined(headers, "x-real-ip") {
            return ip.trim().parse().ok();
        }
        // From the right, since the client itself may have sent what is on the
        // left.
        let chain = joined(headers, "x-forwarded-for")?;
        let mut found = "";
        for ip in chain.rsplit(',').map(str::trim) {
            found = ip;
            let trusted = |ip: IpAddr| self.trusted.contains(&ip.to_canonical());
            if !ip.parse().is_ok_and(trusted) {
                break;
            }
        }
        found.parse().ok()
    }
}

fn protocol(headers: &HeaderMap) -> Option<Protocol> {
    let named = joined(headers, "x-scheme").or_else(|| joined(headers, "x-forwarded-proto"))?;
    match named.rsplit(',').next()?.trim() {
        "http" => Some(Protocol::Http),
        "https" => Some(Protocol::Https),
        _ => None,
    }
}

/// The values of a header as one list; `None` without the header.
fn joined(headers: &HeaderMap, name: &str) -> Option<String> {
    let values: Vec<_> = headers
        .get_all(name)
        .iter()
        .map(|value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    (!values.is_empty()).then(|| values.join(","))
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    /// What these headers make of a plain connection from 127.0.0.1.
    fn apply(headers: &[(&str, &str)]) -> String {
        let settings = Settings::new()
            .xheaders(true)
            .trusted_downstream(vec![[5, 5, 5, 5].into()]);
        let forwarded = Forwarded::new(&settings).unwrap();
        let headers = headers
            .iter()
            .map(|(name, value)| {
                let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
                (name, HeaderValue::from_str(value).unwrap())
            })
            .collect();
        let connection = ConnectionInfo::new([127, 0, 0, 1].into(), Protocol::Http);
        let found = forwarded.apply(&headers, connection);
        format!("{} {}", found.remote_ip(), found.protocol())
    }

    #[test]
    fn addresses_are_read_as_tornado_reads_them() {
        for (headers, expected) in [
            (&[][..], "127.0.0.1"),
            (&[("X-Real-IP", "4.4.4.4")], "4.4.4.4"),
            (&[("X-Forwarded-For", "127.0.0.1, 4.4.4.4")], "4.4.4.4"),
            (
                &[
                    ("X-Forwarded-For", "4.4.4.4"),
                    ("X-Forwarded-For", "5.5.5.5"),
                ],
                "4.4.4.4",
            ),
            (&[("X-Forwarded-For", "4.4.4.4, 5.5.5.5")], "4.4.4.4"),
            (&[("X-Forwarded-For", "5.5.5.5, 4.4.4.4")], "4.4.4.4"),
            (&[("X-Forwarded-For", "5.5.5.5, 5.5.5.5")], "5.5.5.5"),
            (
                &[("X-Real-IP", "2620:0:1cfe:face:b00c::3")],
                "2620:0:1cfe:face:b00c::3",
            ),
            (
                &[("X-Forwarded-For", "::1, 2620:0:1cfe:face:b00c::3")],
                "2620:0:1cfe:face:b00c::3",
            ),
            (&[("X-Real-IP", "4.4.4.4<script>")], "127.0.0.1"),
            (
                &[("X-Forwarded-For", "4.4.4.4, 5.5.5.5<script>")],
                "127.0.0.1",
            ),
            (&[("X-Real-IP", "www.google.com")], "127.0.0.1"),
            (
                &[("X-Real-IP", "4.4.4.4"), ("X-Forwarded-For", "3.3.3.3")],
                "4.4.4.4",
            ),
        ] {
            assert_eq!(apply(headers), format!("{expected} http"), "{headers:?}");
        }
    }

    #[test]
    fn the_scheme_is_one_of_two() {
        for (headers, expected) in [
            (&[("X-Scheme", "https")][..], "https"),
            (&[("X-Forwarded-Proto", "https")], "https"),
            (&[("X-Forwarded-Proto", "https , http")], "http"),
            (&[("X-Forwarded-Proto", "http,https")], "https"),
            (&[("X-Forwarded-Proto", "unknown")], "http"),
            (
                &[("X-Scheme", "unknown"), ("X-Forwarded-Proto", "https")],
                "http",
            ),
        ] {
            assert_eq!(
                apply(headers),
                format!("127.0.0.1 {expected}"),
                "{headers:?}"
            );
        }
    }

    #[test]
    fn nobody_is_asked_unless_it_is_set() {
        assert!(Forwarded::new(&Settings::new()).is_none());
    }
}
