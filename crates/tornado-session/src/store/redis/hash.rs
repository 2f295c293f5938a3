//! The hash of a session: what is written to it, and what is read from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use redis::Value;

use super::Failure;
use crate::store::no_record::{NoRecord, moment, read};
use crate::{Expiry, Json, Lifetime, Patch, Record, StoreKey, Timestamp};

/// The prefix of the fields for the session's own keys.
const DATA: &str = "d:";

/// A moment later than this is as good as never, and still an exact number in
/// Lua.
const LAST: u64 = (1 << 53) - 1;

pub(super) fn millis(timestamp: Timestamp) -> String {
    timestamp.as_unix_millis().min(LAST).to_string()
}

/// The fields and values of a new session, alternating.
pub(super) fn fields(record: &Record) -> Vec<String> {
    let lifetime = record.lifetime();
    let mut fields = vec![
        "created_at".to_owned(),
        record.created_at().as_unix_millis().to_string(),
        "expires_at".to_owned(),
        millis(record.expires_at()),
    ];
    // A missing field means the default, and need not be read each time.
    if lifetime.expiry() != Expiry::default() {
        fields.extend(["expiry".to_owned(), expiry(lifetime)]);
    }
    if let Some(deadline) = lifetime.deadline() {
        fields.extend(["deadline".to_owned(), millis(deadline)]);
    }
    if let Some(owner) = record.owner() {
        fields.extend(["owner".to_owned(), owner.to_owned()]);
    }
    for (name, value) in record.data() {
        fields.extend([format!("{DATA}{name}"), value.as_str().to_owned()]);
    }
    fields
}

/// A patch as the arguments of a script, which `common.lua` describes.
pub(super) fn arguments(patch: &Patch) -> Vec<String> {
    let lifetime = patch.lifetime();
    let deadline = lifetime.and_then(|lifetime| lifetime.deadline());
    let owner = match patch.owner() {
        None => String::new(),
        Some(None) => "-".to_owned(),
        Some(Some(owner)) => format!("={owner}"),
    };
    let deleted = || patch.changes().filter(|(_, value)| value.is_none());
    let mut arguments = vec![
        if patch.clears() { "1" } else { "" }.to_owned(),
        patch.expires_at().map(millis).unwrap_or_default(),
        lifetime.map(expiry).unwrap_or_default(),
        deadline.map(millis).unwrap_or_default(),
        owner,
        deleted().count().to_string(),
    ];
    arguments.extend(deleted().map(|(name, _)| format!("{DATA}{name}")));
    for (name, value) in patch.changes() {
        if let Some(value) = value {
            arguments.extend([format!("{DATA}{name}"), value.as_str().to_owned()]);
        }
    }
    arguments
}

fn expiry(lifetime: Lifetime) -> String {
    serde_json::to_string(&lifetime.expiry()).expect("an expiry is names and numbers")
}

/// What is stored under a key.
pub(super) enum Entry {
    Session(Record),
    /// A key that has moved.
    Moved {
        target: StoreKey,
        reads: bool,
    },
}

/// Reads the answer to `HGETALL`. A missing hash is an empty one.
pub(super) fn entry(answer: &Value) -> Result<Option<Entry>, Failure> {
    let mut fields = Fields::default();
    each_pair(answer, |name, value| {
        fields.take(bytes(name)?, bytes(value)?)
    })?;
    fields.into_entry()
}

/// Reads the answer of `list_owned`.
pub(super) fn sessions(answer: &Value) -> Result<Vec<(StoreKey, Record)>, Failure> {
    let mut sessions = Vec::new();
    each_pair(answer, |key, fields| {
        // A key of another form can't be a client's.
        let key = StoreKey::parse(text("a key", bytes(key)?)?);
        if let (Some(key), Some(Entry::Session(record))) = (key, entry(fields)?) {
            sessions.push((key, record));
        }
        Ok(())
    })?;
    Ok(sessions)
}

/// What a hash has turned out to hold.
#[derive(Default)]
struct Fields {
    is_there: bool,
    moved_to: Option<Option<StoreKey>>,
    moved_reads: bool,
    created_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    expiry: Expiry,
    deadline: Option<Timestamp>,
    owner: Option<Arc<str>>,
    data: BTreeMap<Arc<str>, Json>,
}

impl Fields {
    fn take(&mut self, name: &[u8], value: &[u8]) -> Result<(), Failure> {
        self.is_there = true;
        match name {
            b"created_at" => self.created_at = Some(time("created_at", value)?),
            b"expires_at" => self.expires_at = Some(time("expires_at", value)?),
            b"expiry" => self.expiry = read("expiry", text("expiry", value)?)?,
            b"deadline" => self.deadline = Some(time("deadline", value)?),
            b"owner" => self.owner = Some(text("owner", value)?.into()),
            b"moved_to" => self.moved_to = Some(StoreKey::parse(text("moved_to", value)?)),
            b"moved_reads" => self.moved_reads = value == b"1",
            _ => {
                if let Some(key) = name.strip_prefix(DATA.as_bytes()) {
                    let key = text("a key", key)?;
                    let value = str::from_utf8(value).ok().map(Json::from_text);
                    let Some(Ok(value)) = value else {
                        return Err(NoRecord::new(format!("{DATA}{key}")).into());
                    };
                    self.data.insert(key.into(), value);
                }
            }
        }
        Ok(())
    }

    fn into_entry(self) -> Result<Option<Entry>, Failure> {
        Ok(match self.moved_to {
            // A target of another form leads nowhere.
            Some(target) => target.map(|target| Entry::Moved {
                target,
                reads: self.moved_reads,
            }),
            None if !self.is_there => None,
            None => Some(Entry::Session(self.into_record()?)),
        })
    }

    fn into_record(self) -> Result<Record, NoRecord> {
        let created_at = self.created_at.ok_or_else(|| NoRecord::new("created_at"))?;
        let expires_at = self.expires_at.ok_or_else(|| NoRecord::new("expires_at"))?;
        let record = Record::new(created_at, expires_at)
            .with_lifetime(Lifetime::new(self.expiry, self.deadline))
            .with_data(Arc::new(self.data));
        Ok(match self.owner {
            Some(owner) => record.with_owner(owner),
            None => record,
        })
    }
}

fn time(name: &str, value: &[u8]) -> Result<Timestamp, NoRecord> {
    let millis = value.iter().try_fold(0_u64, |millis, byte| match byte {
        b'0'..=b'9' => millis.checked_mul(10)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    });
    match millis {
        Some(millis) if !value.is_empty() => moment(name, millis),
        _ => Err(NoRecord::new(name)),
    }
}

fn text<'a>(name: &str, value: &'a [u8]) -> Result<&'a str, NoRecord> {
    str::from_utf8(value).map_err(|_| NoRecord::new(name))
}

/// Goes through the pairs of a list (RESP2) or a map (RESP3).
fn each_pair(
    answer: &Value,
    mut take: impl FnMut(&Value, &Value) -> Result<(), Failure>,
) -> Result<(), Failure> {
    match answer {
        Value::Map(pairs) => pairs.iter().try_for_each(|(name, value)| take(name, value)),
        Value::Array(items) if items.len().is_multiple_of(2) => items
            .chunks_exact(2)
            .try_for_each(|pair| take(&pair[0], &pair[1])),
        _ => Err(Failure::Answer),
    }
}

fn bytes(value: &Value) -> Result<&[u8], Failure> {
    match value {
        Value::BulkString(bytes) => Ok(bytes),
        _ => Err(Failure::Answer),
    }
}
