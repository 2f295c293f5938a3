//! The values that go into the table, and those read from it.

use std::collections::BTreeMap;

use tokio_postgres::types::{FromSql, ToSql};

use super::Failure;
use crate::store::data::read_texts;
use crate::store::no_record::NoRecord;
use crate::store::row::{Row, millis, text};
use crate::{Json, Patch, Record};

/// A patch as the statements take it, from the second value on.
pub(super) struct Changes<'a> {
    clears: bool,
    deletes: Vec<&'a str>,
    sets: String,
    expires_at: Option<i64>,
    expiry: Option<String>,
    deadline: Option<i64>,
    changes_owner: bool,
    owner: Option<&'a str>,
}

impl<'a> Changes<'a> {
    pub(super) fn of(patch: &'a Patch) -> Changes<'a> {
        let sets = patch
            .changes()
            .filter_map(|(name, value)| Some((name, value?)));
        let deletes = patch.changes().filter(|(_, value)| value.is_none());
        let lifetime = patch.lifetime();
        Changes {
            clears: patch.clears(),
            deletes: deletes.map(|(name, _)| name).collect(),
            sets: object(sets),
            expires_at: patch.expires_at().map(millis),
            expiry: lifetime.map(|lifetime| text(&lifetime.expiry())),
            deadline: lifetime
                .and_then(|lifetime| lifetime.deadline())
                .map(millis),
            changes_owner: patch.owner().is_some(),
            owner: patch.owner().flatten(),
        }
    }

    pub(super) fn params(&self) -> [&(dyn ToSql + Sync); 8] {
        [
            &self.clears,
            &self.deletes,
            &self.sets,
            &self.expires_at,
            &self.expiry,
            &self.deadline,
            &self.changes_owner,
            &self.owner,
        ]
    }
}

/// An object whose values are JSON as text.
pub(super) fn object<'a>(pairs: impl Iterator<Item = (&'a str, &'a Json)>) -> String {
    let pairs: BTreeMap<&str, &str> = pairs.map(|(name, json)| (name, json.as_str())).collect();
    text(&pairs)
}

/// The session in a row.
pub(super) fn session(row: &tokio_postgres::Row) -> Result<Record, Failure> {
    let data = read_texts(get(row, "data")?)?;
    let row = Row {
        created_at: get(row, "created_at")?,
        expires_at: get(row, "expires_at")?,
        expiry: get(row, "expiry")?,
        deadline: get(row, "deadline")?,
        owner: get(row, "owner")?,
    };
    Ok(row.into_record(data)?)
}

/// A value of a row. It has another type if somebody has changed the table.
pub(super) fn get<'a, T: FromSql<'a>>(
    row: &'a tokio_postgres::Row,
    column: &str,
) -> Result<T, Failure> {
    row.try_get(column)
        .map_err(|_| NoRecord::new(column).into())
}
