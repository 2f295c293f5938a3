//! The operations, on a connection that has an open transaction if they write.
//! Nothing else writes in the meantime, so they can read, decide and write.

use rusqlite::{Connection, OptionalExtension as _, Params, named_params, params};

use super::Failure;
use crate::store::data::{read_values, write_values};
use crate::store::no_record::NoRecord;
use crate::store::row::{Row, millis};
use crate::store::{Grace, Owned, Place};
use crate::{Patch, Record, StoreKey, Timestamp};

/// A row, and its data, a JSON object.
struct Stored {
    row: Row,
    data: String,
}

impl Stored {
    fn into_record(self) -> Result<Record, NoRecord> {
        self.row.into_record(read_values(&self.data)?)
    }
}

/// What is stored under a key.
enum Entry {
    Session(Stored),
    Moved { target: StoreKey, reads: bool },
}

/// Why an operation was refused.
pub(super) enum Refusal {
    NotFound,
    Moved,
    Exists,
}

const COLUMNS: &str =
    "created_at, expires_at, expiry, deadline, owner, data, moved_to, moved_reads";

/// How many moved keys are followed. A chain is as long as the number of
/// renames within one grace.
const LONGEST_CHAIN: usize = 64;

pub(super) fn load(
    connection: &Connection,
    key: &StoreKey,
    now: Timestamp,
) -> Result<Option<Record>, Failure> {
    match find(connection, key, now, true)? {
        Some((_, stored)) => Ok(Some(stored.into_record()?)),
        None => Ok(None),
    }
}

pub(super) fn create(
    connection: &Connection,
    key: &StoreKey,
    record: &Record,
    now: Timestamp,
) -> Result<Result<(), Refusal>, Failure> {
    if entry(connection, key, now)?.is_some() {
        return Ok(Err(Refusal::Exists));
    }
    let row = Row::of(record);
    execute(
        connection,
        "INSERT OR REPLACE INTO tornado_sessions
             (key, created_at, expires_at, expiry, deadline, owner, data)
         VALUES (:key, :created_at, :expires_at, :expiry, :deadline, :owner, :data)",
        named_params! {
            ":key": key.as_str(),
            ":created_at": row.created_at,
            ":expires_at": row.expires_at,
            ":expiry": row.expiry,
            ":deadline": row.deadline,
            ":owner": row.owner,
            ":data": write_values(record.data()),
        },
    )?;
    Ok(Ok(()))
}

pub(super) fn apply(
    connection: &Connection,
    key: &StoreKey,
    patch: &Patch,
    now: Timestamp,
) -> Result<Option<Place>, Failure> {
    let Some((own, stored)) = find(connection, key, now, false)? else {
        return Ok(None);
    };
    update(connection, &own, &own, stored, patch)?;
    Ok(Some(place(key, &own)))
}

pub(super) fn rename(
    connection: &Connection,
    old: &StoreKey,
    new: &StoreKey,
    patch: &Patch,
    grace: Grace,
    now: Timestamp,
) -> Result<Result<(), Refusal>, Failure> {
    let stored = match entry(connection, old, now)? {
        None => return Ok(Err(Refusal::NotFound)),
        Some(Entry::Moved { .. }) => return Ok(Err(Refusal::Moved)),
        Some(Entry::Session(stored)) => stored,
    };
    if entry(connection, new, now)?.is_some() {
        return Ok(Err(Refusal::Exists));
    }
    // What is left there has expired.
    remove(connection, new)?;
    update(connection, old, new, stored, patch)?;
    if grace != Grace::None {
        execute(
            connection,
            "INSERT INTO tornado_sessions (key, created_at, expires_at, moved_to, moved_reads)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                old.as_str(),
                millis(now),
                millis(now.saturating_add(grace.duration())),
                new.as_str(),
                matches!(grace, Grace::Full(_)),
            ],
        )?;
    }
    Ok(Ok(()))
}

pub(super) fn delete(
    connection: &Connection,
    key: &StoreKey,
    now: Timestamp,
) -> Result<(), Failure> {
    if let Some((own, _)) = find(connection, key, now, false)? {
        remove(connection, &own)?;
    }
    Ok(())
}

pub(super) fn list_owned(
    connection: &Connection,
    owner: &str,
    now: Timestamp,
) -> Result<Vec<(StoreKey, Record)>, Failure> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS}, key FROM tornado_sessions WHERE owner = ?1 AND expires_at > ?2"
    ))?;
    let mut rows = statement.query(params![owner, millis(now)])?;
    let mut sessions = Vec::new();
    while let Some(row) = rows.next()? {
        // A key of another form can't be a client's.
        if let Some(key) = StoreKey::parse(row.get::<_, String>("key")?) {
            sessions.push((key, session(row)?.into_record()?));
        }
    }
    Ok(sessions)
}

pub(super) fn delete_owned(
    connection: &Connection,
    owner: &str,
    which: Owned,
    now: Timestamp,
) -> Result<usize, Failure> {
    let own = |key: &StoreKey| -> Result<String, Failure> {
        let found = find(connection, key, now, false)?;
        Ok(found.map_or(*key, |(own, _)| own).as_str().to_owned())
    };
    let (only, spared) = match which {
        Owned::All => (None, None),
        Owned::AllBut(key) => (None, Some(own(&key)?)),
        Owned::One(key) => (Some(own(&key)?), None),
    };
    execute(
        connection,
        "DELETE FROM tornado_sessions
         WHERE owner = ?1 AND expires_at > ?2
             AND (?3 IS NULL OR key = ?3) AND (?4 IS NULL OR key <> ?4)",
        params![owner, millis(now), only, spared],
    )
}

pub(super) fn delete_expired(
    connection: &Connection,
    batch: usize,
    now: Timestamp,
) -> Result<usize, Failure> {
    execute(
        connection,
        "DELETE FROM tornado_sessions WHERE key IN (
             SELECT key FROM tornado_sessions WHERE expires_at <= ?1 LIMIT ?2
         )",
        params![millis(now), i64::try_from(batch).unwrap_or(i64::MAX)],
    )
}

fn place(asked: &StoreKey, own: &StoreKey) -> Place {
    if asked == own {
        Place::Here
    } else {
        Place::Moved
    }
}

/// What is stored under this very key, unless it has expired.
fn entry(
    connection: &Connection,
    key: &StoreKey,
    now: Timestamp,
) -> Result<Option<Entry>, Failure> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM tornado_sessions WHERE key = ?1 AND expires_at > ?2"
    ))?;
    let entry = statement
        .query_row(params![key.as_str(), millis(now)], |row| {
            match row.get::<_, Option<String>>("moved_to")? {
                None => Ok(Some(Entry::Session(session(row)?))),
                // A target of another form leads nowhere.
                Some(target) => Ok(StoreKey::parse(target).map(|target| Entry::Moved {
                    target,
                    reads: row.get("moved_reads").unwrap_or(false),
                })),
            }
        })
        .optional()?;
    Ok(entry.flatten())
}

/// The session of a key, and its own key. `reads` says whether it will be
/// loaded, which not every moved key allows.
fn find(
    connection: &Connection,
    key: &StoreKey,
    now: Timestamp,
    reads: bool,
) -> Result<Option<(StoreKey, Stored)>, Failure> {
    let mut key = *key;
    for _ in 0..LONGEST_CHAIN {
        match entry(connection, &key, now)? {
            Some(Entry::Session(stored)) => return Ok(Some((key, stored))),
            Some(Entry::Moved {
                target,
                reads: good,
            }) if good || !reads => key = target,
            _ => return Ok(None),
        }
    }
    Ok(None)
}

fn session(row: &rusqlite::Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        row: Row {
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            expiry: row.get("expiry")?,
            deadline: row.get("deadline")?,
            owner: row.get("owner")?,
        },
        data: row.get("data")?,
    })
}

/// Applies a patch to a session, which gets the key `new`.
fn update(
    connection: &Connection,
    old: &StoreKey,
    new: &StoreKey,
    stored: Stored,
    patch: &Patch,
) -> Result<(), Failure> {
    let mut record = stored.into_record()?;
    record.apply(patch);
    let row = Row::of(&record);
    execute(
        connection,
        "UPDATE tornado_sessions
         SET key = :new, expires_at = :expires_at, expiry = :expiry, deadline = :deadline,
             owner = :owner, data = :data
         WHERE key = :old",
        named_params! {
            ":old": old.as_str(),
            ":new": new.as_str(),
            ":expires_at": row.expires_at,
            ":expiry": row.expiry,
            ":deadline": row.deadline,
            ":owner": row.owner,
            ":data": write_values(record.data()),
        },
    )
    .map(drop)
}

fn remove(connection: &Connection, key: &StoreKey) -> Result<(), Failure> {
    let sql = "DELETE FROM tornado_sessions WHERE key = ?1";
    execute(connection, sql, [key.as_str()]).map(drop)
}

/// The number of rows that it has changed.
fn execute(connection: &Connection, sql: &str, params: impl Params) -> Result<usize, Failure> {
    Ok(connection.prepare_cached(sql)?.execute(params)?)
}
