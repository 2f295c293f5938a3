//! `Failure`: the errors below the operations.

use std::error::Error as StdError;
use std::fmt;

use redis::{ErrorKind, RedisError, ServerErrorKind};

use crate::store::limit::TimedOut;
use crate::store::no_record::NoRecord;
use crate::store::retry::Dropped;

#[derive(Debug)]
pub(super) enum Failure {
    Redis(RedisError),
    /// The key holds something that is not a record.
    Corrupt(NoRecord),
    /// The answer is not that of a Redis server.
    Answer,
    TimedOut(TimedOut),
}

impl From<RedisError> for Failure {
    fn from(error: RedisError) -> Failure {
        Failure::Redis(error)
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
    /// Whether the key holds a value of another type.
    pub(super) fn is_wrong_type(&self) -> bool {
        matches!(self, Failure::Redis(error) if error.code() == Some("WRONGTYPE"))
    }

    /// Whether Redis refuses the user, password, or command.
    pub(super) fn is_denied(&self) -> bool {
        let Failure::Redis(error) = self else {
            return false;
        };
        let codes = ["NOAUTH", "WRONGPASS", "NOPERM", "READONLY"];
        matches!(
            error.kind(),
            ErrorKind::AuthenticationFailed
                | ErrorKind::Server(ServerErrorKind::NoPerm | ServerErrorKind::ReadOnly)
        ) || error.code().is_some_and(|code| codes.contains(&code))
    }

    /// Whether nobody answers.
    pub(super) fn is_unreachable(&self) -> bool {
        match self {
            Failure::Redis(error) => error.is_io_error(),
            Failure::TimedOut(_) => true,
            _ => false,
        }
    }
}

impl Dropped for Failure {
    fn is_dropped(&self) -> bool {
        // A replica has done nothing, and a new connection may reach the
        // primary.
        let is_replica = |error: &RedisError| error.code() == Some("READONLY");
        matches!(self, Failure::Redis(error) if error.is_connection_dropped() || is_replica(error))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Redis(error) => f.write_str(match error.code() {
                Some("READONLY") => "Redis is a replica here, which can't be written",
                _ if self.is_denied() => "Redis refuses the user, its password, or the command",
                Some("OOM") => "Redis has no memory left (`maxmemory`)",
                Some("MISCONF") => "Redis can't write its files",
                Some("LOADING") => "Redis is still reading its files",
                Some("WRONGTYPE") => "another type of value stands under a key of the store",
                _ if error.is_connection_refusal() => "Redis can't be reached",
                _ if self.is_dropped() => "the connection to Redis broke",
                _ => "Redis failed",
            }),
            Failure::Corrupt(error) => error.fmt(f),
            Failure::Answer => f.write_str("an answer that Redis does not give"),
            Failure::TimedOut(error) => error.fmt(f),
        }
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Failure::Redis(error) => Some(error),
            _ => None,
        }
    }
}
