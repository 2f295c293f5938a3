//! The jar of the crate tower-cookies, if its layer is in front of the
//! application (feature `tower-cookies`).

use http::header::COOKIE;
use http::request::Parts;
use http::{Extensions, HeaderValue};
use tornado_cookies::SetCookie;
use tower_cookies::{Cookie, Cookies};

/// Makes the `Cookie` header what the client would send if it had the contents
/// of the jar, so that everything that reads cookies sees what the layers in
/// front have changed. Unchanged cookies stay, byte for byte.
pub(crate) fn show(parts: &mut Parts) {
    let Some(jar) = parts.extensions.get::<Cookies>() else {
        return;
    };
    let mut new = jar.list();
    let mut kept: Vec<String> = Vec::new();
    let mut changed = false;
    // From the end, since of several cookies with one name the jar has the
    // last.
    for line in parts.headers.get_all(COOKIE).iter().rev() {
        let Ok(line) = std::str::from_utf8(line.as_bytes()) else {
            // The jar has none of it.
            return;
        };
        for pair in line.rsplit(';').map(str::trim) {
            let Ok(sent) = Cookie::parse_encoded(pair) else {
                kept.push(pair.to_owned());
                continue;
            };
            let Some(cookie) = jar.get(sent.name()) else {
                changed = true;
                continue;
            };
            let count = new.len();
            new.retain(|cookie| cookie.name() != sent.name());
            let is_last = new.len() < count;
            if is_last && cookie.value() != sent.value() {
                changed = true;
                kept.extend(pair_of(&cookie));
            } else {
                kept.push(pair.to_owned());
            }
        }
    }
    if !changed && new.is_empty() {
        return;
    }
    kept.reverse();
    kept.extend(new.iter().filter_map(pair_of));
    parts.headers.remove(COOKIE);
    if !kept.is_empty()
        && let Ok(line) = HeaderValue::from_bytes(kept.join("; ").as_bytes())
    {
        parts.headers.insert(COOKIE, line);
    }
}

/// A cookie as the client would send it; `None` if it would be read as a
/// different one.
fn pair_of(cookie: &Cookie<'_>) -> Option<String> {
    let (name, value) = cookie.name_value();
    let breaks = |c: char| c == ';' || c.is_control();
    let breaks = name.contains(breaks) || value.contains(breaks);
    (!breaks).then(|| format!("{name}={value}"))
}

/// Puts a cookie of the response into the jar, if there is a jar that can hold
/// it; then the jar's layer sends it.
pub(crate) fn put(extensions: &Extensions, cookie: &SetCookie, line: &HeaderValue) -> bool {
    let Some(jar) = extensions.get::<Cookies>() else {
        return false;
    };
    let Ok(text) = line.to_str() else {
        return false;
    };
    let Ok(parsed) = Cookie::parse(text.to_owned()) else {
        return false;
    };
    if !cookie.is_removal() {
        jar.add(parsed);
    } else if jar.get(cookie.name()).is_some() {
        jar.remove(parsed);
    } else {
        // The jar would show an empty cookie instead of none.
        return false;
    }
    true
}
