//! `SetCookie`: a cookie to send, with its attributes.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use http::HeaderValue;
use time::{Duration, OffsetDateTime};

use crate::date::push_date;
use crate::parse::{is_name, is_reserved};
use crate::quote::push_quoted;
use crate::{CookieError, CookieErrorKind};

/// A cookie to send: the arguments of Tornado's `set_cookie` and
/// `clear_cookie`.
///
/// [`new`](Self::new) has Tornado's defaults: the path `/` and no other
/// attribute, so the cookie lasts until the browser is closed. The setters edit
/// it in place. Nothing is refused before
/// [`to_header_value`](Self::to_header_value).
///
/// ```
/// use tornado_cookies::{SameSite, SetCookie};
/// let mut cookie = SetCookie::new("name", "John Doe");
/// cookie.http_only(true).max_age(3600).same_site(SameSite::Lax);
/// assert_eq!(
///     cookie.to_header_value()?,
///     "name=\"John Doe\"; HttpOnly; Max-Age=3600; Path=/; SameSite=Lax"
/// );
/// # Ok::<(), tornado_cookies::CookieError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct SetCookie {
    name: String,
    value: String,
    domain: String,
    path: Cow<'static, str>,
    expires: Option<OffsetDateTime>,
    expires_days: Option<f64>,
    max_age: i64,
    http_only: bool,
    secure: bool,
    partitioned: bool,
    same_site: Option<SameSite>,
    removal: bool,
}

/// Which requests from other sites a cookie is sent with (RFC 6265bis, section
/// 4.1.2.7).
///
/// ```
/// use tornado_cookies::SameSite;
/// assert_eq!("strict".parse(), Ok(SameSite::Strict));
/// assert_eq!(SameSite::None.to_string(), "None");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SameSite {
    /// None.
    Strict,
    /// Those that follow a link.
    Lax,
    /// All. Browsers require [`secure`](SetCookie::secure) as well.
    None,
}

impl SameSite {
    const fn as_str(self) -> &'static str {
        match self {
            SameSite::Strict => "Strict",
            SameSite::Lax => "Lax",
            SameSite::None => "None",
        }
    }
}

impl fmt::Display for SameSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for SameSite {
    type Err = UnknownSameSite;

    fn from_str(text: &str) -> Result<SameSite, UnknownSameSite> {
        [SameSite::Strict, SameSite::Lax, SameSite::None]
            .into_iter()
            .find(|same_site| text.eq_ignore_ascii_case(same_site.as_str()))
            .ok_or(UnknownSameSite(()))
    }
}

/// The error for a text that is not the name of a [`SameSite`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownSameSite(());

impl fmt::Display for UnknownSameSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SameSite must be `Strict`, `Lax` or `None`")
    }
}

impl std::error::Error for UnknownSameSite {}

impl SetCookie {
    /// A cookie for the path `/` that lasts until the browser is closed.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> SetCookie {
        SetCookie {
            name: name.into(),
            value: value.into(),
            domain: String::new(),
            path: Cow::Borrowed("/"),
            expires: None,
            expires_days: None,
            max_age: 0,
            http_only: false,
            secure: false,
            partitioned: false,
            same_site: None,
            removal: false,
        }
    }

    /// A cookie that deletes the one with its name: it is empty, and expired
    /// 365 days ago. Domain and path must be the ones that the other was set
    /// with.
    ///
    /// Tornado's `clear_cookie`.
    ///
    /// ```
    /// use time::macros::datetime;
    /// use tornado_cookies::SetCookie;
    /// assert_eq!(
    ///     SetCookie::removal("a").to_header_value_at(datetime!(2023-11-14 22:13:20 UTC))?,
    ///     "a=\"\"; expires=Mon, 14 Nov 2022 22:13:20 GMT; Path=/"
    /// );
    /// # Ok::<(), tornado_cookies::CookieError>(())
    /// ```
    #[must_use]
    pub fn removal(name: impl Into<String>) -> SetCookie {
        SetCookie {
            removal: true,
            ..SetCookie::new(name, "")
        }
    }

    /// The host that gets the cookie, along with its subdomains. The empty text
    /// stands for the host of the response alone.
    pub fn domain(&mut self, domain: impl Into<String>) -> &mut SetCookie {
        self.domain = domain.into();
        self
    }

    /// The path that gets the cookie, along with everything below it. The empty
    /// text stands for the folder of the request: Tornado's `path=None`.
    ///
    /// ```
    /// let mut cookie = tornado_cookies::SetCookie::new("a", "b");
    /// assert_eq!(cookie.path("/shop").to_header_value()?, "a=b; Path=/shop");
    /// assert_eq!(cookie.path("").to_header_value()?, "a=b");
    /// # Ok::<(), tornado_cookies::CookieError>(())
    /// ```
    pub fn path(&mut self, path: impl Into<String>) -> &mut SetCookie {
        self.path = Cow::Owned(path.into());
        self
    }

    /// The time at which the cookie expires. It overrides
    /// [`expires_days`](Self::expires_days).
    pub fn expires(&mut self, expires: impl Into<OffsetDateTime>) -> &mut SetCookie {
        self.expires = Some(expires.into());
        self
    }

    /// The time at which the cookie expires, in days from when it is sent: `30`, `0.5`, or
    /// `None` for as long as the browser runs.
    ///
    /// ```
    /// use time::macros::datetime;
    /// let mut cookie = tornado_cookies::SetCookie::new("a", "b");
    /// cookie.expires_days(0.5);
    /// assert_eq!(
    ///     cookie.to_header_value_at(datetime!(2023-11-14 22:13:20 UTC))?,
    ///     "a=b; expires=Wed, 15 Nov 2023 10:13:20 GMT; Path=/"
    /// );
    /// # Ok::<(), tornado_cookies::CookieError>(())
    /// ```
    pub fn expires_days(&mut self, days: impl Days) -> &mut SetCookie {
        self.expires_days = days.days();
        self
    }

    /// How long the cookie lives, in seconds. As in Tornado, 0 means no
    /// `Max-Age`; to delete a cookie, use [`removal`](Self::removal).
    pub fn max_age(&mut self, seconds: i64) -> &mut SetCookie {
        self.max_age = seconds;
        self
    }

    /// Whether the cookie is hidden from scripts.
    pub fn http_only(&mut self, http_only: bool) -> &mut SetCookie {
        self.http_only = http_only;
        self
    }

    /// Whether the cookie is sent over TLS only.
    pub fn secure(&mut self, secure: bool) -> &mut SetCookie {
        self.secure = secure;
        self
    }

    /// Which requests from other sites the cookie is sent with.
    pub fn same_site(&mut self, same_site: impl Into<Option<SameSite>>) -> &mut SetCookie {
        self.same_site = same_site.into();
        self
    }

    /// Whether each site that embeds this one gets its own copy of the cookie
    /// (CHIPS). Browsers require [`secure`](Self::secure) as well. Tornado
    /// supports it from Python 3.14 on.
    pub fn partitioned(&mut self, partitioned: bool) -> &mut SetCookie {
        self.partitioned = partitioned;
        self
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, unquoted. For a removal it is empty.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Whether it deletes the cookie with its name.
    #[must_use]
    pub fn is_removal(&self) -> bool {
        self.removal
    }

    /// The value of the `Set-Cookie` header, byte for byte as Tornado writes
    /// it.
    ///
    /// Characters from `U+0080` to `U+00FF` are latin-1 in an attribute, and an
    /// octal escape in the value.
    ///
    /// # Errors
    ///
    /// In the cases where Tornado fails too: a name that is not allowed, a
    /// control character or a character above `U+00FF` in the value, white
    /// space or `;` in the domain or path, an expiry that is not a valid date,
    /// or an expiry set on a removal. A space in the value, which Tornado
    /// refuses, is quoted.
    pub fn to_header_value(&self) -> Result<HeaderValue, CookieError> {
        self.render(OffsetDateTime::now_utc)
    }

    /// [`to_header_value`](Self::to_header_value), as of another time.
    ///
    /// # Errors
    ///
    /// Those of [`to_header_value`](Self::to_header_value).
    pub fn to_header_value_at(&self, now: OffsetDateTime) -> Result<HeaderValue, CookieError> {
        self.render(|| now)
    }

    fn render(&self, now: impl FnOnce() -> OffsetDateTime) -> Result<HeaderValue, CookieError> {
        self.check()?;
        let mut out = String::with_capacity(self.name.len() + self.value.len() + 80);
        out.push_str(&self.name);
        out.push('=');
        push_quoted(&mut out, &self.value);
        // In the order of Python's keys, which is alphabetical.
        push_attribute(&mut out, "; Domain=", &self.domain);
        if self.expires.is_some() || self.expires_days.is_some() || self.removal {
            out.push_str("; expires=");
            self.ends_at(now)
                .and_then(|time| push_date(&mut out, time))
                .ok_or_else(|| {
                    self.error(
                        CookieErrorKind::Expiry,
                        "it ends outside of the years 1 to 9999; set less days",
                    )
                })?;
        }
        push_flag(&mut out, "; HttpOnly", self.http_only);
        if self.max_age != 0 {
            out.push_str("; Max-Age=");
            out.push_str(&self.max_age.to_string());
        }
        push_flag(&mut out, "; Partitioned", self.partitioned);
        push_attribute(&mut out, "; Path=", &self.path);
        if let Some(same_site) = self.same_site {
            push_attribute(&mut out, "; SameSite=", same_site.as_str());
        }
        push_flag(&mut out, "; Secure", self.secure);
        let bytes = if out.is_ascii() {
            out.into_bytes()
        } else {
            // Everything in it was checked to be latin-1.
            out.chars().map(|char| char as u8).collect()
        };
        let mut header = HeaderValue::try_from(bytes)
            .map_err(|_| self.error(CookieErrorKind::Value, "it makes no header"))?;
        // So that the `Debug` of the headers hides it.
        header.set_sensitive(true);
        Ok(header)
    }

    fn ends_at(&self, now: impl FnOnce() -> OffsetDateTime) -> Option<OffsetDateTime> {
        if let Some(expires) = self.expires {
            return Some(expires);
        }
        let days = if self.removal {
            -365.0
        } else {
            self.expires_days?
        };
        now().checked_add(Duration::checked_seconds_f64(days * 86400.0)?)
    }

    fn check(&self) -> Result<(), CookieError> {
        if self
            .value
            .chars()
            .any(|char| !(' '..='\u{ff}').contains(&char))
        {
            return Err(self.error(
                CookieErrorKind::Value,
                "the value has a control character or one above U+00FF; encode it first, \
                 as base64 for example",
            ));
        }
        for (attribute, text) in [("domain", &*self.domain), ("path", &*self.path)] {
            let refused = |char| matches!(char, '\0'..=' ' | ';' | '\x7f' | '\u{100}'..);
            if text.contains(refused) {
                return Err(self.error(
                    CookieErrorKind::Attribute,
                    &format!(
                        "the {attribute} must have no white space, control character, `;` or \
                         character above U+00FF"
                    ),
                ));
            }
        }
        let is_host_only = self
            .name
            .get(..7)
            .is_some_and(|start| start.eq_ignore_ascii_case("__Host-"));
        if is_host_only && (!self.domain.is_empty() || self.path != "/") {
            return Err(self.error(
                CookieErrorKind::Attribute,
                "a name with `__Host-` promises the path `/` and no domain; \
                 browsers refuse anything else",
            ));
        }
        if !is_name(self.name.as_bytes()) {
            let problem = if is_reserved(self.name.as_bytes()) {
                "that is the name of an attribute; use another"
            } else {
                "a name must have letters, digits and !#$%&'*+-.^_`|~: only, and at least one"
            };
            return Err(self.error(CookieErrorKind::Name, problem));
        }
        let ends = self.expires.is_some() || self.expires_days.is_some() || self.max_age != 0;
        if self.removal && ends {
            return Err(self.error(
                CookieErrorKind::Expiry,
                "a removal takes no `expires`, `expires_days` or `max_age`",
            ));
        }
        Ok(())
    }

    fn error(&self, kind: CookieErrorKind, problem: &str) -> CookieError {
        CookieError::new(kind, format!("cookie {:?}: {problem}", self.name))
    }
}

impl fmt::Debug for SetCookie {
    /// Shows everything but the value, which may be enough to log in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetCookie")
            .field("name", &self.name)
            .field("domain", &self.domain)
            .field("path", &self.path)
            .field("expires", &self.expires)
            .field("expires_days", &self.expires_days)
            .field("max_age", &self.max_age)
            .field("http_only", &self.http_only)
            .field("secure", &self.secure)
            .field("partitioned", &self.partitioned)
            .field("same_site", &self.same_site)
            .field("removal", &self.removal)
            .finish_non_exhaustive()
    }
}

fn push_attribute(out: &mut String, key: &str, text: &str) {
    if !text.is_empty() {
        out.push_str(key);
        out.push_str(text);
    }
}

fn push_flag(out: &mut String, key: &str, set: bool) {
    if set {
        out.push_str(key);
    }
}

/// Whether browsers accept a text as the `Domain` of a cookie: a host name, which may begin with a
/// dot (RFC 6265, 5.2.3). A URL, or a host with a port, does not qualify, and a name outside ASCII
/// must be written as Punycode. Browsers drop a cookie with any other domain.
///
/// ```
/// use tornado_cookies::is_domain;
/// assert!(is_domain("example.com") && is_domain(".example.com") && is_domain("127.0.0.1"));
/// assert!(!is_domain("https://example.com") && !is_domain("example.com:8888"));
/// ```
#[must_use]
pub fn is_domain(text: &str) -> bool {
    let name = text.strip_prefix('.').unwrap_or(text);
    name.split('.').all(|label| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !label.is_empty() && label.bytes().all(fits)
    })
}

/// A number of days, for [`SetCookie::expires_days`].
pub trait Days {
    /// The days, of which there may be a part; `None` for no end.
    fn days(self) -> Option<f64>;
}

impl Days for i32 {
    fn days(self) -> Option<f64> {
        Some(self.into())
    }
}

impl Days for f64 {
    fn days(self) -> Option<f64> {
        Some(self)
    }
}

impl Days for Option<f64> {
    fn days(self) -> Option<f64> {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2023-11-14 22:13:20 UTC);

    fn line(cookie: &SetCookie) -> Vec<u8> {
        let value = cookie.to_header_value_at(NOW).unwrap();
        value.as_bytes().to_vec()
    }

    #[test]
    fn a_name_that_promises_something_is_held_to_it() {
        for name in ["__Host-a", "__HOST-a"] {
            let mut cookie = SetCookie::new(name, "b");
            assert!(cookie.secure(true).to_header_value().is_ok());
            let error = cookie.path("/p").to_header_value().unwrap_err();
            assert_eq!(error.kind(), CookieErrorKind::Attribute);
            assert!(cookie.path("/").domain("d.com").to_header_value().is_err());
        }
        assert!(
            SetCookie::new("__Hos", "b")
                .path("/p")
                .to_header_value()
                .is_ok()
        );
    }

    #[test]
    fn all_attributes_are_in_tornados_order() {
        let mut cookie = SetCookie::new("a", "b_c");
        cookie
            .secure(true)
            .same_site(SameSite::Lax)
            .path("/p")
            .max_age(5)
            .http_only(true)
            .expires(NOW)
            .expires_days(7.0)
            .domain("d.com");
        assert_eq!(
            line(&cookie),
            b"a=b_c; Domain=d.com; expires=Tue, 14 Nov 2023 22:13:20 GMT; HttpOnly; Max-Age=5; \
              Path=/p; SameSite=Lax; Secure"
        );
    }

    #[test]
    fn a_removal_keeps_where_it_was_set() {
        let mut cookie = SetCookie::removal("foo");
        cookie.domain("d.com").path("/p").secure(true);
        assert_eq!(
            line(&cookie),
            b"foo=\"\"; Domain=d.com; expires=Mon, 14 Nov 2022 22:13:20 GMT; Path=/p; Secure"
        );
        assert!(cookie.is_removal());
        assert!(!SetCookie::new("foo", "").is_removal());
    }

    #[test]
    fn latin1_goes_out_as_latin1() {
        let mut cookie = SetCookie::new("a", "é\x7f");
        assert_eq!(line(cookie.path("/é")), b"a=\"\\351\\177\"; Path=/\xe9");
    }

    #[test]
    fn what_tornado_refuses_is_refused() {
        use CookieErrorKind::{Attribute, Expiry, Name, Value};
        let new = SetCookie::new;
        let edited = |edit: fn(&mut SetCookie) -> &mut SetCookie| edit(&mut new("a", "b")).clone();
        let removal =
            |edit: fn(&mut SetCookie) -> &mut SetCookie| edit(&mut SetCookie::removal("a")).clone();
        for (cookie, kind) in [
            (new("", "b"), Name),
            (new("a b", "b"), Name),
            (new("a;", "b"), Name),
            (new("é", "b"), Name),
            (new("Path", "b"), Name),
            (new("MAX-AGE", "b"), Name),
            (new("a", "\t"), Value),
            (new("a", "b\r\nSet-Cookie: c"), Value),
            (new("a", "\0"), Value),
            (new("a", "€"), Value),
            (edited(|cookie| cookie.domain("a b")), Attribute),
            (edited(|cookie| cookie.domain("a;b")), Attribute),
            (edited(|cookie| cookie.path("/\x7f")), Attribute),
            (edited(|cookie| cookie.path("/\n")), Attribute),
            (edited(|cookie| cookie.path("/€")), Attribute),
            (edited(|cookie| cookie.expires_days(f64::NAN)), Expiry),
            (edited(|cookie| cookie.expires_days(f64::INFINITY)), Expiry),
            (edited(|cookie| cookie.expires_days(4e6)), Expiry),
            (edited(|cookie| cookie.expires_days(-4e6)), Expiry),
            (removal(|cookie| cookie.max_age(1)), Expiry),
            (removal(|cookie| cookie.expires(NOW)), Expiry),
            (removal(|cookie| cookie.expires_days(1.0)), Expiry),
        ] {
            let error = cookie.to_header_value_at(NOW).unwrap_err();
            assert_eq!(error.kind(), kind, "{cookie:?}: {error}");
        }
    }

    #[test]
    fn debug_has_no_value() {
        let shown = format!("{:?}", SetCookie::new("a", "hunter2"));
        assert!(shown.starts_with("SetCookie { name: \"a\""), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn a_domain_is_the_name_of_a_host() {
        for good in [
            "example.com",
            ".a.b",
            "localhost",
            "xn--bcher-kva.de",
            "10.0.0.1",
        ] {
            assert!(is_domain(good), "{good}");
        }
        for bad in [
            "",
            ".",
            "a..b",
            "a.",
            "http://a.b",
            "a.b:80",
            "a.b/",
            "*.a.b",
            "b\u{fc}cher.de",
            "a b",
        ] {
            assert!(!is_domain(bad), "{bad}");
        }
    }
}
