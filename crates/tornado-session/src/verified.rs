//! `Verified`: cookies whose signatures have been checked before.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher, RandomState};
use std::mem;
use std::sync::{Mutex, PoisonError};

use crate::{SessionId, StoreKey};

/// What cookies stand for: the id and its hash.
///
/// A client sends the same cookie with every request, and a check costs four
/// blocks of SHA-256: on a processor without instructions for it, a third of a
/// whole request. Only valid cookies are kept, and only an application's own,
/// whose keys don't change while it runs. Expiry is not decided here but by the
/// store.
///
/// It is bounded, and forgets cookies that have not been seen lately.
pub(crate) struct Verified {
    /// Its key is random, and so secret.
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

const SHARDS: usize = 8;

/// How many cookies each of the two halves of a shard holds: some 16,000 in
/// all, in 4 MB.
const HALF: usize = 1024;

#[derive(Default)]
struct Shard {
    /// The cookies seen since the halves were last swapped.
    young: Half,
    old: Half,
}

/// By the hash of the cookie's text. The hash is compared before the text,
/// possibly bit by bit. That reveals nothing about how much of a guess was
/// right, since the hash of a guess can't be predicted.
type Half = HashMap<u64, Entry, BuildHasherDefault<Hashed>>;

struct Entry {
    text: Box<str>,
    id: SessionId,
    key: StoreKey,
}

impl Verified {
    pub(crate) fn new() -> Verified {
        Verified {
            hasher: RandomState::new(),
            shards: Default::default(),
        }
    }

    /// What this very text stands for, if it is known.
    pub(crate) fn get(&self, text: &str) -> Option<(SessionId, StoreKey)> {
        let hash = self.hasher.hash_one(text);
        let mut shard = self.shard(hash);
        if let Some(entry) = shard.young.get(&hash) {
            return entry.is(text);
        }
        let entry = shard.old.remove(&hash)?;
        let found = entry.is(text);
        shard.keep(hash, entry);
        found
    }

    /// Remembers a text that has been checked.
    pub(crate) fn insert(&self, text: &str, id: &SessionId, key: StoreKey) {
        let hash = self.hasher.hash_one(text);
        let entry = Entry {
            text: text.into(),
            id: id.clone(),
            key,
        };
        self.shard(hash).keep(hash, entry);
    }

    fn shard(&self, hash: u64) -> std::sync::MutexGuard<'_, Shard> {
        // The low bits are for the table.
        let shard = (hash >> 32) as usize % SHARDS;
        // Nothing panics half-way through a change while it is locked.
        self.shards[shard]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    fn keep(&mut self, hash: u64, entry: Entry) {
        if self.young.len() >= HALF {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(hash, entry);
    }
}

impl Entry {
    fn is(&self, text: &str) -> Option<(SessionId, StoreKey)> {
        (*self.text == *text).then(|| (self.id.clone(), self.key))
    }
}

/// Passes through a value that is already a hash.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> (SessionId, StoreKey) {
        let id = SessionId::generate().unwrap();
        let key = id.store_key();
        (id, key)
    }

    #[test]
    fn only_the_very_text_is_known() {
        let verified = Verified::new();
        let (id, key) = entry();
        verified.insert("2|abc", &id, key);
        assert_eq!(verified.get("2|abc"), Some((id, key)));
        for other in ["", "2|ab", "2|abd", "2|abcd", "2|ABC"] {
            assert_eq!(verified.get(other), None, "{other}");
        }
    }

    #[test]
    fn a_hash_alone_lets_nobody_in() {
        let verified = Verified::new();
        let (id, key) = entry();
        let hash = verified.hasher.hash_one("mine");
        let text = "another".into();
        verified.shard(hash).keep(hash, Entry { text, id, key });
        assert_eq!(verified.get("mine"), None);
    }

    #[test]
    fn what_fits_is_kept() {
        let verified = Verified::new();
        let (id, key) = entry();
        let texts: Vec<String> = (0..HALF).map(|n| n.to_string()).collect();
        for text in &texts {
            verified.insert(text, &id, key);
        }
        assert!(texts.iter().all(|text| verified.get(text).is_some()));
    }

    #[test]
    fn it_is_bounded_and_keeps_what_is_in_use() {
        let verified = Verified::new();
        let (id, key) = entry();
        verified.insert("busy", &id, key);
        verified.insert("idle", &id, key);
        for n in 0..SHARDS * HALF * 8 {
            verified.insert(&n.to_string(), &id, key);
            assert!(verified.get("busy").is_some(), "after {n}");
        }
        assert!(verified.get("idle").is_none());
        for shard in &verified.shards {
            let shard = shard.lock().unwrap();
            assert!(shard.young.len() <= HALF && shard.old.len() <= HALF);
            assert!(!shard.young.is_empty(), "all shards are used");
        }
    }
}
