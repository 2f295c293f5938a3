//! `NoRecord`: the stored data is not what a store has written.

use std::fmt;

use serde::Deserialize;

#[cfg(any(feature = "postgres", feature = "redis", feature = "sqlite"))]
use crate::Timestamp;

/// A part of a session that something else has written, in a wrong form. It
/// says which part and where, but not its content, which does not belong in
/// logs.
#[derive(Debug)]
pub(super) struct NoRecord {
    part: String,
    place: Option<(usize, usize)>,
}

impl NoRecord {
    pub(super) fn new(part: impl Into<String>) -> NoRecord {
        NoRecord {
            part: part.into(),
            place: None,
        }
    }
}

/// Reads JSON.
pub(super) fn read<'a, T: Deserialize<'a>>(part: &str, text: &'a str) -> Result<T, NoRecord> {
    // The decoder's own message may quote the input.
    serde_json::from_str(text).map_err(|error| NoRecord {
        part: part.to_owned(),
        place: Some((error.line(), error.column())),
    })
}

/// Reads a moment.
#[cfg(any(feature = "postgres", feature = "redis", feature = "sqlite"))]
pub(super) fn moment<N>(part: &str, millis: N) -> Result<Timestamp, NoRecord>
where
    u64: TryFrom<N>,
{
    match u64::try_from(millis) {
        Ok(millis) => Ok(Timestamp::from_unix_millis(millis)),
        Err(_) => Err(NoRecord::new(part)),
    }
}

impl fmt::Display for NoRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` of the session is not in the expected form",
            self.part
        )?;
        match self.place {
            Some((line, column)) => write!(f, " (line {line}, column {column})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for NoRecord {}
