//! `State`: what a session is, and what its next save must do.

use std::sync::Arc;

use super::changes::{Changes, Data};
use crate::store::{Grace, Place};
use crate::{
    Expiry, Json, Lifetime, Patch, Record, SessionError, SessionErrorKind, SessionId,
    SessionOptions, StoreKey, Timestamp,
};

/// One session as one request sees it.
///
/// Invariants:
/// - Only `Standing::Stored` has `data`. What a fresh or an ended session shows
///   comes from `changes` alone, and an ended one has none.
/// - `cookie` is `Due::Set` only if `standing` is `Stored`.
/// - A key in `retired` is never the key of `standing`.
pub(super) struct State {
    standing: Standing,
    /// What the store held when last asked, plus what has been saved since.
    data: Arc<Data>,
    changes: Changes,
    /// The size of what a handler sees, if it has been counted.
    size: Option<usize>,
    /// Keys of sessions that were ended here and are yet to be deleted.
    retired: Vec<StoreKey>,
    cookie: Due,
    /// A save began and was not seen to succeed, so the store may be ahead of
    /// `data`.
    uncertain: bool,
    /// How often the session was destroyed. A save that began in an earlier
    /// epoch belongs to a different session from the one that is here when it
    /// ends.
    epoch: u64,
    /// Whether the request came without a session.
    is_new: bool,
    /// Whether the client has sent a cookie of ours, valid or not.
    presented: bool,
    /// The keys of ids that the client has sent and that can't be loaded. One
    /// of them may be an id that another request has just replaced.
    stale: Vec<StoreKey>,
    /// Whether the cookie is right except for its signature, which is by a key
    /// that is being retired.
    resign: bool,
    head_sent: bool,
}

/// What the store has of the session.
enum Standing {
    /// Nothing, and there is no cookie either. The first value creates both.
    Fresh { expiry: Expiry },
    /// A record.
    Stored(Stored),
    /// A save has found that the record is gone, or that it has an id that this
    /// request does not know. It must not come back, so nothing can be changed
    /// or saved again.
    Ended { replaced: bool },
}

struct Stored {
    id: SessionId,
    key: StoreKey,
    created_at: Timestamp,
    expires_at: Timestamp,
    lifetime: Lifetime,
    owner: Option<Arc<str>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Due {
    Nothing,
    Set,
    Remove,
}

/// What the client's cookie needs.
pub(crate) enum CookieDue {
    /// Nothing: it is as it should be.
    Nothing,
    /// To be sent. Without an expiry, it lasts until the browser is closed.
    Set {
        id: SessionId,
        expires_at: Option<Timestamp>,
    },
    /// To be removed.
    Remove,
}

/// The next thing that a save must do in the store.
pub(super) struct Step {
    pub(super) action: Action,
    /// The newest change that it writes.
    mark: u64,
    epoch: u64,
}

pub(super) enum Action {
    Delete(StoreKey),
    /// Check whether the session of a stale id has a new id now.
    Probe(StoreKey),
    Create {
        id: SessionId,
        record: Record,
    },
    Rename {
        old: StoreKey,
        id: SessionId,
        patch: Patch,
        grace: Grace,
    },
    Apply {
        key: StoreKey,
        patch: Patch,
    },
}

impl State {
    /// A state without a session; `presented` says whether the client believes
    /// it has one.
    pub(super) fn fresh(presented: bool) -> State {
        State {
            standing: Standing::Fresh {
                expiry: Expiry::Default,
            },
            data: Arc::default(),
            changes: Changes::default(),
            size: None,
            retired: Vec::new(),
            cookie: Due::Nothing,
            uncertain: false,
            epoch: 0,
            is_new: true,
            presented,
            stale: Vec::new(),
            resign: false,
            head_sent: false,
        }
    }

    pub(super) fn loaded(id: SessionId, key: StoreKey, record: &Record) -> State {
        let stored = Stored {
            id,
            key,
            created_at: record.created_at(),
            expires_at: record.expires_at(),
            lifetime: record.lifetime(),
            owner: record.shared_owner().cloned(),
        };
        State {
            standing: Standing::Stored(stored),
            data: Arc::clone(record.shared_data()),
            is_new: false,
            ..State::fresh(true)
        }
    }

    // What a handler sees and does.

    pub(super) fn value(&self, key: &str) -> Option<&Json> {
        self.changes.value(&self.data, key)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Arc<str>> {
        self.changes.visible(&self.data)
    }

    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }

    pub(super) fn key(&self) -> Option<StoreKey> {
        match &self.standing {
            Standing::Stored(stored) => Some(stored.key),
            Standing::Fresh { .. } | Standing::Ended { .. } => None,
        }
    }

    pub(super) fn created_at(&self) -> Option<Timestamp> {
        match &self.standing {
            Standing::Stored(stored) => Some(stored.created_at),
            Standing::Fresh { .. } | Standing::Ended { .. } => None,
        }
    }

    pub(super) fn owner(&self) -> Option<&Arc<str>> {
        self.changes.owner().or(match &self.standing {
            Standing::Stored(stored) => stored.owner.as_ref(),
            Standing::Fresh { .. } | Standing::Ended { .. } => None,
        })
    }

    pub(super) fn expiry(&self) -> Expiry {
        self.changes.expiry().unwrap_or(match &self.standing {
            Standing::Fresh { expiry } => *expiry,
            Standing::Stored(stored) => stored.lifetime.expiry(),
            Standing::Ended { .. } => Expiry::Default,
        })
    }

    /// Sets the keys that have a value and deletes the others. On an error,
    /// none of them change.
    pub(super) fn change<K: AsRef<str>>(
        &mut self,
        changes: Vec<(K, Option<Json>)>,
        max_size: usize,
    ) -> Result<(), SessionError> {
        if matches!(self.standing, Standing::Ended { .. }) {
            return Err(ended());
        }
        let before = self.size();
        let (mut taken, mut given) = (0, 0);
        for (key, value) in &changes {
            let key = key.as_ref();
            taken += self.value(key).map_or(0, |old| size(key, old));
            given += value.as_ref().map_or(0, |new| size(key, new));
        }
        // A session that is too large because the setting has changed may
        // shrink.
        let after = before - taken + given;
        if after > max_size && after > before {
            let sizes = changes.iter().filter_map(|(key, value)| {
                let key = key.as_ref();
                Some((size(key, value.as_ref()?), key))
            });
            let (_, largest) = sizes.max().unwrap_or_default();
            return Err(too_large(largest, after, max_size));
        }
        self.size = Some(before);
        for (key, value) in changes {
            self.put(key.as_ref(), value);
        }
        Ok(())
    }

    pub(super) fn delete(&mut self, key: &str) -> bool {
        let there = self.value(key).is_some();
        if there {
            self.put(key, None);
        }
        there
    }

    fn put(&mut self, key: &str, value: Option<Json>) {
        let old = self.value(key);
        let unchanged = match (old, &value) {
            (Some(old), Some(new)) => old.same_as(new),
            (old, new) => old.is_none() && new.is_none(),
        };
        if unchanged {
            return;
        }
        let size_of = |value: Option<&Json>| value.map_or(0, |value| size(key, value));
        let (taken, given) = (size_of(old), size_of(value.as_ref()));
        self.size = self.size.map(|size| size - taken + given);
        self.changes.set(key, value);
    }

    fn size(&self) -> usize {
        self.size.unwrap_or_else(|| {
            let size_of = |key: &Arc<str>| Some(size(key, self.value(key)?));
            self.keys().filter_map(size_of).sum()
        })
    }

    pub(super) fn clear(&mut self) {
        self.size = None;
        if self.keys().next().is_some() {
            self.changes.clear();
        }
    }

    pub(super) fn set_expiry(&mut self, expiry: Expiry) {
        let changed = self.expiry() != expiry;
        match &mut self.standing {
            // It becomes part of the record when there is one.
            Standing::Fresh { expiry: own } => *own = expiry,
            Standing::Stored(_) if changed => self.changes.set_expiry(expiry),
            Standing::Stored(_) | Standing::Ended { .. } => {}
        }
    }

    pub(super) fn regenerate(&mut self, grace: Grace) {
        // A session that is about to be created gets a new id anyway.
        if matches!(self.standing, Standing::Stored(_)) {
            self.changes.renew(grace);
        }
    }

    pub(super) fn login(&mut self, owner: Arc<str>, grace: Grace) {
        if matches!(self.standing, Standing::Ended { .. }) {
            self.begin_anew(Expiry::Default);
        } else if self.owner().is_some_and(|other| *other != owner) {
            // Nobody gets the values of another user's session.
            self.destroy();
        }
        self.changes.set_owner(owner);
        self.regenerate(grace);
    }

    fn begin_anew(&mut self, expiry: Expiry) {
        self.standing = Standing::Fresh { expiry };
        self.data = Arc::default();
        self.size = None;
        self.is_new = true;
        self.uncertain = false;
    }

    pub(super) fn destroy(&mut self) {
        let standing = std::mem::replace(
            &mut self.standing,
            Standing::Fresh {
                expiry: Expiry::Default,
            },
        );
        match standing {
            Standing::Stored(stored) => {
                self.retired.push(stored.key);
                self.cookie = Due::Remove;
            }
            Standing::Fresh { .. } => {
                self.cookie = if self.presented {
                    Due::Remove
                } else {
                    Due::Nothing
                };
            }
            ended @ Standing::Ended { .. } => {
                self.standing = ended;
                return;
            }
        }
        // A logout that comes with a recently replaced id counts, too.
        self.retired.append(&mut self.stale);
        self.changes.discard();
        self.data = Arc::default();
        self.size = None;
        self.epoch += 1;
        self.is_new = true;
        self.uncertain = false;
    }

    // What a save does.

    /// What to do next; `None` when the store has everything.
    pub(super) fn next_step(
        &mut self,
        now: Timestamp,
        options: &SessionOptions,
    ) -> Result<Option<Step>, SessionError> {
        if let Some(key) = self.retired.last() {
            return Ok(Some(self.step(Action::Delete(*key))));
        }
        if !self.uncertain {
            self.changes.prune(&self.data);
        }
        let action = match &self.standing {
            Standing::Ended { .. } => None,
            Standing::Fresh { expiry } => {
                let mut data = Arc::default();
                self.changes.patch().apply_to(&mut data);
                let owner = self.changes.owner();
                if data.is_empty() && owner.is_none() {
                    None
                } else if let (Some(stale), None) = (self.stale.last(), owner) {
                    Some(Action::Probe(*stale))
                } else {
                    self.check_head()?;
                    let lifetime = options.limit(Lifetime::new(*expiry, None), now);
                    let expires_at = lifetime.expires_at(now, options.expiry);
                    let mut record = Record::new(now, expires_at)
                        .with_lifetime(lifetime)
                        .with_data(data);
                    if let Some(owner) = owner {
                        record = record.with_owner(Arc::clone(owner));
                    }
                    Some(Action::Create {
                        id: SessionId::generate()?,
                        record,
                    })
                }
            }
            Standing::Stored(stored) => self.change_stored(stored, now, options)?,
        };
        Ok(action.map(|action| {
            self.uncertain = true;
            self.step(action)
        }))
    }

    fn change_stored(
        &self,
        stored: &Stored,
        now: Timestamp,
        options: &SessionOptions,
    ) -> Result<Option<Action>, SessionError> {
        let mut patch = self.changes.patch();
        if let Some(owner) = self.changes.owner().filter(|_| self.owner_changes(stored)) {
            patch = patch.with_owner(Arc::clone(owner));
        }
        match self.changes.expiry() {
            Some(expiry) => {
                let lifetime = Lifetime::new(expiry, stored.lifetime.deadline());
                patch = patch
                    .with_lifetime(lifetime)
                    .with_expires_at(lifetime.expires_at(now, options.expiry));
            }
            // Record and cookie are renewed together, so that neither outlives the other.
            None => {
                if let Some(end) = stored.lifetime.renewal(
                    stored.expires_at,
                    now,
                    options.expiry,
                    options.renew_left,
                ) {
                    patch = patch.with_expires_at(end);
                }
            }
        }
        if let Some(grace) = self.changes.renewal() {
            self.check_head()?;
            let id = SessionId::generate()?;
            return Ok(Some(Action::Rename {
                old: stored.key,
                id,
                patch,
                grace,
            }));
        }
        Ok((!patch.is_empty()).then_some(Action::Apply {
            key: stored.key,
            patch,
        }))
    }

    fn owner_changes(&self, stored: &Stored) -> bool {
        self.uncertain || self.changes.owner() != stored.owner.as_ref()
    }

    fn step(&self, action: Action) -> Step {
        Step {
            action,
            mark: self.changes.mark(),
            epoch: self.epoch,
        }
    }

    /// Checks that the cookie of a new id can still reach the client.
    fn check_head(&self) -> Result<(), SessionError> {
        if !self.head_sent {
            return Ok(());
        }
        Err(SessionError::new(
            SessionErrorKind::HeadersSent,
            "the headers have been sent, so the cookie of the session can't be; begin or regenerate a session \
             before the first flush",
        ))
    }

    /// Records that the store has done what the step says.
    pub(super) fn done(&mut self, step: Step, place: Place) {
        match &step.action {
            Action::Delete(key) => {
                self.retired.retain(|retired| retired != key);
                return;
            }
            Action::Probe(key) => {
                self.stale.retain(|stale| stale != key);
                return;
            }
            _ => {}
        }
        if step.epoch != self.epoch {
            // It was destroyed while this was in progress, so the result must be deleted
            // as well.
            if let Action::Create { id, .. } | Action::Rename { id, .. } = &step.action {
                self.retired.push(id.store_key());
            }
            return;
        }
        self.uncertain = false;
        self.changes.saved(step.mark);
        match (step.action, &mut self.standing) {
            (Action::Create { id, record }, standing) => {
                self.data = Arc::clone(record.shared_data());
                let key = id.store_key();
                *standing = Standing::Stored(Stored {
                    id,
                    key,
                    created_at: record.created_at(),
                    expires_at: record.expires_at(),
                    lifetime: record.lifetime(),
                    owner: record.shared_owner().cloned(),
                });
                self.cookie = Due::Set;
            }
            (Action::Rename { id, patch, .. }, Standing::Stored(stored)) => {
                patch.apply_to(&mut self.data);
                stored.take_over(&patch);
                stored.key = id.store_key();
                stored.id = id;
                self.cookie = Due::Set;
            }
            (Action::Apply { patch, .. }, Standing::Stored(stored)) => {
                patch.apply_to(&mut self.data);
                let prolonged = stored.take_over(&patch);
                self.prolonged(prolonged, place);
            }
            // Only destroying leaves `Stored`, and that changes the epoch.
            (
                Action::Delete(_) | Action::Probe(_) | Action::Rename { .. } | Action::Apply { .. },
                _,
            ) => {}
        }
    }

    fn prolonged(&mut self, prolonged: bool, place: Place) {
        // The client of a session that has moved should already have a newer
        // cookie.
        match place {
            Place::Here if prolonged => self.cookie = Due::Set,
            Place::Here => {}
            Place::Moved => self.resign = false,
        }
    }

    /// Records that the session no longer exists in the store, or that another
    /// request has changed its id. Returns whether that loses changes.
    pub(super) fn gone(&mut self, step: &Step, moved: bool) -> bool {
        if step.epoch != self.epoch {
            return false;
        }
        if self.changes.owner().is_some() {
            // A login gets a session, even if not that one.
            let expiry = self.expiry();
            self.begin_anew(expiry);
            return false;
        }
        let loses = !self.changes.is_empty();
        self.standing = Standing::Ended { replaced: moved };
        self.changes.discard();
        self.data = Arc::default();
        self.size = None;
        self.uncertain = false;
        self.cookie = if moved { Due::Nothing } else { Due::Remove };
        loses
    }

    /// Whether the session continues under an id that this request does not
    /// know.
    pub(super) fn is_replaced(&self) -> bool {
        matches!(self.standing, Standing::Ended { replaced: true })
    }

    // What the response needs.

    pub(super) fn cookie(&self) -> CookieDue {
        match (self.cookie, &self.standing) {
            (due, Standing::Stored(stored)) if due == Due::Set || self.resign => {
                let browser = stored.lifetime.expiry() == Expiry::Browser;
                let expires_at = (!browser).then_some(stored.expires_at);
                CookieDue::Set {
                    id: stored.id.clone(),
                    expires_at,
                }
            }
            (Due::Remove, _) => CookieDue::Remove,
            _ => CookieDue::Nothing,
        }
    }

    /// Drops unsaved changes. What was saved keeps its cookie.
    pub(super) fn discard(&mut self) {
        self.changes.discard();
        self.size = None;
        if !self.retired.is_empty() {
            self.retired.clear();
            self.cookie = Due::Nothing;
        }
    }

    /// The client's cookie is valid, but should be signed again.
    pub(super) fn resign(&mut self) {
        self.resign = true;
    }

    pub(super) fn set_stale(&mut self, keys: Vec<StoreKey>) {
        self.stale = keys;
    }

    pub(super) fn set_head_sent(&mut self) {
        self.head_sent = true;
    }

    /// Whether there are changes that no save will ever write.
    pub(super) fn is_forgotten(&self) -> bool {
        self.head_sent && (!self.changes.is_empty() || !self.retired.is_empty())
    }
}

impl Stored {
    /// Returns whether the patch has moved the expiry.
    fn take_over(&mut self, patch: &Patch) -> bool {
        self.lifetime = patch.lifetime().unwrap_or(self.lifetime);
        if let Some(owner) = patch.shared_owner() {
            self.owner = owner.cloned();
        }
        match patch.expires_at() {
            Some(end) => {
                self.expires_at = end;
                true
            }
            None => false,
        }
    }
}

/// The contribution of a value to the size of a session.
fn size(key: &str, value: &Json) -> usize {
    key.len() + value.as_str().len()
}

fn too_large(key: &str, size: usize, max_size: usize) -> SessionError {
    SessionError::new(
        SessionErrorKind::TooLarge,
        format!(
            "the session's value '{key}' is too large: with it, the session would have {size} bytes, and the setting \
             'session_max_size' allows {max_size}"
        ),
    )
}

pub(super) fn ended() -> SessionError {
    SessionError::new(
        SessionErrorKind::Ended,
        "the session has ended or got a new id meanwhile, so what this request changes in it can't be saved",
    )
}
