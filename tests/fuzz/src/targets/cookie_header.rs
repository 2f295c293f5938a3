//! The `Cookie` header.

use tornado_web::cookies::{CookieMap, find_cookie, parse_cookie, quote};

pub(crate) fn check(header: &[u8]) {
    let cookies = parse_cookie(header);
    let parts = header.split(|byte| *byte == b';').count();
    assert!(cookies.len() <= parts, "{} cookies", cookies.len());

    // One cookie and all of them are read by different code.
    for (name, value) in cookies.iter() {
        assert_eq!(find_cookie(header, name).as_deref(), Some(value), "{name}");
    }

    // Splitting the header into two lines makes no difference.
    for (at, _) in header.iter().enumerate().filter(|(_, byte)| **byte == b';') {
        let lines = CookieMap::from_headers([&header[..at], &header[at + 1..]].into_iter());
        assert!(lines.iter().eq(cookies.iter()), "split at {at}");
    }

    // What was read can be written in ASCII and read again.
    let written: Vec<_> = cookies
        .iter()
        .map(|(name, value)| format!("{name}={}", quote(value)))
        .collect();
    let written = written.join("; ");
    assert!(written.is_ascii(), "{written}");
    assert!(
        parse_cookie(&written).iter().eq(cookies.iter()),
        "{written}"
    );
}
