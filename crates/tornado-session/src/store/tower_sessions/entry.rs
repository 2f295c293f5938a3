//! What is stored under an id of such a store: a session, a moved key, or the
//! index of an owner.

use std::collections::{BTreeSet, HashMap};
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use tower_sessions_core::session::{Id, Record as Stored};
use tower_sessions_core::session_store::Error as TowerError;

use crate::store::limit::TimedOut;
use crate::store::no_record::NoRecord;
use crate::{Record, StoreKey, Timestamp};

#[derive(Debug)]
pub(super) enum Failure {
    Store(TowerError),
    /// The entry is not a record.
    Corrupt(NoRecord),
    TimedOut(TimedOut),
}

impl From<TowerError> for Failure {
    fn from(error: TowerError) -> Failure {
        match error {
            // Its text may quote the input.
            TowerError::Decode(_) => Failure::Corrupt(NoRecord::new("the encoding")),
            error => Failure::Store(error),
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

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Store(_) => f.write_str("the store of tower-sessions failed"),
            Failure::Corrupt(error) => error.fmt(f),
            Failure::TimedOut(error) => error.fmt(f),
        }
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Failure::Store(error) => Some(error),
            _ => None,
        }
    }
}

pub(super) enum Entry {
    Session(Record),
    /// A key that has moved.
    Moved {
        target: StoreKey,
        reads: bool,
        until: Timestamp,
    },
}

/// The members of `data` in the store. `key` is the whole key, of which the id
/// is only the beginning.
#[derive(Serialize, Deserialize)]
struct Form {
    key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<Record>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved: Option<Moved>,
}

#[derive(Serialize, Deserialize)]
struct Moved {
    target: String,
    reads: bool,
    until: Timestamp,
}

impl Entry {
    pub(super) fn expires_at(&self) -> Timestamp {
        match self {
            Entry::Session(record) => record.expires_at(),
            Entry::Moved { until, .. } => *until,
        }
    }

    pub(super) fn read(key: &StoreKey, stored: &Stored) -> Result<Option<Entry>, Failure> {
        let form: Form = form(stored)?;
        if form.key != key.as_str() {
            // Another key with the same beginning, which takes about 2^64 sessions.
            return Ok(None);
        }
        match (form.session, form.moved) {
            (Some(record), None) => Ok(Some(Entry::Session(record))),
            (None, Some(moved)) => Ok(StoreKey::parse(&moved.target).map(|target| Entry::Moved {
                target,
                reads: moved.reads,
                until: moved.until,
            })),
            _ => Err(NoRecord::new("session").into()),
        }
    }

    pub(super) fn write(&self, key: &StoreKey) -> Result<Stored, Failure> {
        let (session, moved) = match self {
            Entry::Session(record) => (Some(record.clone()), None),
            Entry::Moved {
                target,
                reads,
                until,
            } => {
                let moved = Moved {
                    target: target.as_str().to_owned(),
                    reads: *reads,
                    until: *until,
                };
                (None, Some(moved))
            }
        };
        let form = Form {
            key: key.as_str().to_owned(),
            session,
            moved,
        };
        stored(id_of(key), &form, self.expires_at())
    }
}

/// The keys of the sessions that an owner has or has had.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Index {
    owner: String,
    #[serde(skip)]
    pub(super) keys: BTreeSet<StoreKey>,
    #[serde(rename = "keys")]
    texts: Vec<String>,
}

/// An index is written at each login, and must outlive the sessions in it.
const INDEX_LIFETIME: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

impl Index {
    pub(super) fn read(owner: &str, stored: &Stored) -> Result<Index, Failure> {
        let mut index: Index = form(stored)?;
        if index.owner != owner {
            return Ok(Index::default());
        }
        index.keys = index.texts.iter().filter_map(StoreKey::parse).collect();
        Ok(index)
    }

    pub(super) fn write(mut self, owner: &str) -> Result<Stored, Failure> {
        owner.clone_into(&mut self.owner);
        self.texts = self
            .keys
            .iter()
            .map(|key| key.as_str().to_owned())
            .collect();
        let end = Timestamp::now().saturating_add(INDEX_LIFETIME);
        stored(id_of_owner(owner), &self, end)
    }
}

pub(super) fn id_of(key: &StoreKey) -> Id {
    let bytes = URL_SAFE_NO_PAD
        .decode(key.as_str())
        .expect("a key is base64url");
    id(&bytes)
}

pub(super) fn id_of_owner(owner: &str) -> Id {
    id(&Sha256::digest(format!("owner:{owner}")))
}

/// The first 128 bits.
fn id(bytes: &[u8]) -> Id {
    let mut beginning = [0; 16];
    beginning.copy_from_slice(&bytes[..16]);
    Id(i128::from_be_bytes(beginning))
}

fn form<T: for<'de> Deserialize<'de>>(stored: &Stored) -> Result<T, NoRecord> {
    let members = stored.data.clone().into_iter().collect();
    // Through text, since a `Json` is a piece of it.
    let text = Value::Object(members).to_string();
    crate::store::no_record::read("session", &text)
}

fn stored<T: Serialize>(id: Id, form: &T, end: Timestamp) -> Result<Stored, Failure> {
    let text = serde_json::to_string(form).map_err(|_| NoRecord::new("session"))?;
    let data: HashMap<String, Value> =
        serde_json::from_str(&text).map_err(|_| NoRecord::new("session"))?;
    // The last day of the year 9999 is the latest that all stores support.
    let seconds = i64::try_from(end.as_unix_millis().div_ceil(1000)).unwrap_or(i64::MAX);
    let expiry_date = OffsetDateTime::from_unix_timestamp(seconds.min(253_402_214_400))
        .expect("a moment before the year 10000");
    Ok(Stored {
        id,
        data,
        expiry_date,
    })
}
