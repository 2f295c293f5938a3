//! `RedisStore`: sessions in Redis or Valkey.

mod connection;
mod failure;
mod hash;
mod scripts;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::{RedisError, Script, Value};

use self::connection::{Connection, Target};
use self::failure::Failure;
use self::hash::Entry;
use super::limit::within;
use super::retry::{self, Dropped as _};
use super::{
    ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, Grace, LoadError,
    OpenError, OpenErrorKind, Owned, Place, RenameError, SessionStore, StoreOptions, TouchError,
};
use crate::{Patch, Record, StoreKey, Timestamp};

/// Sessions in Redis 5 or newer, or in Valkey.
///
/// - **A hash a session**, with a field for each of its keys, so a save writes
///   only what has changed.
/// - **Atomic.** Each operation is one command or one script, so one round
///   trip. What Redis has answered, no other operation undoes.
/// - **As durable as Redis is set up to be.** With `appendfsync everysec`, the
///   last second may be lost in a crash; with replicas, what a failover did not
///   copy.
/// - **Expired by Redis itself**, which deletes them in time.
///
/// All operations share one connection, which is made again when it breaks. A
/// clone is the same store. The page on session stores of the guide has the
/// layout and how other programs read it.
///
/// ```no_run
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
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

struct Shared {
    connection: Connection,
    /// Without the password.
    address: String,
    prefix: String,
    timeout: Duration,
}

/// The version of the layout that this code reads and writes.
const VERSION: &str = "1";

impl RedisStore {
    /// Connects to a server, `redis://user:password@host:port/database`, or
    /// `rediss://..` with TLS (feature `tls`); or to a cluster,
    /// `redis-cluster://user:password@host:port,host:port` (feature
    /// `redis-cluster`).
    ///
    /// In a cluster, what an operation touches has to be in one slot. So there
    /// the prefix of the keys has a hash tag, and is `{session}:` if nothing
    /// else is said.
    ///
    /// # Errors
    ///
    /// [`Url`](OpenErrorKind::Url) when it is no such URL, or of a node of a
    /// cluster, [`Unreachable`](OpenErrorKind::Unreachable) when nobody answers,
    /// [`Denied`](OpenErrorKind::Denied) when user, password or writing are
    /// refused, [`Schema`](OpenErrorKind::Schema) when the layout is of another
    /// version.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use tornado_session::{RedisStore, StoreOptions, store::OpenErrorKind};
    /// let error = RedisStore::connect("redis://localhost:1", StoreOptions::new()).await.unwrap_err();
    /// assert_eq!(error.kind(), OpenErrorKind::Unreachable);
    /// # });
    /// ```
    pub async fn connect(url: &str, options: StoreOptions) -> Result<RedisStore, OpenError> {
        let target = Target::of(url, &options)?;
        let address = target.address();
        let timeout = options.timeout;
        let opening = async {
            let connection = target.connect(&options).await?;
            let prefix = match options.key_prefix {
                Some(prefix) => prefix,
                None if connection.is_cluster() => "{session}:".to_owned(),
                None => "session:".to_owned(),
            };
            let store = RedisStore(Arc::new(Shared {
                connection,
                address: address.clone(),
                prefix,
                timeout,
            }));
            let found = store.version().await?;
            Ok((store, found))
        };
        let opened = within(timeout, opening).await;
        match opened.map_err(Failure::from).flatten() {
            Ok((store, Version::Known)) => Ok(store),
            Ok((_, Version::Other(found))) => Err(OpenError::new(
                OpenErrorKind::Schema,
                format!(
                    "the sessions in Redis at {address} are of version {found}, and this program \
                     knows version {VERSION}"
                ),
            )),
            Ok((_, Version::Cluster)) => Err(OpenError::new(
                OpenErrorKind::Url,
                format!("{address} is a node of a Redis Cluster: write `redis-cluster://`"),
            )),
            Ok((_, Version::NoTag)) => Err(OpenError::new(
                OpenErrorKind::Url,
                "in a Redis Cluster, the prefix of the keys needs a hash tag, such as \
                 `{session}:` (the setting `session_store_key_prefix`)",
            )),
            Err(failure) => Err(refused(&address, failure)),
        }
    }

    /// Writes the version of the layout, if there is none; so a server that
    /// can't be written is found out, too.
    async fn version(&self) -> Result<Version, Failure> {
        let mut connection = self.0.connection.clone();
        if connection.is_cluster() && !has_tag(&self.0.prefix) {
            return Ok(Version::NoTag);
        }
        let key = format!("{}schema", self.0.prefix);
        let mut set = redis::cmd("SET");
        set.arg(&key).arg(VERSION).arg("NX");
        let set = connection.send(&set).await;
        if set.as_ref().is_err_and(RedisError::is_cluster_error) && !connection.is_cluster() {
            return Ok(Version::Cluster);
        }
        set?;
        let found = connection.send(redis::cmd("GET").arg(&key)).await?;
        // Those who may not ask are told by the first rename.
        let info = connection.send(redis::cmd("INFO").arg("cluster")).await;
        let info: Result<String, _> = info.and_then(|info| Ok(redis::from_redis_value(info)?));
        if !connection.is_cluster() && info.is_ok_and(|info| info.contains("cluster_enabled:1")) {
            return Ok(Version::Cluster);
        }
        let found = match found {
            Value::BulkString(found) => String::from_utf8_lossy(&found).into_owned(),
            _ => return Err(Failure::Answer),
        };
        Ok(if found == VERSION {
            Version::Known
        } else {
            Version::Other(found.chars().take(20).collect())
        })
    }

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
        Ok(call.invoke_async(&mut connection).await?)
    }

    /// The same, in time, and once more if the connection breaks.
    async fn call(
        &self,
        script: &Script,
        key: &str,
        arguments: &[String],
    ) -> Result<Value, Failure> {
        let call = retry::again(|| self.run(script, key, arguments));
        within(self.0.timeout, call).await?
    }

    /// Once, in time; and again if the connection breaks, which `Retried`
    /// tells.
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
                // A cluster tries again without telling.
                answer => Ok((number(&answer?)?, Retried(self.0.connection.is_cluster()))),
            }
        };
        within(self.0.timeout, call).await?
    }

    async fn find(&self, key: &StoreKey) -> Result<Option<Record>, Failure> {
        let mut key = *key;
        // As far as a script follows them.
        for _ in 0..64 {
            let hash = format!("{}{}", self.0.prefix, key.as_str());
            let mut connection = self.0.connection.clone();
            let answer = connection.send(redis::cmd("HGETALL").arg(hash)).await?;
            match hash::entry(answer)? {
                None => return Ok(None),
                Some(Entry::Session(record)) => return Ok(Some(record)),
                Some(Entry::Moved { reads: false, .. }) => return Ok(None),
                Some(Entry::Moved { target, .. }) => key = target,
            }
        }
        Ok(None)
    }
}

enum Version {
    Known,
    Other(String),
    /// It is a node of a cluster, and the URL was not that of one.
    Cluster,
    NoTag,
}

/// Whether it was done a second time, so that a refusal may be that of what the
/// first time has done.
struct Retried(bool);

/// Whether all keys with this prefix are in one slot: that of what is between
/// the first `{` and the next `}`, if that is something.
fn has_tag(prefix: &str) -> bool {
    let tag = prefix
        .split_once('{')
        .and_then(|(_, rest)| rest.split_once('}'));
    tag.is_some_and(|(tag, _)| !tag.is_empty())
}

fn refused(address: &str, failure: Failure) -> OpenError {
    let kind = if failure.is_denied() {
        OpenErrorKind::Denied
    } else if failure.is_unreachable() {
        OpenErrorKind::Unreachable
    } else {
        OpenErrorKind::Other
    };
    let message = format!("the session store in Redis at {address} can't be used: {failure}");
    OpenError::new(kind, message).with_source(failure)
}

fn number(answer: &Value) -> Result<i64, Failure> {
    match answer {
        Value::Int(number) => Ok(*number),
        _ => Err(Failure::Answer),
    }
}

/// What `apply` and `touch` give; `None` if there is no session.
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
        let loaded = within(self.0.timeout, retry::again(|| self.find(key))).await;
        loaded.map_err(Failure::from).flatten().map_err(unread)
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

    async fn touch(&self, key: &StoreKey, expires_at: Timestamp) -> Result<Place, TouchError> {
        let arguments = [hash::millis(expires_at)];
        let answer = self.call(&scripts::TOUCH, key.as_str(), &arguments).await;
        let place = place(answer).map_err(TouchError::other)?;
        place.ok_or(TouchError::NotFound)
    }

    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        patch: &Patch,
        grace: Grace,
    ) -> Result<(), RenameError> {
        // So long that it fits into a number of Lua beside the time of day.
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
        answer.and_then(hash::sessions).map_err(unread)
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

    /// Redis does it by itself.
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
