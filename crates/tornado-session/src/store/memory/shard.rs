//! `Shard`: one part of a memory store, behind one lock.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::store::{Grace, RenameError};
use crate::{Json, Patch, Record, StoreKey, Timestamp};

/// Sessions and moved keys, indexed by expiry and by owner.
///
/// Invariants: `by_expiry` has exactly the keys of `entries`, each with the expiry of its entry,
/// and `unowned` those of them without an owner; `by_owner` has exactly the keys of sessions with
/// an owner, and no empty set. All changes go through `insert` and `remove`, or restore the
/// invariants themselves.
pub(super) struct Shard {
    entries: HashMap<StoreKey, Entry>,
    by_expiry: BTreeSet<(Timestamp, StoreKey)>,
    unowned: BTreeSet<(Timestamp, StoreKey)>,
    by_owner: HashMap<Arc<str>, BTreeSet<StoreKey>>,
    moved: usize,
    /// The size of the entries, in bytes.
    bytes: usize,
    limits: Limits,
}

/// The limits of a shard.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Sessions and moved keys.
    pub(super) entries: usize,
    /// Bytes of memory, as [`Entry::bytes`] counts.
    pub(super) bytes: usize,
}

enum Entry {
    Session(Record),
    /// What a rename leaves behind.
    Moved {
        target: StoreKey,
        reads: bool,
        until: Timestamp,
    },
}

impl Entry {
    fn expires_at(&self) -> Timestamp {
        match self {
            Entry::Session(record) => record.expires_at(),
            Entry::Moved { until, .. } => *until,
        }
    }

    fn owner(&self) -> Option<&Arc<str>> {
        match self {
            Entry::Session(record) => record.shared_owner(),
            Entry::Moved { .. } => None,
        }
    }

    /// Its size in memory, as closely as possible without asking the allocator.
    fn bytes(&self) -> usize {
        match self {
            Entry::Session(record) => ENTRY + footprint(record),
            Entry::Moved { .. } => ENTRY,
        }
    }
}

/// The size of an entry besides its texts: its keys in the map and in the two
/// indices, the record, and the allocations of an empty session.
const ENTRY: usize = 512;

/// The size of a value besides its texts: two pointers with lengths, two
/// counted allocations, and its share of a node.
const VALUE: usize = 96;

fn footprint(record: &Record) -> usize {
    let values = record.data().iter();
    let bytes = |(key, value): (&Arc<str>, &Json)| VALUE + key.len() + value.as_str().len();
    record.owner().map_or(0, str::len) + values.map(bytes).sum::<usize>()
}

/// How many expired entries a new session removes. More than one, so that
/// expired entries can't pile up while sessions keep coming.
const SWEPT_PER_CREATE: usize = 2;

impl Shard {
    pub(super) fn new(limits: Limits) -> Shard {
        Shard {
            entries: HashMap::new(),
            by_expiry: BTreeSet::new(),
            unowned: BTreeSet::new(),
            by_owner: HashMap::new(),
            moved: 0,
            bytes: 0,
            limits,
        }
    }

    pub(super) fn sessions(&self) -> usize {
        self.entries.len() - self.moved
    }

    pub(super) fn get(&self, key: &StoreKey, now: Timestamp) -> Option<Record> {
        match self.alive(key, now) {
            Some(Entry::Session(record)) => Some(record.clone()),
            _ => None,
        }
    }

    /// Where a moved key leads.
    pub(super) fn target(&self, key: &StoreKey, reads: bool, now: Timestamp) -> Option<StoreKey> {
        match self.alive(key, now)? {
            Entry::Moved {
                target,
                reads: good,
                ..
            } if *good || !reads => Some(*target),
            _ => None,
        }
    }

    /// Creates a session; false if the key is taken.
    pub(super) fn create(&mut self, key: &StoreKey, record: Record, now: Timestamp) -> bool {
        if self.alive(key, now).is_some() {
            return false;
        }
        self.sweep(now, SWEPT_PER_CREATE);
        self.insert(*key, Entry::Session(record), now);
        true
    }

    /// Changes a session, if it exists.
    pub(super) fn update(
        &mut self,
        key: &StoreKey,
        now: Timestamp,
        change: impl FnOnce(&mut Record),
    ) -> Option<()> {
        let Some(Entry::Session(record)) = self.entries.get_mut(key) else {
            return None;
        };
        if record.is_expired(now) {
            return None;
        }
        let (end, owner) = (record.expires_at(), record.shared_owner().cloned());
        let bytes = footprint(record);
        change(record);
        self.bytes = self.bytes - bytes + footprint(record);
        let (new_end, new_owner) = (record.expires_at(), record.shared_owner().cloned());
        if end != new_end || owner != new_owner {
            self.unindex(owner.as_deref(), (end, *key));
            self.index(new_owner, (new_end, *key));
        }
        self.make_room(0, 0, key, now);
        Some(())
    }

    /// The keys of an owner's sessions, including expired ones.
    pub(super) fn owned(&self, owner: &str) -> impl Iterator<Item = &StoreKey> {
        self.by_owner.get(owner).into_iter().flatten()
    }

    /// Whether this is a session of that owner.
    pub(super) fn is_owned(&self, key: &StoreKey, owner: &str) -> bool {
        self.by_owner
            .get(owner)
            .is_some_and(|keys| keys.contains(key))
    }

    pub(super) fn delete(&mut self, key: &StoreKey, now: Timestamp) -> Option<()> {
        match self.alive(key, now) {
            Some(Entry::Session(_)) => self.remove(key).map(drop),
            _ => None,
        }
    }

    /// Moves a session from `source` to `target`, which is `None` if that is
    /// the same shard.
    pub(super) fn rename(
        source: &mut Shard,
        target: Option<&mut Shard>,
        (old, new): (&StoreKey, &StoreKey),
        patch: &Patch,
        grace: Grace,
        now: Timestamp,
    ) -> Result<(), RenameError> {
        match source.alive(old, now) {
            None => return Err(RenameError::NotFound),
            Some(Entry::Moved { .. }) => return Err(RenameError::Moved),
            Some(Entry::Session(_)) => {}
        }
        if target
            .as_deref()
            .unwrap_or(source)
            .alive(new, now)
            .is_some()
        {
            return Err(RenameError::Exists);
        }
        let Some(Entry::Session(mut record)) = source.remove(old) else {
            return Err(RenameError::NotFound);
        };
        record.apply(patch);
        let reads = match grace {
            Grace::None => None,
            Grace::InFlight(_) => Some(false),
            Grace::Full(_) => Some(true),
        };
        if let Some(reads) = reads {
            let until = now.saturating_add(grace.duration());
            source.insert(
                *old,
                Entry::Moved {
                    target: *new,
                    reads,
                    until,
                },
                now,
            );
        }
        // Last, so that making room for the moved key can't evict the session.
        target
            .unwrap_or(source)
            .insert(*new, Entry::Session(record), now);
        Ok(())
    }

    /// Removes up to `batch` expired entries.
    pub(super) fn sweep(&mut self, now: Timestamp, batch: usize) -> usize {
        let mut removed = 0;
        while removed < batch {
            match self.by_expiry.first() {
                Some(&(end, key)) if end <= now => drop(self.remove(&key)),
                _ => break,
            }
            removed += 1;
        }
        removed
    }

    fn alive(&self, key: &StoreKey, now: Timestamp) -> Option<&Entry> {
        self.entries
            .get(key)
            .filter(|entry| entry.expires_at() > now)
    }

    /// Inserts an entry, and makes room for it.
    fn insert(&mut self, key: StoreKey, entry: Entry, now: Timestamp) {
        self.remove(&key);
        let bytes = entry.bytes();
        self.make_room(1, bytes, &key, now);
        self.bytes += bytes;
        self.index(entry.owner().cloned(), (entry.expires_at(), key));
        self.moved += usize::from(matches!(entry, Entry::Moved { .. }));
        self.entries.insert(key, entry);
    }

    /// Removes expired entries, then those without a logged-in user, then the
    /// rest, each group in order of expiry, until there is room for this many
    /// entries and bytes. So a flood of visitors logs nobody out. `spared`
    /// stays: it has just been written, and its writer was told that it is
    /// kept.
    fn make_room(&mut self, entries: usize, bytes: usize, spared: &StoreKey, now: Timestamp) {
        while self.entries.len() + entries > self.limits.entries
            || self.bytes + bytes > self.limits.bytes
        {
            let expired = self.by_expiry.iter().take_while(|(end, _)| *end <= now);
            let mut order = expired.chain(&self.unowned).chain(&self.by_expiry);
            let Some(&(_, soonest)) = order.find(|(_, key)| key != spared) else {
                break;
            };
            self.remove(&soonest);
        }
    }

    fn remove(&mut self, key: &StoreKey) -> Option<Entry> {
        let entry = self.entries.remove(key)?;
        self.bytes -= entry.bytes();
        let owner = entry.owner().map(|owner| &**owner);
        self.unindex(owner, (entry.expires_at(), *key));
        self.moved -= usize::from(matches!(entry, Entry::Moved { .. }));
        Some(entry)
    }

    /// Adds an entry to the indices.
    fn index(&mut self, owner: Option<Arc<str>>, at: (Timestamp, StoreKey)) {
        self.by_expiry.insert(at);
        match owner {
            Some(owner) => self.by_owner.entry(owner).or_default().insert(at.1),
            None => self.unowned.insert(at),
        };
    }

    /// Removes an entry from the indices.
    fn unindex(&mut self, owner: Option<&str>, at: (Timestamp, StoreKey)) {
        self.by_expiry.remove(&at);
        let Some(owner) = owner else {
            self.unowned.remove(&at);
            return;
        };
        if let Some(keys) = self.by_owner.get_mut(owner) {
            keys.remove(&at.1);
            if keys.is_empty() {
                self.by_owner.remove(owner);
            }
        }
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    #[cfg(test)]
    pub(super) fn check(&self) {
        assert_eq!(self.entries.len(), self.by_expiry.len());
        assert!(self.unowned.len() <= self.entries.len());
        assert!(self.entries.len() <= self.limits.entries);
        assert!(self.bytes <= self.limits.bytes || self.entries.len() == 1);
        let bytes: usize = self.entries.values().map(Entry::bytes).sum();
        assert_eq!(bytes, self.bytes);
        for (key, entry) in &self.entries {
            let at = (entry.expires_at(), *key);
            assert!(self.by_expiry.contains(&at));
            assert_eq!(self.unowned.contains(&at), entry.owner().is_none());
        }
        let moved = self
            .entries
            .values()
            .filter(|entry| matches!(entry, Entry::Moved { .. }))
            .count();
        assert_eq!(moved, self.moved);
        let owned = self.entries.values().filter_map(Entry::owner).count();
        assert_eq!(
            self.by_owner.values().map(BTreeSet::len).sum::<usize>(),
            owned
        );
        for (owner, keys) in &self.by_owner {
            assert!(!keys.is_empty());
            for key in keys {
                assert_eq!(self.entries[key].owner(), Some(owner));
            }
        }
    }
}
