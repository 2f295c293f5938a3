//! `CookieKwargs`: the attributes of a cookie as a setting.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use tornado_cookies::{Days, SameSite, SetCookie, is_domain};

/// Attributes of cookies: the settings `cookie_kwargs` and Tornado's
/// `xsrf_cookie_kwargs`.
///
/// In a file, the keys are those of Tornado's `set_cookie`, in any case:
/// `domain`, `expires` (seconds since 1970), `path`, `expires_days`, `max_age`,
/// `httponly`, `secure`, `samesite`, `partitioned`.
///
/// ```
/// use tornado_web::{CookieKwargs, Settings};
///
/// let by_hand = Settings::new()
///     .xsrf_cookie_kwargs(CookieKwargs::new().http_only(true).expires_days(2));
/// let from_file = Settings::from_toml_str("xsrf_cookie_kwargs = {httponly = true, expires_days = 2}").unwrap();
/// assert_eq!(by_hand.get_xsrf_cookie_kwargs(), from_file.get_xsrf_cookie_kwargs());
/// assert!(Settings::from_toml_str("xsrf_cookie_kwargs = {htponly = true}").is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "Map<String, Value>", into = "Form")]
pub struct CookieKwargs(Form);

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
struct Form {
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    path: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    expires_days: Option<Option<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    httponly: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secure: Option<bool>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "same_site"
    )]
    samesite: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partitioned: Option<bool>,
}

impl CookieKwargs {
    /// No attributes except those that every cookie has.
    #[must_use]
    pub fn new() -> CookieKwargs {
        CookieKwargs::default()
    }

    /// The host that gets the cookie, along with its subdomains.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> CookieKwargs {
        self.0.domain = Some(domain.into());
        self
    }

    /// The time at which the cookie expires.
    #[must_use]
    pub fn expires(mut self, expires: impl Into<OffsetDateTime>) -> CookieKwargs {
        self.0.expires = Some(expires.into().unix_timestamp());
        self
    }

    /// The path that gets the cookie, along with everything below it; `/` by
    /// default.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> CookieKwargs {
        self.0.path = Some(Some(path.into()));
        self
    }

    /// The time at which the cookie expires, in days from when it is sent;
    /// `None` means when the browser is closed.
    #[must_use]
    pub fn expires_days(mut self, days: impl Days) -> CookieKwargs {
        self.0.expires_days = Some(days.days());
        self
    }

    /// How long the cookie lives, in seconds.
    #[must_use]
    pub fn max_age(mut self, seconds: i64) -> CookieKwargs {
        self.0.max_age = Some(seconds);
        self
    }

    /// Whether the cookie is hidden from scripts.
    #[must_use]
    pub fn http_only(mut self, http_only: bool) -> CookieKwargs {
        self.0.httponly = Some(http_only);
        self
    }

    /// Whether the cookie is sent over TLS only.
    #[must_use]
    pub fn secure(mut self, secure: bool) -> CookieKwargs {
        self.0.secure = Some(secure);
        self
    }

    /// Which requests from other sites the cookie is sent with.
    #[must_use]
    pub fn same_site(mut self, same_site: SameSite) -> CookieKwargs {
        self.0.samesite = Some(same_site.to_string());
        self
    }

    /// Whether each site that embeds this one gets its own copy of the cookie.
    #[must_use]
    pub fn partitioned(mut self, partitioned: bool) -> CookieKwargs {
        self.0.partitioned = Some(partitioned);
        self
    }

    /// Whether these attributes set an expiry.
    pub(super) fn has_end(&self) -> bool {
        let form = &self.0;
        form.expires.is_some() || form.expires_days.is_some() || form.max_age.is_some()
    }

    /// Whether browsers accept this domain and path.
    pub(super) fn check_places(&self) -> Result<(), String> {
        let domain = self.0.domain.as_deref().unwrap_or_default();
        if !domain.is_empty() && !is_domain(domain) {
            return Err(format!(
                "the domain {domain:?} is no name of a host, such as `example.com`"
            ));
        }
        match self.0.path.as_ref().and_then(Option::as_deref) {
            Some(path) if !path.is_empty() && !path.starts_with('/') => {
                Err(format!("the path {path:?} does not begin with `/`"))
            }
            _ => Ok(()),
        }
    }

    /// Gives these attributes to a cookie that a handler sets, as far as its
    /// name allows.
    pub(crate) fn apply_by_default(&self, cookie: &mut SetCookie) {
        self.apply(cookie);
        let prefix = cookie.name().as_bytes().get(.."__host-".len());
        if prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"__host-")) {
            cookie.domain("").path("/");
        }
    }

    /// Gives a cookie these attributes; the others stay as they are.
    pub fn apply(&self, cookie: &mut SetCookie) {
        let Form {
            domain,
            expires,
            path,
            expires_days,
            max_age,
            httponly,
            secure,
            samesite,
            partitioned,
        } = &self.0;
        if let Some(domain) = domain {
            cookie.domain(domain);
        }
        if let Some(expires) = expires.and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok()) {
            cookie.expires(expires);
        }
        if let Some(path) = path {
            cookie.path(path.as_deref().unwrap_or(""));
        }
        if let Some(days) = expires_days {
            cookie.expires_days(*days);
        }
        if let Some(seconds) = max_age {
            cookie.max_age(*seconds);
        }
        if let Some(http_only) = httponly {
            cookie.http_only(*http_only);
        }
        if let Some(secure) = secure {
            cookie.secure(*secure);
        }
        if let Some(same_site) = samesite.as_deref().map(str::parse::<SameSite>) {
            cookie.same_site(same_site.ok());
        }
        if let Some(partitioned) = partitioned {
            cookie.partitioned(*partitioned);
        }
    }
}

impl TryFrom<Map<String, Value>> for CookieKwargs {
    type Error = serde_json::Error;

    fn try_from(map: Map<String, Value>) -> serde_json::Result<CookieKwargs> {
        let lower = map.into_iter().map(|(key, v)| (key.to_lowercase(), v));
        let form: Form = serde_json::from_value(Value::Object(lower.collect()))?;
        if let Some(seconds) = form.expires {
            OffsetDateTime::from_unix_timestamp(seconds).map_err(serde::de::Error::custom)?;
        }
        Ok(CookieKwargs(form))
    }
}

impl From<CookieKwargs> for Form {
    fn from(kwargs: CookieKwargs) -> Form {
        kwargs.0
    }
}

/// Distinguishes a key that is `null` from one that is missing.
fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

fn same_site<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text: Option<String> = Option::deserialize(deserializer)?;
    if let Some(text) = &text {
        text.parse::<SameSite>().map_err(serde::de::Error::custom)?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_attribute_reaches_the_cookie() {
        let kwargs: CookieKwargs = serde_json::from_value(json!({
            "domain": "d", "expires": 0, "Path": "/p", "expires_days": 3, "max_age": 5,
            "HttpOnly": true, "secure": true, "SameSite": "lax", "partitioned": true,
        }))
        .unwrap();
        let mut cookie = SetCookie::new("a", "b");
        kwargs.apply(&mut cookie);
        assert_eq!(
            cookie.to_header_value().unwrap(),
            "a=b; Domain=d; expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Max-Age=5; Partitioned; Path=/p; SameSite=Lax; Secure"
        );
        let again = serde_json::from_value(serde_json::to_value(&kwargs).unwrap()).unwrap();
        assert_eq!(kwargs, again);
    }

    #[test]
    fn null_is_an_answer() {
        let mut cookie = SetCookie::new("a", "b");
        cookie.expires_days(30.0);
        let kwargs: CookieKwargs =
            serde_json::from_value(json!({"expires_days": null, "path": null})).unwrap();
        kwargs.apply(&mut cookie);
        assert_eq!(cookie.to_header_value().unwrap(), "a=b");
    }

    #[test]
    fn what_is_no_attribute_is_refused() {
        for wrong in [
            json!({"colour": 1}),
            json!({"samesite": "perhaps"}),
            json!({"expires": i64::MAX}),
        ] {
            assert!(serde_json::from_value::<CookieKwargs>(wrong).is_err());
        }
    }
}
