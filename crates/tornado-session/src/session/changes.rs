//! `Changes`: what a request has changed and not yet saved.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::store::Grace;
use crate::{Expiry, Json, Patch};

pub(super) type Data = BTreeMap<Arc<str>, Json>;

/// Changes on top of what the store is known to hold.
///
/// Each has a stamp. A save takes the changes present when it begins and, once
/// it has succeeded, drops those that are no newer. So a change made while a
/// save waits is kept, and a save that fails or is dropped half-way loses
/// nothing.
#[derive(Default)]
pub(super) struct Changes {
    last_stamp: u64,
    /// All keys in the store are deleted; `keys` apply afterwards.
    clear: Option<u64>,
    keys: BTreeMap<Arc<str>, (u64, Option<Json>)>,
    expiry: Option<(u64, Expiry)>,
    renewal: Option<(u64, Grace)>,
    owner: Option<(u64, Arc<str>)>,
}

impl Changes {
    fn stamp(&mut self) -> u64 {
        self.last_stamp += 1;
        self.last_stamp
    }

    /// The stamp of the newest change.
    pub(super) fn mark(&self) -> u64 {
        self.last_stamp
    }

    /// The visible value of a key.
    pub(super) fn value<'a>(&'a self, data: &'a Data, key: &str) -> Option<&'a Json> {
        match self.keys.get(key) {
            Some((_, value)) => value.as_ref(),
            None if self.clear.is_some() => None,
            None => data.get(key),
        }
    }

    /// All visible keys.
    pub(super) fn visible<'a>(&'a self, data: &'a Data) -> impl Iterator<Item = &'a Arc<str>> {
        let stays = |key: &&Arc<str>| self.clear.is_none() && !self.keys.contains_key(*key);
        let set = self
            .keys
            .iter()
            .filter(|(_, (_, value))| value.is_some())
            .map(|(key, _)| key);
        data.keys().filter(stays).chain(set)
    }

    pub(super) fn set(&mut self, key: &str, value: Option<Json>) {
        let stamp = self.stamp();
        match self.keys.get_mut(key) {
            Some(change) => *change = (stamp, value),
            None => drop(self.keys.insert(key.into(), (stamp, value))),
        }
    }

    pub(super) fn clear(&mut self) {
        self.keys.clear();
        self.clear = Some(self.stamp());
    }

    pub(super) fn set_expiry(&mut self, expiry: Expiry) {
        self.expiry = Some((self.stamp(), expiry));
    }

    pub(super) fn expiry(&self) -> Option<Expiry> {
        self.expiry.map(|(_, expiry)| expiry)
    }

    pub(super) fn renew(&mut self, grace: Grace) {
        self.renewal = Some((self.stamp(), grace));
    }

    pub(super) fn renewal(&self) -> Option<Grace> {
        self.renewal.map(|(_, grace)| grace)
    }

    pub(super) fn set_owner(&mut self, owner: Arc<str>) {
        self.owner = Some((self.stamp(), owner));
    }

    pub(super) fn owner(&self) -> Option<&Arc<str>> {
        self.owner.as_ref().map(|(_, owner)| owner)
    }

    /// Whether a save would have nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.clear.is_none()
            && self.keys.is_empty()
            && self.expiry.is_none()
            && self.renewal.is_none()
            && self.owner.is_none()
    }

    /// Drops changes that would have no effect, now that `data` is what the
    /// store has: a value set and set back, a key added and removed.
    pub(super) fn prune(&mut self, data: &Data) {
        let kept = |key: &Arc<str>| {
            if self.clear.is_some() {
                None
            } else {
                data.get(key)
            }
        };
        self.keys
            .retain(|key, (_, value)| match (kept(key), value) {
                (Some(old), Some(new)) => old != new,
                (None, None) => false,
                _ => true,
            });
    }

    /// The changes to the data as a patch.
    pub(super) fn patch(&self) -> Patch {
        let mut patch = if self.clear.is_some() {
            Patch::new().clear()
        } else {
            Patch::new()
        };
        for (key, (_, value)) in &self.keys {
            patch.change(Arc::clone(key), value.clone());
        }
        patch
    }

    /// Drops all changes that a save has written.
    pub(super) fn saved(&mut self, mark: u64) {
        self.clear = self.clear.filter(|stamp| *stamp > mark);
        self.keys.retain(|_, (stamp, _)| *stamp > mark);
        self.expiry = self.expiry.filter(|(stamp, _)| *stamp > mark);
        self.renewal = self.renewal.filter(|(stamp, _)| *stamp > mark);
        self.owner = self.owner.take().filter(|(stamp, _)| *stamp > mark);
    }

    /// Drops all changes.
    pub(super) fn discard(&mut self) {
        self.saved(self.last_stamp);
    }
}
