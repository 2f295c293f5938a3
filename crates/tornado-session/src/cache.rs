//! What a response that depends on a session says to caches.

use http::header::{CACHE_CONTROL, VARY};
use http::{HeaderMap, HeaderValue};

/// Marks the response as one for this cookie, which no shared cache may keep,
/// unless the handler has said how it may be kept (RFC 9111, 4.1 and 5.2.2.7).
/// Django and Flask do the former.
pub(crate) fn depends_on_cookie(headers: &mut HeaderMap) {
    let known = headers.get_all(VARY).iter().any(|value| {
        let mut names = value.as_bytes().split(|byte| *byte == b',');
        names.any(|name| {
            let name = name.trim_ascii();
            name == b"*" || name.eq_ignore_ascii_case(b"cookie")
        })
    });
    if !known {
        headers.append(VARY, HeaderValue::from_static("Cookie"));
    }
    let control = headers.entry(CACHE_CONTROL);
    control.or_insert(HeaderValue::from_static("private"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_handler_has_said_stays() {
        for (vary, control, all) in [
            (None, None, ["Cookie", "private"]),
            (Some("Origin"), None, ["Origin, Cookie", "private"]),
            (Some("Origin,COOKIE"), None, ["Origin,COOKIE", "private"]),
            (Some("*"), Some("no-store"), ["*", "no-store"]),
            (
                Some("Cookie2"),
                Some("public"),
                ["Cookie2, Cookie", "public"],
            ),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [(VARY, vary), (CACHE_CONTROL, control)] {
                if let Some(value) = value {
                    headers.insert(name, HeaderValue::from_static(value));
                }
            }
            for _ in 0..2 {
                depends_on_cookie(&mut headers);
                let values = [VARY, CACHE_CONTROL].map(|name| {
                    let values = headers.get_all(name).iter();
                    let values: Vec<_> = values.map(|value| value.to_str().unwrap()).collect();
                    values.join(", ")
                });
                assert_eq!(values, all, "{vary:?}");
            }
        }
    }
}
