//! The hash of a session: what goes in, and what is read of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use redis::Value;

use super::Failure;
use crate::store::no_record::{NoRecord, moment, read};
use crate::{Json, Lifetime, Patch, Record, StoreKey, Timestamp};

/// What the names of the session's own keys begin with.
const DATA: &str = "d:";

/// A moment later than this is as good as never, and a number in Lua.
const LAST: u64 = (1 << 53) - 1;

pub(super) fn millis(timestamp: Timestamp) -> String {
    timestamp.as_unix_millis().min(LAST).to_string()
}

/// Fields and values of a new session, in turn.
pub(super) fn fields(record: &Record) -> Vec<String> {
    let lifetime = record.lifetime();
    let mut fields = vec![
        "created_at".to_owned(),
        record.created_at().as_unix_millis().to_string(),
        "expires_at".to_owned(),
        millis(record.expires_at()),
        "expiry".to_owned(),
        expiry(lifetime),
    ];
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

/// What stands under a key.
pub(super) enum Entry {
    Session(Record),
    /// A key that was moved.
    Moved {
        target: StoreKey,
        reads: bool,
    },
}

/// Reads the answer to `HGETALL`. A hash that is not there is an empty one.
pub(super) fn entry(answer: Value) -> Result<Option<Entry>, Failure> {
    let mut fields = BTreeMap::new();
    for (name, value) in pairs(answer)? {
        fields.insert(text(name)?, text(value)?);
    }
    if fields.is_empty() {
        return Ok(None);
    }
    if let Some(target) = fields.get("moved_to") {
        // A target of another form leads nowhere.
        return Ok(StoreKey::parse(target).map(|target| Entry::Moved {
            target,
            reads: fields.get("moved_reads").is_some_and(|reads| reads == "1"),
        }));
    }
    Ok(Some(Entry::Session(record(&fields)?)))
}

/// Reads the answer of `list_owned`.
pub(super) fn sessions(answer: Value) -> Result<Vec<(StoreKey, Record)>, Failure> {
    let mut sessions = Vec::new();
    for (key, fields) in pairs(answer)? {
        // A key of another form can't be that of any client.
        let key = StoreKey::parse(text(key)?);
        if let (Some(key), Some(Entry::Session(record))) = (key, entry(fields)?) {
            sessions.push((key, record));
        }
    }
    Ok(sessions)
}

fn record(fields: &BTreeMap<String, String>) -> Result<Record, NoRecord> {
    let time = |name: &str| -> Result<Timestamp, NoRecord> {
        let text = fields.get(name).ok_or_else(|| NoRecord::new(name))?;
        moment(name, text.parse::<u64>().map_err(|_| NoRecord::new(name))?)
    };
    let expiry = match fields.get("expiry") {
        Some(text) => read("expiry", text)?,
        None => Default::default(),
    };
    let deadline = match fields.get("deadline") {
        Some(_) => Some(time("deadline")?),
        None => None,
    };
    let mut data = BTreeMap::new();
    for (name, value) in fields {
        if let Some(key) = name.strip_prefix(DATA) {
            let value = Json::from_text(value).map_err(|_| NoRecord::new(name))?;
            data.insert(Arc::from(key), value);
        }
    }
    let record = Record::new(time("created_at")?, time("expires_at")?)
        .with_lifetime(Lifetime::new(expiry, deadline))
        .with_data(Arc::new(data));
    Ok(match fields.get("owner") {
        Some(owner) => record.with_owner(owner.as_str()),
        None => record,
    })
}

/// A list in twos (RESP2), or a map (RESP3).
fn pairs(answer: Value) -> Result<Vec<(Value, Value)>, Failure> {
    match answer {
        Value::Map(pairs) => Ok(pairs),
        Value::Array(items) if items.len().is_multiple_of(2) => {
            let mut items = items.into_iter();
            let mut pairs = Vec::with_capacity(items.len() / 2);
            while let (Some(first), Some(second)) = (items.next(), items.next()) {
                pairs.push((first, second));
            }
            Ok(pairs)
        }
        _ => Err(Failure::Answer),
    }
}

fn text(value: Value) -> Result<String, Failure> {
    match value {
        Value::BulkString(bytes) => {
            String::from_utf8(bytes).map_err(|_| NoRecord::new("a field").into())
        }
        Value::SimpleString(text) => Ok(text),
        _ => Err(Failure::Answer),
    }
}
