//! `Set-Cookie`, made from what a user may have sent.

use time::macros::datetime;
use tornado_web::cookies::{SetCookie, parse_cookie};

use super::{latin1, lines};

/// Four lines: name, value, domain and path.
pub(crate) fn check(input: &[u8]) {
    let [name, value, domain, path] = lines(input).map(latin1);
    let mut cookie = SetCookie::new(name.as_str(), value.as_str());
    cookie.domain(domain.as_str()).path(path.as_str());
    cookie.max_age(60).http_only(true);
    let Ok(header) = cookie.to_header_value_at(datetime!(2026-01-01 0:00 UTC)) else {
        return;
    };

    // Each attribute is where it was set, and there are no others.
    let header = latin1(header.as_bytes());
    let mut parts = header.split(';');
    let pair = parts.next().expect("a split text has a first part");
    let mut expected = vec![" HttpOnly".to_owned(), " Max-Age=60".to_owned()];
    if !domain.is_empty() {
        expected.insert(0, format!(" Domain={domain}"));
    }
    if !path.is_empty() {
        expected.push(format!(" Path={path}"));
    }
    assert!(parts.eq(expected.iter()), "{header}");

    // The browser returns the pair as it is.
    let read = parse_cookie(pair);
    assert_eq!(read.get(&name), Some(&*value), "{header}");
    assert_eq!(read.len(), 1, "{header}");
}
