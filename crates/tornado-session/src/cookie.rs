//! The cookie of a session: its id as a signed value.

use time::OffsetDateTime;
use tornado_cookies::{
    CookieSecret, DecodeOptions, SameSite, SetCookie, create_signed_value, decode_signed_value,
    find_cookies,
};
use tornado_core::Protocol;

use crate::session::CookieDue;
use crate::{SessionId, StoreKey, Timestamp};

/// What all session cookies of an application have in common.
pub(crate) struct SessionCookie {
    secret: CookieSecret,
    /// The beginning of every value signed with the current key, and of no
    /// other.
    signed_today: String,
    name: String,
    path: String,
    domain: String,
    /// `None` follows the request's protocol.
    secure: Option<bool>,
    same_site: SameSite,
    partitioned: bool,
}

/// An id that came with a request, signed by this application.
pub(crate) struct Presented {
    pub(crate) id: SessionId,
    pub(crate) key: StoreKey,
    /// Whether a different key signs now.
    pub(crate) outdated: bool,
}

impl SessionCookie {
    /// Creates a cookie, whose attributes must be consistent.
    pub(crate) fn new(
        secret: CookieSecret,
        name: &str,
        path: &str,
        domain: &str,
        secure: Option<bool>,
        same_site: SameSite,
        partitioned: bool,
    ) -> SessionCookie {
        let version = secret.key_version().to_string();
        SessionCookie {
            secret,
            signed_today: format!("2|{}:{version}|", version.len()),
            name: name.to_owned(),
            path: path.to_owned(),
            domain: domain.to_owned(),
            secure,
            same_site,
            partitioned,
        }
    }

    /// The cookies with this name, the last one first, as the last one wins
    /// everywhere else. `None` stands for a value that is not a signed id of
    /// ours: forged, renamed or truncated.
    pub(crate) fn read<'h>(
        &self,
        headers: impl DoubleEndedIterator<Item = &'h [u8]>,
    ) -> impl Iterator<Item = Option<Presented>> {
        headers
            .rev()
            .flat_map(|header| find_cookies(header, &self.name))
            .map(|text| self.verify(&text))
    }

    fn verify(&self, text: &str) -> Option<Presented> {
        let outdated = !text.starts_with(&self.signed_today);
        // The store decides how old it may be, since it knows when this very
        // session expires. Tornado's 31 days would cut a longer one short.
        let options = DecodeOptions::new().max_age_days(f64::INFINITY);
        let value = decode_signed_value(&self.secret, &self.name, text, &options)?;
        let id = SessionId::parse(value)?;
        let key = id.store_key();
        Some(Presented { id, key, outdated })
    }

    /// The header to send, if any.
    pub(crate) fn render(&self, due: &CookieDue, protocol: Protocol) -> Option<SetCookie> {
        let mut cookie = match due {
            CookieDue::Nothing => return None,
            CookieDue::Remove => SetCookie::removal(&*self.name),
            CookieDue::Set { id, expires_at } => {
                let value = create_signed_value(&self.secret, &self.name, id.reveal());
                let mut cookie = SetCookie::new(&*self.name, value);
                if let Some(end) = expires_at {
                    cookie.expires(date(*end));
                }
                cookie
            }
        };
        cookie
            .path(&*self.path)
            .domain(&*self.domain)
            .http_only(true)
            .secure(self.secure.unwrap_or(protocol == Protocol::Https))
            .same_site(self.same_site)
            .partitioned(self.partitioned);
        Some(cookie)
    }
}

/// The moment as a date, capped at the last possible one.
fn date(end: Timestamp) -> OffsetDateTime {
    const LAST: OffsetDateTime = time::macros::datetime!(9999-12-31 23:59:59 UTC);
    i64::try_from(end.as_unix_millis() / 1000)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .map_or(LAST, |moment| moment.min(LAST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_date_as_far_as_there_are_dates() {
        use time::macros::datetime;
        for (millis, expected) in [
            (0, datetime!(1970-01-01 00:00:00 UTC)),
            (1_700_000_000_999, datetime!(2023-11-14 22:13:20 UTC)),
            (253_402_300_799_999, datetime!(9999-12-31 23:59:59 UTC)),
            (253_402_300_800_000, datetime!(9999-12-31 23:59:59 UTC)),
            (u64::MAX, datetime!(9999-12-31 23:59:59 UTC)),
        ] {
            assert_eq!(date(Timestamp::from_unix_millis(millis)), expected);
        }
    }
}
