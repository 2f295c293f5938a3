//! `Jar`: the cookies of a browser.

use std::time::SystemTime;

use cookie_store::{CookieStore, RawCookie};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use tornado_cookies::{SetCookie, unquote};
use url::Url;

#[derive(Default)]
pub(crate) struct Jar(CookieStore);

impl Jar {
    /// Stores the cookies set by a response to that URL, at the application's
    /// time.
    pub(crate) fn take(&mut self, headers: &HeaderMap, url: &Url, now: SystemTime) {
        for line in headers.get_all(SET_COOKIE) {
            // Bytes above 0x7f are latin-1, as in Tornado.
            let text: String = line.as_bytes().iter().copied().map(char::from).collect();
            self.insert(&text, url, now);
        }
    }

    pub(crate) fn insert(&mut self, line: &str, url: &Url, now: SystemTime) {
        let mut cookie = match RawCookie::parse(line.to_owned()) {
            Ok(cookie) => cookie,
            Err(error) => return refuse(line, &error.to_string()),
        };
        if let Some(why) = broken_promise(&cookie, url) {
            return refuse(line, why);
        }
        // The store counts from the system's time, which may differ from the
        // application's.
        if let Some(age) = cookie.max_age() {
            cookie.set_expires(time::OffsetDateTime::from(now).saturating_add(age));
            cookie.set_max_age(None);
        }
        // An expiry in the past removes the existing cookie, which the store
        // calls an error.
        match self.0.insert_raw(&cookie, url) {
            Ok(_) | Err(cookie_store::CookieError::Expired) => {}
            Err(error) => refuse(line, &error.to_string()),
        }
    }

    /// The `Cookie` header for a URL, with longer paths first, as in browsers
    /// (RFC 6265, section 5.4).
    pub(crate) fn header(&self, url: &Url, now: SystemTime) -> Option<HeaderValue> {
        let mut cookies = self.matches(url, now);
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = cookies
            .iter()
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
            .collect();
        let latin1: Option<Vec<u8>> = pairs
            .join("; ")
            .chars()
            .map(|c| u8::try_from(u32::from(c)).ok())
            .collect();
        let value = latin1.filter(|text| !text.is_empty())?;
        Some(HeaderValue::from_bytes(&value).expect("it came out of a header"))
    }

    /// The text of a cookie, with quotes and escapes resolved.
    pub(crate) fn get(&self, name: &str, url: &Url, now: SystemTime) -> Option<String> {
        let here = self.matches(url, now);
        // A cookie of another path, if this one has none.
        let alive = self.0.iter_unexpired();
        let elsewhere = alive.filter(|cookie| !cookie.expires_by(&now.into()));
        let mut cookies = here.into_iter().chain(elsewhere);
        let cookie = cookies.find(|cookie| cookie.name() == name)?;
        Some(unquote(cookie.value()).into_owned())
    }

    pub(crate) fn set(&mut self, cookie: &SetCookie, url: &Url, now: SystemTime) {
        let line = cookie
            .to_header_value_at(now.into())
            .unwrap_or_else(|error| panic!("no such cookie can be sent: {error}"));
        let line = String::from_utf8_lossy(line.as_bytes());
        self.insert(&line, url, now);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    fn matches(&self, url: &Url, now: SystemTime) -> Vec<&cookie_store::Cookie<'static>> {
        let mut cookies = self.0.matches(url);
        cookies.retain(|cookie| !cookie.expires_by(&now.into()));
        cookies
    }
}

/// Why a browser would not accept it, if there is a reason (RFC 6265bis, 5.7).
fn broken_promise(cookie: &RawCookie<'_>, url: &Url) -> Option<&'static str> {
    let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let is_secure = cookie.secure() == Some(true);
    let name = cookie.name().to_ascii_lowercase();
    let for_one_host = cookie.path() == Some("/") && cookie.domain().is_none();
    if is_secure && url.scheme() != "https" && !is_local {
        return Some("it is `Secure`, and the URL is not");
    }
    if name.starts_with("__secure-") && !is_secure {
        return Some("`__Secure-` needs `Secure`");
    }
    (name.starts_with("__host-") && !(is_secure && for_one_host))
        .then_some("`__Host-` needs `Secure`, `Path=/` and no `Domain`")
}

/// A browser reports this in its console.
fn refuse(line: &str, why: &str) {
    eprintln!("this cookie is not kept, as a browser would not keep it ({why}): {line}");
}
