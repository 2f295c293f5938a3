//! `Row`: a record as the columns of a table, the same in every SQL store
//! except for its data.

use std::sync::Arc;

use serde::Serialize;

use super::data::Data;
use super::no_record::{NoRecord, moment, read};
use crate::{Lifetime, Record, Timestamp};

/// The columns of a session besides its key and its data. Times are Unix time
/// in milliseconds; `expiry` is JSON.
pub(super) struct Row {
    pub(super) created_at: i64,
    pub(super) expires_at: i64,
    pub(super) expiry: String,
    pub(super) deadline: Option<i64>,
    pub(super) owner: Option<String>,
}

impl Row {
    pub(super) fn of(record: &Record) -> Row {
        let lifetime = record.lifetime();
        Row {
            created_at: millis(record.created_at()),
            expires_at: millis(record.expires_at()),
            expiry: text(&lifetime.expiry()),
            deadline: lifetime.deadline().map(millis),
            owner: record.owner().map(str::to_owned),
        }
    }

    pub(super) fn into_record(self, data: Data) -> Result<Record, NoRecord> {
        let deadline = self.deadline.map(|at| moment("deadline", at)).transpose()?;
        let record = Record::new(
            moment("created_at", self.created_at)?,
            moment("expires_at", self.expires_at)?,
        )
        .with_lifetime(Lifetime::new(read("expiry", &self.expiry)?, deadline))
        .with_data(Arc::new(data));
        Ok(match self.owner {
            Some(owner) => record.with_owner(owner),
            None => record,
        })
    }
}

/// As a number that fits every database; anything later is never reached.
pub(super) fn millis(timestamp: Timestamp) -> i64 {
    i64::try_from(timestamp.as_unix_millis()).unwrap_or(i64::MAX)
}

pub(super) fn text<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("keys are text, and values are JSON already")
}
