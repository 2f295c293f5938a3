//! `SqliteStore`: sessions in a file.

mod failure;
mod operations;
mod schema;
mod worker;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use self::failure::Failure;
use self::operations::Refusal;
use self::worker::Workers;
use super::limit::within;
use super::{
    ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, Grace, LoadError,
    OpenError, OpenErrorKind, Owned, Place, RenameError, SessionStore, StoreOptions,
};
use crate::{Patch, Record, StoreKey, Timestamp};

/// Sessions in an SQLite database: one file, and nothing to install. SQLite
/// itself is compiled in.
///
/// - **Durable.** Saved sessions survive a crash and a power cut. Concurrent
///   writes share a transaction, and so the wait for the disk.
/// - **Local to one machine.** Several processes may share the file, unless it
///   is on a network drive. One writes at a time.
/// - **Off the async threads.** One thread writes, others read; readers and the
///   writer do not wait for each other (WAL).
///
/// A clone refers to the same store. The guide's page on session stores has the
/// table, and how other programs read it.
///
/// ```
/// # tornado_testing::block_on(async {
/// use tornado_session::{Session, SqliteStore, StoreOptions};
///
/// let folder = tempfile::tempdir().unwrap();
/// let store = SqliteStore::open(folder.path().join("sessions.db"), StoreOptions::new()).await.unwrap();
/// let session = Session::new(store, Default::default());
/// session.set("user", "kim").unwrap();
/// session.save().await.unwrap();
/// # });
/// ```
#[derive(Clone)]
pub struct SqliteStore(Arc<Shared>);

struct Shared {
    path: PathBuf,
    timeout: Duration,
    // Before the writer, so that the last connection to close is one that may
    // write: it moves the contents of the `-wal` file into the database.
    readers: Workers,
    writer: Workers,
}

impl SqliteStore {
    /// Opens the database in this file, and creates the file and tables if they
    /// are missing. Its folder must exist.
    ///
    /// # Errors
    ///
    /// [`Unreachable`](OpenErrorKind::Unreachable) when the file can't be
    /// opened or another process holds it, [`Denied`](OpenErrorKind::Denied)
    /// when it can't be written, [`Schema`](OpenErrorKind::Schema) when it is
    /// not a database or the tables are of another version.
    pub async fn open(
        path: impl AsRef<Path>,
        options: StoreOptions,
    ) -> Result<SqliteStore, OpenError> {
        let path = path.as_ref().to_owned();
        let opening = {
            let (path, options) = (path.clone(), options.clone());
            tokio::task::spawn_blocking(move || open(&path, &options))
        };
        let opened = match within(options.timeout, opening).await {
            Ok(Ok(opened)) => opened,
            Ok(Err(_)) => Err(Failure::Stopped),
            Err(timed_out) => Err(timed_out.into()),
        };
        match opened {
            Ok((writer, readers)) => Ok(SqliteStore(Arc::new(Shared {
                path,
                timeout: options.timeout,
                writer,
                readers,
            }))),
            Err(failure) => Err(refused(&path, failure)),
        }
    }

    /// Reads on one of the reader threads, with a time limit.
    async fn read<T: Send + 'static>(
        &self,
        act: impl FnMut(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        within(self.0.timeout, self.0.readers.run(act)).await?
    }

    /// Writes, with a time limit.
    async fn write<T: Send + 'static>(
        &self,
        act: impl FnMut(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        within(self.0.timeout, self.0.writer.run(act)).await?
    }
}

/// The most readers that are started by default.
const READERS: usize = 4;

fn open(path: &Path, options: &StoreOptions) -> Result<(Workers, Workers), Failure> {
    let connect = || -> Result<Connection, Failure> {
        // No URI: a `?` or a `file:` is part of the name. No mutex: each
        // connection belongs to one thread.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        // Less than the time limit of an operation, so that it is SQLite that
        // reports what is wrong.
        schema::prepare(&connection, options.timeout.mul_f64(0.8))?;
        Ok(connection)
    };
    make_private(path);
    let mut writer = connect()?;
    schema::set_up(&mut writer)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let count = options.pool_size.unwrap_or(READERS.min(cores));
    let mut readers = Vec::new();
    for _ in 0..count {
        let connection = connect()?;
        connection.pragma_update(None, "query_only", true)?;
        readers.push(connection);
    }
    let threads = (Workers::writer(writer), Workers::readers(readers));
    match threads {
        (Ok(writer), Ok(readers)) => Ok((writer, readers)),
        _ => Err(Failure::Stopped),
    }
}

/// Creates the file, if it is missing, so that nobody else can read it:
/// sessions are secrets of their users. SQLite gives its other files the same
/// permissions. If it can't be created, SQLite reports the reason better.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).ok();
}

fn refused(path: &Path, failure: Failure) -> OpenError {
    let kind = match &failure {
        Failure::Sqlite(error) => match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => OpenErrorKind::Schema,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => OpenErrorKind::Denied,
            Some(ErrorCode::CannotOpen | ErrorCode::DatabaseBusy) => OpenErrorKind::Unreachable,
            _ => OpenErrorKind::Other,
        },
        Failure::Version { .. } => OpenErrorKind::Schema,
        Failure::TimedOut(_) => OpenErrorKind::Unreachable,
        Failure::Corrupt(_) | Failure::Stopped => OpenErrorKind::Other,
    };
    let message = format!(
        "the session store in '{}' can't be opened: {failure}",
        path.display()
    );
    OpenError::new(kind, message).with_source(failure)
}

impl SessionStore for SqliteStore {
    async fn load(&self, key: &StoreKey) -> Result<Option<Record>, LoadError> {
        let key = *key;
        let loaded = self.read(move |db| operations::load(db, &key, Timestamp::now()));
        loaded.await.map_err(unread)
    }

    async fn create(&self, key: &StoreKey, record: Record) -> Result<(), CreateError> {
        let key = *key;
        let created = self.write(move |db| operations::create(db, &key, &record, Timestamp::now()));
        match created.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(CreateError::Exists),
            Err(failure) => Err(CreateError::other(failure)),
        }
    }

    async fn apply(&self, key: &StoreKey, patch: &Patch) -> Result<Place, ApplyError> {
        let (key, patch) = (*key, patch.clone());
        let applied = self.write(move |db| operations::apply(db, &key, &patch, Timestamp::now()));
        let place = applied.await.map_err(ApplyError::other)?;
        place.ok_or(ApplyError::NotFound)
    }

    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        patch: &Patch,
        grace: Grace,
    ) -> Result<(), RenameError> {
        let (old, new, patch) = (*old, *new, patch.clone());
        let renamed = self
            .write(move |db| operations::rename(db, &old, &new, &patch, grace, Timestamp::now()));
        match renamed.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(Refusal::NotFound)) => Err(RenameError::NotFound),
            Ok(Err(Refusal::Moved)) => Err(RenameError::Moved),
            Ok(Err(Refusal::Exists)) => Err(RenameError::Exists),
            Err(failure) => Err(RenameError::other(failure)),
        }
    }

    async fn delete(&self, key: &StoreKey) -> Result<(), DeleteError> {
        let key = *key;
        let deleted = self.write(move |db| operations::delete(db, &key, Timestamp::now()));
        deleted.await.map_err(DeleteError::other)
    }

    async fn list_owned(&self, owner: &str) -> Result<Vec<(StoreKey, Record)>, LoadError> {
        let owner = owner.to_owned();
        let listed = self.read(move |db| operations::list_owned(db, &owner, Timestamp::now()));
        listed.await.map_err(unread)
    }

    async fn delete_owned(&self, owner: &str, which: Owned) -> Result<usize, DeleteOwnedError> {
        let owner = owner.to_owned();
        let deleted =
            self.write(move |db| operations::delete_owned(db, &owner, which, Timestamp::now()));
        deleted.await.map_err(DeleteOwnedError::other)
    }

    async fn delete_expired(&self, batch: usize) -> Result<usize, DeleteExpiredError> {
        let deleted = self.write(move |db| operations::delete_expired(db, batch, Timestamp::now()));
        deleted.await.map_err(DeleteExpiredError::other)
    }
}

fn unread(failure: Failure) -> LoadError {
    match failure {
        Failure::Corrupt(_) => LoadError::corrupt(failure),
        failure => LoadError::other(failure),
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqliteStore({})", self.0.path.display())
    }
}

#[cfg(test)]
mod tests;
