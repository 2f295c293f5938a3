//! One more try on a new connection, when the old one turns out to be dead.
//!
//! The server may have done the operation before the connection broke. So what
//! is tried again has to come out the same when it is done twice:
//!
//! - `load` and `list_owned` read, `delete`, `delete_owned` and
//!   `delete_expired` leave nothing to do twice, and `touch` sets a moment.
//! - `apply` sets and deletes: the second time, too, it is one of the requests
//!   that run at once, of which the later wins.
//! - `create` and `rename` are refused the second time. But nobody else has the
//!   key that they make, which is random and new. So what is there then is
//!   theirs; [`create`] and [`rename`] look.

use std::future::Future;

use super::{CreateError, LoadError, RenameError};
use crate::Record;

/// An error that may be that of a dead connection.
pub(super) trait Dropped {
    /// Whether the connection broke, so that the next try has another one.
    fn is_dropped(&self) -> bool;
}

/// Does it, and does it again if the connection broke.
#[cfg(feature = "redis")]
pub(super) async fn again<T, E, F>(act: impl Fn() -> F) -> Result<T, E>
where
    E: Dropped,
    F: Future<Output = Result<T, E>>,
{
    // In a loop there is room for one future, and not for two.
    let mut is_first = true;
    loop {
        match act().await {
            Err(error) if is_first && error.is_dropped() => is_first = false,
            done => return done,
        }
    }
}

/// What became of a `create` that was refused, or not, on its second try.
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

/// What became of a `rename`; `load` is of the new key.
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
