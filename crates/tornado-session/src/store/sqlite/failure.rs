//! `Failure`: the errors below the operations.

use std::error::Error as StdError;
use std::fmt;

use rusqlite::ErrorCode;

use crate::store::limit::TimedOut;
use crate::store::no_record::NoRecord;

#[derive(Debug)]
pub(super) enum Failure {
    Sqlite(rusqlite::Error),
    /// The table holds something that is not a record.
    Corrupt(NoRecord),
    Version {
        found: i64,
        known: i64,
    },
    TimedOut(TimedOut),
    /// The thread is gone, which only a panic in it can cause.
    Stopped,
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        Failure::Sqlite(error)
    }
}

impl From<NoRecord> for Failure {
    fn from(error: NoRecord) -> Failure {
        Failure::Corrupt(error)
    }
}

impl From<TimedOut> for Failure {
    fn from(error: TimedOut) -> Failure {
        Failure::TimedOut(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Sqlite(error) => f.write_str(match error.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => {
                    "no room for the database: its disk, or its `max_page_count`, is full"
                }
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                    "another process holds the database for too long"
                }
                Some(ErrorCode::ReadOnly) => "the database, or its folder, can't be written",
                Some(ErrorCode::CannotOpen) => {
                    "the file can't be opened; its folder must be there and writable"
                }
                Some(ErrorCode::NotADatabase) => "the file is not an SQLite database",
                Some(ErrorCode::DatabaseCorrupt) => "the database is damaged",
                Some(ErrorCode::SystemIoFailure) => "the disk failed",
                _ => "SQLite failed",
            }),
            Failure::Corrupt(error) => error.fmt(f),
            Failure::Version { found, known } => write!(
                f,
                "the tables are of version {found}, and this program knows version {known}"
            ),
            Failure::TimedOut(error) => error.fmt(f),
            Failure::Stopped => f.write_str("the thread of the store has stopped"),
        }
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Failure::Sqlite(error) => Some(error),
            _ => None,
        }
    }
}
