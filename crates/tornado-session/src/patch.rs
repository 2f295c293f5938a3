//! `Patch`: what a request has changed in a session.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Json, Lifetime, Timestamp};

/// What a request has changed: the only thing ever written to an existing
/// session.
///
/// A store merges it into the record in one step, key by key. So if two
/// concurrent requests change different keys, both changes are kept; for the
/// same key, the later one wins.
///
/// The order is: if it [clears](Self::clears), all keys go; then each of the
/// [`changes`](Self::changes) sets or deletes a key; then the new expiry,
/// lifetime and owner apply, where it has them.
///
/// ```
/// use tornado_session::{Json, Patch};
///
/// let patch = Patch::new().set("user", Json::new("kim").unwrap()).delete("cart");
/// let changes: Vec<_> = patch.changes().map(|(key, value)| (key, value.map(Json::as_str))).collect();
/// assert_eq!(changes, [("cart", None), ("user", Some("\"kim\""))]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    clears: bool,
    changes: BTreeMap<Arc<str>, Option<Json>>,
    expires_at: Option<Timestamp>,
    lifetime: Option<Lifetime>,
    owner: Option<Option<Arc<str>>>,
}

impl Patch {
    /// A patch that changes nothing.
    #[must_use]
    pub fn new() -> Patch {
        Patch::default()
    }

    /// Sets a key.
    #[must_use]
    pub fn set(mut self, key: impl Into<Arc<str>>, value: Json) -> Patch {
        self.changes.insert(key.into(), Some(value));
        self
    }

    /// Deletes a key, if it is there.
    #[must_use]
    pub fn delete(mut self, key: impl Into<Arc<str>>) -> Patch {
        self.changes.insert(key.into(), None);
        self
    }

    /// Deletes all keys except those that this patch sets.
    #[must_use]
    pub fn clear(mut self) -> Patch {
        self.clears = true;
        self
    }

    /// Moves the expiry of the session.
    #[must_use]
    pub fn with_expires_at(mut self, expires_at: Timestamp) -> Patch {
        self.expires_at = Some(expires_at);
        self
    }

    /// Gives the session another lifetime. It does not move the expiry.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Lifetime) -> Patch {
        self.lifetime = Some(lifetime);
        self
    }

    /// Gives the session another owner. See [`Record::with_owner`](crate::Record::with_owner).
    #[must_use]
    pub fn with_owner(mut self, owner: impl Into<Arc<str>>) -> Patch {
        self.owner = Some(Some(owner.into()));
        self
    }

    /// Leaves the session without an owner.
    #[must_use]
    pub fn without_owner(mut self) -> Patch {
        self.owner = Some(None);
        self
    }

    /// Whether all keys are deleted before [`changes`](Self::changes) apply.
    #[must_use]
    pub fn clears(&self) -> bool {
        self.clears
    }

    /// The keys to set, with their values, and the keys to delete, with `None`,
    /// in the order of the keys.
    pub fn changes(&self) -> impl Iterator<Item = (&str, Option<&Json>)> {
        self.changes
            .iter()
            .map(|(key, value)| (&**key, value.as_ref()))
    }

    /// The new expiry; `None` leaves it as it is.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// The new lifetime; `None` leaves it as it is.
    #[must_use]
    pub fn lifetime(&self) -> Option<Lifetime> {
        self.lifetime
    }

    /// The new owner, or `Some(None)` to remove the owner; `None` leaves it as
    /// it is.
    #[must_use]
    pub fn owner(&self) -> Option<Option<&str>> {
        self.owner.as_ref().map(Option::as_deref)
    }

    pub(crate) fn shared_owner(&self) -> Option<Option<&Arc<str>>> {
        self.owner.as_ref().map(Option::as_ref)
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Patch::default()
    }

    /// Applies the changes to the data.
    pub(crate) fn apply_to(&self, data: &mut Arc<BTreeMap<Arc<str>, Json>>) {
        if self.clears {
            *data = Arc::default();
        }
        if self.changes.is_empty() {
            return;
        }
        // If a reader still holds the old map, this is a copy, which shares the
        // values.
        let data = Arc::make_mut(data);
        for (key, value) in &self.changes {
            match value {
                Some(value) => drop(data.insert(Arc::clone(key), value.clone())),
                None => drop(data.remove(key)),
            }
        }
    }

    pub(crate) fn change(&mut self, key: Arc<str>, value: Option<Json>) {
        self.changes.insert(key, value);
    }
}
