//! The cookie of a session: a signed value of its id.

use time::OffsetDateTime;
use tornado_cookies::{DecodeOptions, SameSite, SetCookie};
use tornado_core::{Context as _, Cookies as _, Exchange, Protocol, Result};

use crate::session::CookieDue;
use crate::settings::unusable;
use crate::{SessionError, SessionId, Timestamp};

/// What is the same for all session cookies of an application.
pub(crate) struct SessionCookie {
    name: String,
    path: String,
    domain: String,
    /// `None` is for as the request came.
    secure: Option<bool>,
    same_site: SameSite,
}

/// What came with a request.
pub(crate) enum Presented {
    /// No cookie of this name.
    Nothing,
    /// One that is no signed id of ours: forged, renamed, or cut.
    Worthless,
    Id {
        id: SessionId,
        /// Whether another key signs by now.
        outdated: bool,
    },
}

impl SessionCookie {
    /// Checks each attribute by itself and all of them together, so that no
    /// browser refuses the cookie and no request fails for it.
    pub(crate) fn new(
        name: String,
        path: String,
        domain: String,
        secure: Option<bool>,
        same_site: SameSite,
    ) -> std::result::Result<SessionCookie, SessionError> {
        let check = |key: &str, value: &str, cookie: &mut SetCookie| {
            let wrong = |error| {
                unusable(format!("The setting '{key}' can't be used: {value:?}")).with_source(error)
            };
            cookie.to_header_value().map(drop).map_err(wrong)
        };
        check(
            "session_cookie_name",
            &name,
            &mut SetCookie::new(&*name, ""),
        )?;
        check(
            "session_cookie_path",
            &path,
            SetCookie::new("a", "").path(&*path),
        )?;
        check(
            "session_cookie_domain",
            &domain,
            SetCookie::new("a", "").domain(&*domain),
        )?;
        if !path.starts_with('/') {
            return Err(unusable(format!(
                "The setting 'session_cookie_path' begins with '/', not as {path:?}"
            )));
        }
        // RFC 6265bis has browsers compare prefixes without regard to case.
        let lower = name.to_ascii_lowercase();
        let host = lower.starts_with("__host-");
        let prefixed = host || lower.starts_with("__secure-");
        if host && path != "/" {
            return Err(unusable(format!(
                "The setting 'session_cookie_path' must be '/' for the cookie {name:?}"
            )));
        }
        if host && !domain.is_empty() {
            return Err(unusable(format!(
                "The setting 'session_cookie_domain' must not be set for the cookie {name:?}"
            )));
        }
        if prefixed && secure == Some(false) {
            return Err(unusable(format!(
                "The setting 'session_cookie_secure' can't be false for the cookie {name:?}"
            )));
        }
        if same_site == SameSite::None && secure == Some(false) {
            return Err(unusable(
                "The setting 'session_cookie_samesite' can be 'None' for a secure cookie alone",
            ));
        }
        let must = prefixed || same_site == SameSite::None;
        Ok(SessionCookie {
            name,
            path,
            domain,
            secure: if must { Some(true) } else { secure },
            same_site,
        })
    }

    #[cfg(test)]
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn read(&self, exchange: &Exchange) -> Result<Presented> {
        // How old it may be is the store's to say: it knows when this very
        // session expires. Tornado's 31 days would cut a longer one short.
        let options = DecodeOptions::new().max_age_days(f64::INFINITY);
        let value = exchange.get_signed_cookie_with(&self.name, &options)?;
        Ok(match value.as_deref().and_then(SessionId::parse) {
            Some(id) => Presented::Id {
                id,
                outdated: self.is_outdated(exchange),
            },
            None if exchange.get_cookie(&self.name).is_none() => Presented::Nothing,
            None => Presented::Worthless,
        })
    }

    /// Whether the cookie is signed by a key, or in a form, that is to go.
    fn is_outdated(&self, exchange: &Exchange) -> bool {
        let secret = exchange.settings().get_cookie_secret();
        let signed_by = exchange.get_signed_cookie_key_version(&self.name);
        secret.map(|secret| secret.key_version()) != signed_by
    }

    pub(crate) fn send(&self, exchange: &mut Exchange, due: &CookieDue) -> Result {
        let mut cookie = match due {
            CookieDue::Nothing => return Ok(()),
            CookieDue::Remove => SetCookie::removal(&*self.name),
            CookieDue::Set { id, expires_at } => {
                let value = exchange.create_signed_value(&self.name, id.reveal())?;
                let mut cookie = SetCookie::new(&*self.name, value);
                if let Some(end) = expires_at {
                    cookie.expires(date(*end));
                }
                cookie
            }
        };
        let by_scheme = || exchange.request().protocol() == Protocol::Https;
        cookie
            .path(&*self.path)
            .domain(&*self.domain)
            .http_only(true)
            .secure(self.secure.unwrap_or_else(by_scheme))
            .same_site(self.same_site);
        exchange.add_cookie(cookie);
        Ok(())
    }
}

/// The moment as a date; the last one there is for what is later.
fn date(end: Timestamp) -> OffsetDateTime {
    const LAST: OffsetDateTime = time::macros::datetime!(9999-12-31 23:59:59 UTC);
    i64::try_from(end.as_unix_millis() / 1000)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .map_or(LAST, |moment| moment.min(LAST))
}
