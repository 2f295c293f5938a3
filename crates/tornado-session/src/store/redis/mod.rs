//! `RedisStore`: sessions in Redis or Valkey.

mod connection;
mod failure;
mod hash;
mod open;
mod scripts;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::{Cmd, RedisError, Script, Value};

use self::connection::{Connection, Target};
use self::failure::Failure;
use self::hash::Entry;
use super::limit::{TimedOut, within};
use super::retry::{self, Dropped as _};
use super::{
    ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, Grace, LoadError,
    OpenError, Owned, Place, RenameError, SessionStore, StoreOptions,
};
use crate::{Patch, Record, StoreKey};

/// Sessions in Redis 5 or newer, or in Valkey.
///
/// - **One hash per session**, with a field for each of its keys, so a save
///   writes only what has changed.
/// - **Atomic.** Each operation is one command or one script, and so one round
///   trip. No other operation undoes what Redis has confirmed.
/// - **As durable as Redis is configured to be.** With `appendfsync everysec`,
///   a crash may lose the last second; with replicas, a failover may lose what
///   was not copied.
/// - **Expired by Redis itself**, which deletes sessions on time.
///
/// All operations share one connection, which is reopened when it breaks, and
/// concurrent operations share what is written to it. A clone refers to the
/// same store. The guide's page on session stores has the layout, and how other
/// programs read it.
///
/// ```no_run
/// # tornado_testing::block_on(async {
/// use tornado_session::{RedisStore, Session, StoreOptions};
///
/// let store = RedisStore::connect("redis://localhost/0", StoreOptions::new()).await.unwrap();
/// let session = Session::new(store, Default::default());
/// session.set("user", "kim").unwrap();
/// session.save().await.unwrap();
/// # });
/// ```
#[derive(Clone)]
pub struct RedisStore(Arc<Shared>);

/// Whether this is a URL that the client can read.
pub(super) fn check(url: &str) -> Result<(), OpenError> {
    Target::of(url, &StoreOptions::new()).map(drop)
}

struct Shared {
    connection: Connection,
    /// Without the password.
    address: String,
    prefix: String,
    timeout: Duration,
}

impl RedisStore {
    /// Runs a script on a key, with the prefix and the key as its first
    /// arguments.
    async fn run(
        &self,
        script: &Script,
        key: &str,
        arguments: &[String],
    ) -> Result<Value, Failure> {
        let mut connection = self.0.connection.clone();
        let mut call = script.key(format!("{}{key}", self.0.prefix));
        call.arg(&self.0.prefix).arg(key).arg(arguments);
        connection
            .run(&call)
            .await
            .map_err(|error| self.failure(error))
    }

    /// As `run`, with a time limit, and once more if the connection breaks.
    async fn call(
        &self,
        script: &Script,
        key: &str,
        arguments: &[String],
    ) -> Result<Value, Failure> {
        let call = retry::again(|| self.run(script, key, arguments));
        within(self.0.timeout, call).await?
    }

    /// Once, with a time limit, and again if the connection breaks, which
    /// `Retried` reports.
    async fn call_once(
        &self,
        script: &Script,
        key: &str,
        arguments: &[String],
    ) -> Result<(i64, Retried), Failure> {
        let call = async {
            match self.run(script, key, arguments).await {
                Err(failure) if failure.is_dropped() => {
                    let answer = self.run(script, key, arguments).await?;
                    Ok((number(&answer)?, Retried(true)))
                }
                // A cluster retries without reporting it.
                answer => Ok((number(&answer?)?, Retried(self.0.connection.is_cluster()))),
            }
        };
        within(self.0.timeout, call).await?
    }

    /// What is stored under a Redis key.
    async fn read(&self, hash: &str) -> Result<Option<Entry>, Failure> {
        let mut connection = self.0.connection.clone();
        let answer = connection.send(&command("HGETALL", &[hash])).await;
        hash::entry(&answer.map_err(|error| self.failure(error))?)
    }

    fn failure(&self, error: RedisError) -> Failure {
        if error.is_timeout() {
            TimedOut(self.0.timeout).into()
        } else {
            error.into()
        }
    }

    async fn find(&self, key: &StoreKey) -> Result<Option<Record>, Failure> {
        let mut key = *key;
        // As far as a script follows them.
        for _ in 0..64 {
            let hash = [&self.0.prefix, key.as_str()].concat();
            match self.read(&hash).await? {
                None => return Ok(None),
                Some(Entry::Session(record)) => return Ok(Some(record)),
                Some(Entry::Moved { reads: false, .. }) => return Ok(None),
                Some(Entry::Moved { target, .. }) => key = target,
            }
        }
        Ok(None)
    }
}

fn command(name: &str, arguments: &[&str]) -> Cmd {
    let mut command = redis::cmd(name);
    command.arg(arguments);
    command
}

/// Whether it ran a second time, so that a refusal may be due to what the first
/// run has done.
struct Retried(bool);

fn number(answer: &Value) -> Result<i64, Failure> {
    match answer {
        Value::Int(number) => Ok(*number),
        _ => Err(Failure::Answer),
    }
}

/// The result of `apply`; `None` if the session does not exist.
fn place(answer: Result<Value, Failure>) -> Result<Option<Place>, Failure> {
    match number(&answer?)? {
        0 => Ok(None),
        1 => Ok(Some(Place::Here)),
        2 => Ok(Some(Place::Moved)),
        _ => Err(Failure::Answer),
    }
}

impl SessionStore for RedisStore {
    async fn load(&self, key: &StoreKey) -> Result<Option<Record>, LoadError> {
        let found = retry::again(|| self.find(key));
        let loaded = within(self.0.timeout, found).await;
        let loaded = loaded.map_err(Failure::from).flatten();
        loaded.map_err(unread)
    }

    async fn create(&self, key: &StoreKey, record: Record) -> Result<(), CreateError> {
        let mut arguments = vec![hash::millis(record.expires_at())];
        arguments.extend(hash::fields(&record));
        let (created, retried) = self
            .call_once(&scripts::CREATE, key.as_str(), &arguments)
            .await
            .map_err(CreateError::other)?;
        let created = match created {
            1 => Ok(()),
            0 => Err(CreateError::Exists),
            _ => Err(CreateError::other(Failure::Answer)),
        };
        if retried.0 {
            return retry::create(created, &record, self.load(key)).await;
        }
        created
    }

    async fn apply(&self, key: &StoreKey, patch: &Patch) -> Result<Place, ApplyError> {
        let arguments = hash::arguments(patch);
        let answer = self.call(&scripts::APPLY, key.as_str(), &arguments).await;
        let place = place(answer).map_err(ApplyError::other)?;
        place.ok_or(ApplyError::NotFound)
    }

    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        patch: &Patch,
        grace: Grace,
    ) -> Result<(), RenameError> {
        // Small enough to be an exact number in Lua together with the current
        // time.
        let millis = grace.duration().as_millis().min(1 << 52);
        let (millis, reads) = match grace {
            Grace::None => (String::new(), "0"),
            Grace::InFlight(_) => (millis.to_string(), "0"),
            Grace::Full(_) => (millis.to_string(), "1"),
        };
        let mut arguments = vec![new.as_str().to_owned(), millis, reads.to_owned()];
        arguments.extend(hash::arguments(patch));
        let (renamed, retried) = self
            .call_once(&scripts::RENAME, old.as_str(), &arguments)
            .await
            .map_err(RenameError::other)?;
        let renamed = match renamed {
            1 => Ok(()),
            0 => Err(RenameError::NotFound),
            2 => Err(RenameError::Moved),
            3 => Err(RenameError::Exists),
            _ => Err(RenameError::other(Failure::Answer)),
        };
        if retried.0 {
            return retry::rename(renamed, self.load(new)).await;
        }
        renamed
    }

    async fn delete(&self, key: &StoreKey) -> Result<(), DeleteError> {
        let deleted = self.call(&scripts::DELETE, key.as_str(), &[]).await;
        deleted.map(drop).map_err(DeleteError::other)
    }

    async fn list_owned(&self, owner: &str) -> Result<Vec<(StoreKey, Record)>, LoadError> {
        let answer = self.call(&scripts::LIST_OWNED, owner, &[]).await;
        answer
            .and_then(|answer| hash::sessions(&answer))
            .map_err(unread)
    }

    async fn delete_owned(&self, owner: &str, which: Owned) -> Result<usize, DeleteOwnedError> {
        let which = match which {
            Owned::All => vec!["all".to_owned()],
            Owned::AllBut(key) => vec!["but".to_owned(), key.as_str().to_owned()],
            Owned::One(key) => vec!["one".to_owned(), key.as_str().to_owned()],
        };
        let answer = self.call(&scripts::DELETE_OWNED, owner, &which).await;
        let ended = answer.and_then(|answer| number(&answer));
        let ended = ended.map_err(DeleteOwnedError::other)?;
        usize::try_from(ended).map_err(|_| DeleteOwnedError::other(Failure::Answer))
    }

    /// Redis does this itself.
    async fn delete_expired(&self, _: usize) -> Result<usize, DeleteExpiredError> {
        Ok(0)
    }
}

fn unread(failure: Failure) -> LoadError {
    match failure {
        Failure::Corrupt(_) => LoadError::corrupt(failure),
        failure if failure.is_wrong_type() => LoadError::corrupt(failure),
        failure => LoadError::other(failure),
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisStore({})", self.0.address)
    }
}
