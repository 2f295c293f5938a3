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
    /// Browsers take cookies of such a name only with `Secure`.
    always_secure: bool,
}

/// What came with a request.
pub(crate) enum Presented {
    /// No cookie of this name.
    Nothing,
    /// One that is no signed id of ours: forged, renamed, or cut.
    Worthless,
    Id(SessionId),
}

impl SessionCookie {
    pub(crate) fn new(name: String) -> std::result::Result<SessionCookie, SessionError> {
        SetCookie::new(&*name, "")
            .to_header_value()
            .map_err(|error| {
                let message = format!(
                    "The setting 'session_cookie_name' can't be the name of a cookie: {name:?}"
                );
                unusable(message).with_source(error)
            })?;
        // RFC 6265bis has browsers compare prefixes without regard to case.
        let lower = name.to_ascii_lowercase();
        let always_secure = lower.starts_with("__host-") || lower.starts_with("__secure-");
        Ok(SessionCookie {
            name,
            always_secure,
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
            Some(id) => Presented::Id(id),
            None if exchange.get_cookie(&self.name).is_none() => Presented::Nothing,
            None => Presented::Worthless,
        })
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
        let secure = self.always_secure || exchange.request().protocol() == Protocol::Https;
        cookie
            .http_only(true)
            .secure(secure)
            .same_site(SameSite::Lax);
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
