//! `Record`: a session as stores keep it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Json, Lifetime, Patch, Timestamp};

/// A session as a store keeps it: its data and when it ends.
///
/// Cloning is cheap, since clones share the data. `Debug` shows keys, not
/// values.
///
/// # The JSON form
///
/// A store may lay out a record as suits its database, for example in columns.
/// As a single document it has this form, so that programs in other languages
/// can read and write the same sessions:
///
/// ```
/// use std::time::Duration;
/// use tornado_session::{Expiry, Json, Lifetime, Record, Timestamp};
///
/// let created = Timestamp::from_unix_millis(1_700_000_000_000);
/// let record = Record::new(created, created.saturating_add(Duration::from_secs(7200)))
///     .with_lifetime(Lifetime::new(Expiry::Idle(Duration::from_secs(7200)), None))
///     .with_owner("42")
///     .with_value("user", Json::new("kim").unwrap());
///
/// assert_eq!(
///     serde_json::to_string(&record).unwrap(),
///     concat!(
///         r#"{"created_at":1700000000000,"expires_at":1700007200000,"#,
///         r#""expiry":{"idle_ms":7200000},"deadline":null,"owner":"42","#,
///         r#""data":{"user":"kim"}}"#,
///     ),
/// );
/// ```
///
/// | Member | Form |
/// |---|---|
/// | `created_at`, `expires_at` | Unix time in milliseconds |
/// | `expiry` | `"default"`, `{"idle_ms": milliseconds}`, `{"at": Unix time in ms}` or `"browser"`; a missing member means `"default"` |
/// | `deadline` | Unix time in milliseconds; `null` or missing for none |
/// | `owner` | the id of the logged-in user, as text; `null` or missing for nobody |
/// | `data` | the keys of the session with their values |
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    created_at: Timestamp,
    expires_at: Timestamp,
    #[serde(flatten)]
    lifetime: Lifetime,
    #[serde(default)]
    owner: Option<Arc<str>>,
    data: Arc<BTreeMap<Arc<str>, Json>>,
}

impl Record {
    /// An empty session.
    #[must_use]
    pub fn new(created_at: Timestamp, expires_at: Timestamp) -> Record {
        Record {
            created_at,
            expires_at,
            lifetime: Lifetime::default(),
            owner: None,
            data: Arc::default(),
        }
    }

    /// Sets a lifetime other than the default.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Lifetime) -> Record {
        self.lifetime = lifetime;
        self
    }

    /// Sets an owner: the id of the logged-in user as text, by which the store
    /// lists and ends a user's sessions.
    ///
    /// A store must accept any text of up to 1,024 bytes without a NUL.
    #[must_use]
    pub fn with_owner(mut self, owner: impl Into<Arc<str>>) -> Record {
        self.owner = Some(owner.into());
        self
    }

    /// Sets a key to a value.
    #[must_use]
    pub fn with_value(mut self, key: impl Into<Arc<str>>, value: Json) -> Record {
        Arc::make_mut(&mut self.data).insert(key.into(), value);
        self
    }

    pub(crate) fn with_data(mut self, data: Arc<BTreeMap<Arc<str>, Json>>) -> Record {
        self.data = data;
        self
    }

    /// When the session began.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// When the session expires, unless that is moved.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// How the expiry moves when the session is used.
    #[must_use]
    pub fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// The id of the logged-in user.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        self.owner.as_deref()
    }

    /// What the session holds.
    #[must_use]
    pub fn data(&self) -> &BTreeMap<Arc<str>, Json> {
        &self.data
    }

    pub(crate) fn shared_owner(&self) -> Option<&Arc<str>> {
        self.owner.as_ref()
    }

    pub(crate) fn shared_data(&self) -> &Arc<BTreeMap<Arc<str>, Json>> {
        &self.data
    }

    /// Whether the session has expired at this moment.
    ///
    /// ```
    /// use tornado_session::{Record, Timestamp};
    /// let (a, b) = (Timestamp::from_unix_millis(1), Timestamp::from_unix_millis(2));
    /// assert!(!Record::new(a, b).is_expired(a));
    /// assert!(Record::new(a, b).is_expired(b));
    /// ```
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// Applies a patch to the record. A store that can't merge inside its
    /// database may read a record, apply the patch and write it back, provided
    /// it locks the record throughout.
    ///
    /// ```
    /// use tornado_session::{Json, Patch, Record, Timestamp};
    /// let now = Timestamp::now();
    /// let mut record = Record::new(now, now).with_value("a", Json::new(&1).unwrap());
    /// record.apply(&Patch::new().clear().set("b", Json::new(&2).unwrap()));
    /// assert_eq!(record.data().keys().map(|key| &**key).collect::<Vec<_>>(), ["b"]);
    /// ```
    pub fn apply(&mut self, patch: &Patch) {
        patch.apply_to(&mut self.data);
        self.expires_at = patch.expires_at().unwrap_or(self.expires_at);
        self.lifetime = patch.lifetime().unwrap_or(self.lifetime);
        if let Some(owner) = patch.shared_owner() {
            self.owner = owner.cloned();
        }
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .field("lifetime", &self.lifetime)
            .field("owner", &self.owner)
            .field("data", &self.data)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_writes_is_read() {
        let text = r#"{"created_at": 1, "expires_at": 2, "data": {"a": {"b": [1, 2]}, "c": null, "big": 12345678901234567890}}"#;
        let record: Record = serde_json::from_str(text).unwrap();
        assert_eq!(record.data()["a"].as_str(), r#"{"b": [1, 2]}"#);
        assert_eq!(record.data()["big"].as_str(), "12345678901234567890");
        assert_eq!(record.lifetime(), Lifetime::default());
        assert_eq!(record.owner(), None);
        let again = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<Record>(&again).unwrap(), record);
    }

    #[test]
    fn debug_shows_no_value() {
        // Digits that occur in no value.
        let now = Timestamp::from_unix_millis(1);
        let record = Record::new(now, now).with_value("card", Json::new("4111").unwrap());
        let patch = Patch::new().set("card", Json::new("4111").unwrap());
        for shown in [format!("{record:?}"), format!("{patch:?}")] {
            assert!(shown.contains("card") && !shown.contains("4111"), "{shown}");
        }
    }

    #[test]
    fn a_patch_does_not_reach_into_clones() {
        let now = Timestamp::now();
        let mut record = Record::new(now, now).with_value("a", Json::new(&1).unwrap());
        let before = record.clone();
        record.apply(&Patch::new().delete("a").set("b", Json::new(&2).unwrap()));
        assert!(before.data().contains_key("a") && !before.data().contains_key("b"));
        assert!(!record.data().contains_key("a") && record.data().contains_key("b"));
    }
}
