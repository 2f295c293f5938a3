//! `Lifetime` and `Expiry`: when a session ends on its own.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Timestamp;
use crate::timestamp::duration_millis;

/// When a session ends on its own, where it differs from the settings.
///
/// It is stored with the session, so every later request follows it.
///
/// ```
/// use std::time::Duration;
/// use tornado_session::{Expiry, MemoryStore, Session};
///
/// let session = Session::new(MemoryStore::new(), Default::default());
/// let remember_me = true;
/// if remember_me {
///     session.set_expiry(Expiry::Idle(Duration::from_secs(60 * 24 * 3600)));
/// }
/// assert_eq!(session.expiry(), Expiry::Idle(Duration::from_secs(60 * 24 * 3600)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Expiry {
    /// After the time in the setting `session_expiry` without use.
    #[default]
    Default,
    /// After this long without use.
    #[serde(rename = "idle_ms", with = "millis")]
    Idle(Duration),
    /// At this moment, used or not.
    At(Timestamp),
    /// When the browser is closed: the cookie has no expiry. The store follows
    /// the setting.
    Browser,
}

/// How long a session lives, as stored in its [`Record`](crate::Record).
///
/// Stores keep it but don't interpret it; they go by
/// [`Record::expires_at`](crate::Record::expires_at).
///
/// ```
/// use tornado_session::{Expiry, Lifetime, Timestamp};
///
/// let lifetime = Lifetime::new(Expiry::Default, Some(Timestamp::from_unix_millis(9)));
/// let text = serde_json::to_string(&lifetime).unwrap();
/// assert_eq!(text, r#"{"expiry":"default","deadline":9}"#);
/// assert_eq!(serde_json::from_str::<Lifetime>(&text).unwrap(), lifetime);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lifetime {
    expiry: Expiry,
    deadline: Option<Timestamp>,
}

impl Lifetime {
    /// Ends as `expiry` says, and in any case at the `deadline`.
    #[must_use]
    pub fn new(expiry: Expiry, deadline: Option<Timestamp>) -> Lifetime {
        Lifetime { expiry, deadline }
    }

    /// When it ends on its own.
    #[must_use]
    pub fn expiry(&self) -> Expiry {
        self.expiry
    }

    /// When it ends at the latest.
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        self.deadline
    }

    /// When a session that is used `now` expires. `default` is the setting.
    pub(crate) fn expires_at(&self, now: Timestamp, default: Duration) -> Timestamp {
        let end = match self.expiry {
            Expiry::At(end) => end,
            Expiry::Idle(_) | Expiry::Default | Expiry::Browser => {
                now.saturating_add(self.idle(default))
            }
        };
        self.deadline.map_or(end, |deadline| end.min(deadline))
    }

    /// The later expiry of a session that is used `now` and would otherwise
    /// expire at `current`, if it is time to write one. A busy session
    /// therefore costs an occasional write, not one per request.
    pub(crate) fn renewal(
        &self,
        current: Timestamp,
        now: Timestamp,
        default: Duration,
        renew_left: u16,
    ) -> Option<Timestamp> {
        let left = duration_millis(current.saturating_since(now));
        let whole = duration_millis(self.idle(default));
        let due = u128::from(left) * 1000 < u128::from(whole) * u128::from(renew_left);
        let end = self.expires_at(now, default);
        // A near deadline leaves nothing to gain.
        (due && !matches!(self.expiry, Expiry::At(_)) && end > current).then_some(end)
    }

    fn idle(&self, default: Duration) -> Duration {
        match self.expiry {
            Expiry::Idle(idle) => idle,
            Expiry::Default | Expiry::Browser | Expiry::At(_) => default,
        }
    }
}

mod millis {
    use super::*;

    pub(super) fn serialize<S: Serializer>(
        duration: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(duration_millis(*duration))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SessionOptions;

    const DEFAULT: Duration = Duration::from_millis(100);

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_unix_millis(millis)
    }

    #[test]
    fn the_end_is_that_of_the_expiry_and_never_after_the_deadline() {
        for (expiry, deadline, end) in [
            (Expiry::Default, None, 1100),
            (Expiry::Browser, None, 1100),
            (Expiry::Idle(Duration::from_millis(7)), None, 1007),
            (Expiry::At(at(5000)), None, 5000),
            (Expiry::Default, Some(at(1050)), 1050),
            (Expiry::At(at(5000)), Some(at(1050)), 1050),
            (Expiry::Idle(Duration::MAX), None, u64::MAX),
        ] {
            let lifetime = Lifetime::new(expiry, deadline);
            assert_eq!(
                lifetime.expires_at(at(1000), DEFAULT),
                at(end),
                "{lifetime:?}"
            );
        }
    }

    #[test]
    fn it_is_renewed_when_the_share_is_used() {
        let renewal = |lifetime: Lifetime, end, share| {
            let options = SessionOptions::new().expiry(DEFAULT).renew_after(share);
            lifetime.renewal(at(end), at(1000), options.expiry, options.renew_left)
        };
        let plain = Lifetime::default();
        let later = Some(at(1100));
        for (end, share, renewed) in [
            (1080, 0.2, None),
            (1079, 0.2, later),
            (1100, 0.0, None), // there is nothing to gain
            (1099, 0.0, later),
            (1051, 0.5, None),
            (1049, 0.5, later),
            (1001, 1.0, None),
        ] {
            assert_eq!(renewal(plain, end, share), renewed, "{end} {share}");
        }
        let idle = Lifetime::new(Expiry::Idle(DEFAULT * 10), None);
        assert_eq!(renewal(idle, 1799, 0.2), Some(at(2000)));
        assert_eq!(renewal(idle, 1800, 0.2), None);
        let fixed = Lifetime::new(Expiry::At(at(1001)), None);
        assert_eq!(renewal(fixed, 1001, 0.2), None);
        let deadline = Lifetime::new(Expiry::Default, Some(at(1010)));
        assert_eq!(renewal(deadline, 1010, 0.2), None);
    }

    #[test]
    fn the_json_form_is_what_is_documented() {
        for (expiry, text) in [
            (Expiry::Default, r#""default""#),
            (Expiry::Idle(Duration::from_secs(2)), r#"{"idle_ms":2000}"#),
            (Expiry::At(at(7)), r#"{"at":7}"#),
            (Expiry::Browser, r#""browser""#),
        ] {
            assert_eq!(serde_json::to_string(&expiry).unwrap(), text);
            assert_eq!(serde_json::from_str::<Expiry>(text).unwrap(), expiry);
        }
        assert_eq!(
            serde_json::from_str::<Lifetime>("{}").unwrap(),
            Lifetime::default()
        );
    }
}
