//! One more try, on a new connection, when the old one turns out to be dead.
//!
//! The server may have done the operation before the connection broke. So an
//! operation that is tried again must have the same result when it is done
//! twice:
//!
//! - `load` and `list_owned` only read; `delete`, `delete_owned` and
//!   `delete_expired` find nothing to do the second time.
//! - `apply` sets and deletes. The second time it is one of the concurrent
//!   requests, the later of which wins.
//! - `create` and `rename` are refused the second time. But the key that they
//!   make is random and new, so nobody else has it, and what is there must be
//!   theirs. [`create`] and [`rename`] check.

use std::future::Future;

use super::{CreateError, LoadError, RenameError};
use crate::Record;

/// An error that may be that of a dead connection.
pub(super) trait Dropped {
    /// Whether the connection broke, so that the next try has another one.
    fn is_dropped(&self) -> bool;
}

/// Runs it, and once more if the connection broke.
#[cfg(feature = "redis")]
pub(super) async fn again<T, E, F>(act: impl Fn() -> F) -> Result<T, E>
where
    E: Dropped,
    F: Future<Output = Result<T, E>>,
{
    // A loop needs room for only one future.
    let mut is_first = true;
    loop {
        match act().await {
            Err(error) if is_first && error.is_dropped() => is_first = false,
            done => return done,
        }
    }
}

/// The result of a `create`, which may have been refused on its second try.
pub(super) async fn create(
    second: Result<(), CreateError>,
    record: &Record,
    load: impl Future<Output = Result<Option<Record>, LoadError>>,
) -> Result<(), CreateError> {
    match second {
        Err(CreateError::Exists) => match load.await {
            Ok(Some(there)) if there == *record => Ok(()),
            Ok(_) => Err(CreateError::Exists),
            Err(error) => Err(CreateError::other(error)),
        },
        done => done,
    }
}

/// The result of a `rename`; `load` is of the new key.
pub(super) async fn rename(
    second: Result<(), RenameError>,
    load: impl Future<Output = Result<Option<Record>, LoadError>>,
) -> Result<(), RenameError> {
    match second {
        Err(refused @ (RenameError::NotFound | RenameError::Moved)) => match load.await {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(refused),
            Err(error) => Err(RenameError::other(error)),
        },
        done => done,
    }
}
