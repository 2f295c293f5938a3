//! `PostgresStore`: sessions in PostgreSQL.

mod client;
mod failure;
mod schema;
mod statements;
mod target;
mod values;

use std::fmt;
use std::sync::Arc;

use tokio::time::Instant;
use tokio_postgres::types::ToSql;

use self::client::Client;
use self::failure::Failure;
use self::target::Target;
use self::values::{Changes, get, object, session};
use super::limit::within;
use super::retry;
use super::row::Row;
use super::{
    ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, Grace, LoadError,
    OpenError, OpenErrorKind, Owned, Place, RenameError, SessionStore, StoreOptions,
};
use crate::{Patch, Record, StoreKey};

/// Sessions in PostgreSQL 12 or newer.
///
/// - **Atomic and durable.** Each operation is one statement, and so one round
///   trip. What was confirmed is committed.
/// - **One row per session**, with its data as a `jsonb` object that other
///   programs can query. Expired sessions are deleted by the sweep, not by the
///   database.
/// - **Encrypted** if the URL says `sslmode=verify-full` (feature
///   `postgres-tls`). The server's certificate must be valid, and trusted by
///   the system or by the file that the environment variable `SSL_CERT_FILE`
///   names.
/// - **A pool** of connections, opened as they are needed, with prepared
///   statements.
///
/// A clone refers to the same store. The guide's page on session stores has the
/// table, and how other programs read it.
///
/// ```no_run
/// # tornado_testing::block_on(async {
/// use tornado_session::{PostgresStore, Session, StoreOptions};
///
/// let store = PostgresStore::connect("postgres://app:password@localhost/app", StoreOptions::new()).await.unwrap();
/// let session = Session::new(store, Default::default());
/// session.set("user", "kim").unwrap();
/// session.save().await.unwrap();
/// # });
/// ```
#[derive(Clone)]
pub struct PostgresStore(Arc<Shared>);

struct Shared {
    client: Client,
    /// Without the password.
    place: String,
}

/// How many moved keys are followed. A chain is as long as the number of
/// renames within one grace.
const LONGEST_CHAIN: usize = 64;

impl PostgresStore {
    /// Connects to a database, `postgres://user:password@host:port/database`,
    /// and creates the tables if they are missing.
    ///
    /// # Errors
    ///
    /// [`Url`](OpenErrorKind::Url) when the URL does not have that form,
    /// [`Unreachable`](OpenErrorKind::Unreachable) when nobody answers,
    /// [`Denied`](OpenErrorKind::Denied) when the user or password is refused,
    /// or the user may not create tables, [`Schema`](OpenErrorKind::Schema)
    /// when the tables are of another version.
    pub async fn connect(url: &str, options: StoreOptions) -> Result<PostgresStore, OpenError> {
        let target = Target::of(url)?;
        let place = target.place();
        let opening = async {
            let client = Client::new(target, &options)?;
            schema::set_up(client.pool()).await?;
            Ok(client)
        };
        let opened = within(options.timeout, opening).await;
        match opened.map_err(Failure::from).flatten() {
            Ok(client) => Ok(PostgresStore(Arc::new(Shared { client, place }))),
            Err(failure) => Err(refused(&place, failure)),
        }
    }

    /// Runs a statement on a session, whatever its current key is. The key is
    /// the statement's first value, `rest` has the others; it returns a row if
    /// the session exists.
    async fn act(
        &self,
        key: &StoreKey,
        sql: &'static str,
        rest: &[&(dyn ToSql + Sync)],
    ) -> Result<Option<Place>, Failure> {
        let deadline = self.0.client.deadline();
        let mut own = key.as_str().to_owned();
        for _ in 0..LONGEST_CHAIN {
            let mut params: Vec<&(dyn ToSql + Sync)> = vec![&own];
            params.extend(rest);
            let done = self.0.client.query(sql, &params, deadline).await?;
            if !done.rows.is_empty() {
                let here = own == key.as_str();
                return Ok(Some(if here { Place::Here } else { Place::Moved }));
            }
            let there = self
                .0
                .client
                .query(statements::FOLLOW, &[&own], deadline)
                .await?;
            match there.rows.first() {
                None => return Ok(None),
                // If it does not lead on, it appeared between the two statements.
                Some(row) => own = get::<Option<String>>(row, "moved_to")?.unwrap_or(own),
            }
        }
        Err(Failure::KeyKeepsMoving)
    }

    async fn find(&self, key: &StoreKey, deadline: Instant) -> Result<Option<Record>, Failure> {
        let mut key = key.as_str().to_owned();
        for _ in 0..LONGEST_CHAIN {
            let found = self
                .0
                .client
                .query(statements::LOAD, &[&key], deadline)
                .await?;
            let Some(row) = found.rows.first() else {
                return Ok(None);
            };
            match get::<Option<String>>(row, "moved_to")? {
                None => return Ok(Some(session(row)?)),
                Some(target) if get(row, "moved_reads")? => key = target,
                Some(_) => return Ok(None),
            }
        }
        Ok(None)
    }

    async fn owned(&self, owner: &str) -> Result<Vec<(StoreKey, Record)>, Failure> {
        let client = &self.0.client;
        let deadline = client.deadline();
        let listed = client
            .query(statements::LIST_OWNED, &[&owner], deadline)
            .await?;
        let mut sessions = Vec::new();
        for row in listed.rows {
            // A key of another form can't be a client's.
            if let Some(key) = StoreKey::parse(get::<&str>(&row, "key")?) {
                sessions.push((key, session(&row)?));
            }
        }
        Ok(sessions)
    }

    async fn rename_once(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        patch: &Patch,
        grace: Grace,
        deadline: Instant,
    ) -> Result<Renamed, Failure> {
        let changes = Changes::of(patch);
        // Short enough to be added to the current time.
        let millis = i64::try_from(grace.duration().as_millis())
            .map_or(i64::MAX / 4, |n| n.min(i64::MAX / 4));
        let (millis, reads) = match grace {
            Grace::None => (None, false),
            Grace::InFlight(_) => (Some(millis), false),
            Grace::Full(_) => (Some(millis), true),
        };
        let (old, new) = (old.as_str(), new.as_str());
        let mut params: Vec<&(dyn ToSql + Sync)> = vec![&old];
        params.extend(changes.params());
        params.extend([&new as &(dyn ToSql + Sync), &millis, &reads]);
        let mut retried = false;
        for _ in 0..LONGEST_CHAIN {
            let answer = self
                .0
                .client
                .query(statements::RENAME, &params, deadline)
                .await;
            let answer = match answer {
                // Somebody has added it at this very moment.
                Err(failure) if failure.is_taken() => {
                    return Ok(Renamed {
                        result: Err(RenameError::Exists),
                        retried,
                    });
                }
                answer => answer?,
            };
            retried |= answer.retried;
            let Some(row) = answer.rows.first() else {
                return Err(Failure::Closed);
            };
            let (done, taken): (bool, bool) = (get(row, "done")?, get(row, "taken")?);
            let result = match get::<Option<bool>>(row, "moved")? {
                _ if done => Ok(()),
                None => Err(RenameError::NotFound),
                Some(true) => Err(RenameError::Moved),
                Some(false) if taken => Err(RenameError::Exists),
                // It existed, and another statement came first.
                Some(false) => continue,
            };
            return Ok(Renamed { result, retried });
        }
        Err(Failure::KeyKeepsMoving)
    }
}

struct Renamed {
    result: Result<(), RenameError>,
    retried: bool,
}

fn refused(place: &str, failure: Failure) -> OpenError {
    let kind = match &failure {
        Failure::Version { .. } => OpenErrorKind::Schema,
        failure if failure.is_denied() => OpenErrorKind::Denied,
        failure if failure.is_unreachable() => OpenErrorKind::Unreachable,
        _ => OpenErrorKind::Other,
    };
    let message = format!("the session store in PostgreSQL at {place} can't be used: {failure}");
    OpenError::new(kind, message).with_source(failure)
}

impl SessionStore for PostgresStore {
    async fn load(&self, key: &StoreKey) -> Result<Option<Record>, LoadError> {
        let found = self.find(key, self.0.client.deadline());
        found.await.map_err(unread)
    }

    async fn create(&self, key: &StoreKey, record: Record) -> Result<(), CreateError> {
        let row = Row::of(&record);
        let data = object(record.data().iter().map(|(name, json)| (&**name, json)));
        let params: [&(dyn ToSql + Sync); 7] = [
            &key.as_str(),
            &row.created_at,
            &row.expires_at,
            &row.expiry,
            &row.deadline,
            &row.owner,
            &data,
        ];
        let deadline = self.0.client.deadline();
        let answer = self.0.client.query(statements::CREATE, &params, deadline);
        let answer = answer.await.map_err(CreateError::other)?;
        let created = match answer.rows.is_empty() {
            true => Err(CreateError::Exists),
            false => Ok(()),
        };
        if answer.retried {
            return retry::create(created, &record, self.load(key)).await;
        }
        created
    }

    async fn apply(&self, key: &StoreKey, patch: &Patch) -> Result<Place, ApplyError> {
        let changes = Changes::of(patch);
        let applied = self.act(key, statements::APPLY, &changes.params()).await;
        let place = applied.map_err(ApplyError::other)?;
        place.ok_or(ApplyError::NotFound)
    }

    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        patch: &Patch,
        grace: Grace,
    ) -> Result<(), RenameError> {
        let deadline = self.0.client.deadline();
        let renamed = self.rename_once(old, new, patch, grace, deadline);
        let Renamed { result, retried } = renamed.await.map_err(RenameError::other)?;
        if retried {
            return retry::rename(result, self.load(new)).await;
        }
        result
    }

    async fn delete(&self, key: &StoreKey) -> Result<(), DeleteError> {
        let deleted = self.act(key, statements::DELETE, &[]).await;
        deleted.map(drop).map_err(DeleteError::other)
    }

    async fn list_owned(&self, owner: &str) -> Result<Vec<(StoreKey, Record)>, LoadError> {
        self.owned(owner).await.map_err(unread)
    }

    async fn delete_owned(&self, owner: &str, which: Owned) -> Result<usize, DeleteOwnedError> {
        let client = &self.0.client;
        let deadline = client.deadline();
        let (sql, key) = match which {
            Owned::All => (statements::DELETE_OWNED, None),
            Owned::AllBut(key) => (statements::DELETE_OWNED_BUT, Some(key)),
            Owned::One(key) => (statements::DELETE_OWNED_ONE, Some(key)),
        };
        let key = key.as_ref().map(StoreKey::as_str);
        let mut params: Vec<&(dyn ToSql + Sync)> = vec![&owner];
        params.extend(key.as_ref().map(|key| key as &(dyn ToSql + Sync)));
        for _ in 0..LONGEST_CHAIN {
            let answer = client.query(sql, &params, deadline).await;
            let rows = answer.map_err(DeleteOwnedError::other)?.rows;
            let (Owned::One(_), Some(row)) = (which, rows.first()) else {
                return Ok(rows.len());
            };
            let flag = |column| get(row, column).map_err(DeleteOwnedError::other);
            match (flag("ended")?, flag("seen")?) {
                (true, _) => return Ok(1),
                (false, false) => return Ok(0),
                // Its key has changed at this very moment.
                (false, true) => {}
            }
        }
        Err(DeleteOwnedError::other(Failure::KeyKeepsMoving))
    }

    async fn delete_expired(&self, batch: usize) -> Result<usize, DeleteExpiredError> {
        let batch = i64::try_from(batch).unwrap_or(i64::MAX);
        let client = &self.0.client;
        let deadline = client.deadline();
        let deleted = client
            .query(statements::DELETE_EXPIRED, &[&batch], deadline)
            .await;
        let answer = deleted.map_err(DeleteExpiredError::other)?;
        Ok(answer.rows.len())
    }
}

fn unread(failure: Failure) -> LoadError {
    match failure {
        Failure::Corrupt(_) => LoadError::corrupt(failure),
        failure => LoadError::other(failure),
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresStore({})", self.0.place)
    }
}

#[cfg(test)]
mod tests;
