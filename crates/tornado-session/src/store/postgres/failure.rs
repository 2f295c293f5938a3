//! `Failure`: the errors below the operations.

use std::error::Error as StdError;
use std::fmt;

use deadpool_postgres::{HookError, PoolError};
use tokio_postgres::error::SqlState;

use crate::store::limit::TimedOut;
use crate::store::no_record::NoRecord;
use crate::store::retry::Dropped;

#[derive(Debug)]
pub(super) enum Failure {
    /// PostgreSQL has refused it.
    Server {
        code: SqlState,
        message: String,
    },
    /// It did not arrive, or no answer came back.
    Connection(tokio_postgres::Error),
    /// The table holds something that is not a record.
    Corrupt(NoRecord),
    Version {
        found: i64,
        known: i64,
    },
    TimedOut(TimedOut),
    /// The session's key changes faster than it can be followed.
    KeyKeepsMoving,
    /// The pool is gone, along with its runtime.
    Closed,
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Failure {
        match error.as_db_error() {
            // Without its details, which may quote a row.
            Some(refused) => Failure::Server {
                code: refused.code().clone(),
                message: refused.message().to_owned(),
            },
            None => Failure::Connection(error),
        }
    }
}

impl From<PoolError> for Failure {
    fn from(error: PoolError) -> Failure {
        match error {
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                error.into()
            }
            _ => Failure::Closed,
        }
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

impl Failure {
    fn code(&self) -> Option<&SqlState> {
        match self {
            Failure::Server { code, .. } => Some(code),
            _ => None,
        }
    }

    fn is_any(&self, codes: &[SqlState]) -> bool {
        self.code().is_some_and(|code| codes.contains(code))
    }

    /// Whether a row with that key exists already.
    pub(super) fn is_taken(&self) -> bool {
        self.is_any(&[SqlState::UNIQUE_VIOLATION])
    }

    /// Whether it gave way to others, and left no effect.
    pub(super) fn is_conflict(&self) -> bool {
        self.is_any(&[
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
        ])
    }

    pub(super) fn is_denied(&self) -> bool {
        self.is_any(&[
            SqlState::INVALID_PASSWORD,
            SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
            SqlState::INSUFFICIENT_PRIVILEGE,
            SqlState::READ_ONLY_SQL_TRANSACTION,
        ])
    }

    /// Whether the server does not answer, or is not ready to.
    pub(super) fn is_unreachable(&self) -> bool {
        match self {
            Failure::Connection(error) => {
                error.is_closed()
                    || error
                        .source()
                        .is_some_and(|source| source.is::<std::io::Error>())
            }
            Failure::TimedOut(_) => true,
            _ => self.is_any(&[
                SqlState::CANNOT_CONNECT_NOW,
                SqlState::ADMIN_SHUTDOWN,
                SqlState::CRASH_SHUTDOWN,
                SqlState::TOO_MANY_CONNECTIONS,
            ]),
        }
    }
}

impl Dropped for Failure {
    fn is_dropped(&self) -> bool {
        match self {
            Failure::Connection(_) => self.is_unreachable(),
            _ => self.is_any(&[SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN]),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Server { code, message } => {
                let text = match *code {
                    SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
                        "PostgreSQL refuses the user or its password"
                    }
                    SqlState::INSUFFICIENT_PRIVILEGE => "PostgreSQL does not let the user do this",
                    SqlState::READ_ONLY_SQL_TRANSACTION => "the database is read-only: a replica?",
                    SqlState::DISK_FULL => "the disk of PostgreSQL is full",
                    SqlState::TOO_MANY_CONNECTIONS => "PostgreSQL has too many connections",
                    SqlState::QUERY_CANCELED => {
                        "PostgreSQL took too long (the setting `session_store_timeout`)"
                    }
                    SqlState::UNTRANSLATABLE_CHARACTER | SqlState::CHARACTER_NOT_IN_REPERTOIRE => {
                        "PostgreSQL can't hold the character U+0000 in a key of a session"
                    }
                    _ => "PostgreSQL failed",
                };
                write!(f, "{text}: {message} ({})", code.code())
            }
            Failure::Connection(_) if self.is_unreachable() => {
                f.write_str("the connection to PostgreSQL broke, or can't be made")
            }
            Failure::Connection(_) => f.write_str(
                "the connection to PostgreSQL failed; if the URL asks for TLS, the server has to \
                 have it",
            ),
            Failure::Corrupt(error) => error.fmt(f),
            Failure::Version { found, known } => write!(
                f,
                "the tables are of version {found}, and this program knows version {known}"
            ),
            Failure::TimedOut(error) => error.fmt(f),
            Failure::KeyKeepsMoving => f.write_str("the session gets new keys all the time"),
            Failure::Closed => f.write_str("the pool of connections is closed"),
        }
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Failure::Connection(error) => Some(error),
            _ => None,
        }
    }
}
