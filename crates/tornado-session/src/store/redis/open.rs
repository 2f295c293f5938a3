//! How the store is opened.

use std::sync::Arc;

use redis::{RedisError, Value};

use super::connection::Target;
use super::failure::Failure;
use super::{RedisStore, Shared, command};
use crate::StoreOptions;
use crate::store::limit::within;
use crate::store::{OpenError, OpenErrorKind};

/// The version of the layout that this code reads and writes.
const VERSION: &str = "1";

impl RedisStore {
    /// Connects to a server, `redis://user:password@host:port/database`, or
    /// `rediss://..` with TLS (feature `tls`); or to a cluster,
    /// `redis-cluster://user:password@host:port,host:port` (feature
    /// `redis-cluster`).
    ///
    /// In a cluster, everything that an operation touches must be in one slot.
    /// So there the prefix of the keys has a hash tag; the default is
    /// `{session}:`.
    ///
    /// # Errors
    ///
    /// [`Url`](OpenErrorKind::Url) when the URL does not have that form, or
    /// names a node of a cluster, [`Unreachable`](OpenErrorKind::Unreachable)
    /// when nobody answers, [`Denied`](OpenErrorKind::Denied) when the user,
    /// password or a write is refused, [`Schema`](OpenErrorKind::Schema) when
    /// the layout is of another version.
    pub async fn connect(url: &str, options: StoreOptions) -> Result<RedisStore, OpenError> {
        let target = Target::of(url, &options)?;
        let address = target.address();
        let timeout = options.timeout;
        let opening = async {
            let connection = target.connect(&options).await?;
            let prefix = match options.key_prefix {
                Some(prefix) => prefix,
                None if connection.is_cluster() => "{session}:".to_owned(),
                None => "session:".to_owned(),
            };
            let store = RedisStore(Arc::new(Shared {
                connection,
                address: address.clone(),
                prefix,
                timeout,
            }));
            let found = store.version().await?;
            Ok((store, found))
        };
        let opened = within(timeout, opening).await;
        match opened.map_err(Failure::from).flatten() {
            Ok((store, Version::Known)) => Ok(store),
            Ok((_, Version::Other(found))) => Err(OpenError::new(
                OpenErrorKind::Schema,
                format!(
                    "the sessions in Redis at {address} are of version {found}, and this program \
                     knows version {VERSION}"
                ),
            )),
            Ok((_, Version::Cluster)) => Err(OpenError::new(
                OpenErrorKind::Url,
                format!("{address} is a node of a Redis Cluster: write `redis-cluster://`"),
            )),
            Ok((_, Version::NoTag)) => Err(OpenError::new(
                OpenErrorKind::Url,
                "in a Redis Cluster, the prefix of the keys needs a hash tag, such as \
                 `{session}:` (the setting `session_store_key_prefix`)",
            )),
            Err(failure) => Err(refused(&address, failure)),
        }
    }

    /// Writes the version of the layout, if it is missing, which also detects a
    /// server that can't be written to.
    async fn version(&self) -> Result<Version, Failure> {
        let mut connection = self.0.connection.clone();
        if connection.is_cluster() && !has_tag(&self.0.prefix) {
            return Ok(Version::NoTag);
        }
        let key = format!("{}schema", self.0.prefix);
        let set = connection
            .send(&command("SET", &[&key, VERSION, "NX"]))
            .await;
        if set.as_ref().is_err_and(RedisError::is_cluster_error) && !connection.is_cluster() {
            return Ok(Version::Cluster);
        }
        set?;
        let found = connection.send(&command("GET", &[&key])).await?;
        // A user without permission to ask finds out at the first rename.
        let info = connection.send(&command("INFO", &["cluster"])).await;
        let info: Result<String, _> = info.and_then(|info| Ok(redis::from_redis_value(info)?));
        if !connection.is_cluster() && info.is_ok_and(|info| info.contains("cluster_enabled:1")) {
            return Ok(Version::Cluster);
        }
        let found = match found {
            Value::BulkString(found) => String::from_utf8_lossy(&found).into_owned(),
            _ => return Err(Failure::Answer),
        };
        Ok(if found == VERSION {
            Version::Known
        } else {
            Version::Other(found.chars().take(20).collect())
        })
    }
}

enum Version {
    Known,
    Other(String),
    /// It is a node of a cluster, and the URL was not that of a cluster.
    Cluster,
    NoTag,
}

/// Whether all keys with this prefix are in one slot, which depends on the text
/// between the first `{` and the next `}`, unless that is empty.
fn has_tag(prefix: &str) -> bool {
    let tag = prefix
        .split_once('{')
        .and_then(|(_, rest)| rest.split_once('}'));
    tag.is_some_and(|(tag, _)| !tag.is_empty())
}

fn refused(address: &str, failure: Failure) -> OpenError {
    let kind = if failure.is_denied() {
        OpenErrorKind::Denied
    } else if failure.is_unreachable() {
        OpenErrorKind::Unreachable
    } else {
        OpenErrorKind::Other
    };
    let message = format!("the session store in Redis at {address} can't be used: {failure}");
    OpenError::new(kind, message).with_source(failure)
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::io;
    use std::time::Duration;

    use super::*;
    use crate::store::limit::TimedOut;
    use crate::store::no_record::NoRecord;
    use crate::store::retry::Dropped as _;

    fn answered(line: &str) -> Failure {
        let answer = redis::parse_redis_value(line.as_bytes()).unwrap();
        answer.extract_error().unwrap_err().into()
    }

    fn broken(kind: io::ErrorKind) -> Failure {
        RedisError::from(io::Error::from(kind)).into()
    }

    #[test]
    fn each_failure_has_its_kind_and_says_what_to_do() {
        use OpenErrorKind::{Denied, Other, Unreachable};
        let timed_out = TimedOut(Duration::from_secs(3));
        for (failure, kind, message, is_dropped) in [
            (
                answered("-READONLY no\r\n"),
                Denied,
                "is a replica here",
                true,
            ),
            (
                answered("-NOAUTH no\r\n"),
                Denied,
                "refuses the user",
                false,
            ),
            (
                answered("-WRONGPASS no\r\n"),
                Denied,
                "refuses the user",
                false,
            ),
            (
                answered("-NOPERM no\r\n"),
                Denied,
                "refuses the user",
                false,
            ),
            (answered("-OOM no\r\n"), Other, "no memory left", false),
            (
                answered("-MISCONF no\r\n"),
                Other,
                "can't write its files",
                false,
            ),
            (
                answered("-LOADING no\r\n"),
                Other,
                "still reading its files",
                false,
            ),
            (answered("-WRONGTYPE no\r\n"), Other, "another type", false),
            (answered("-ERR no\r\n"), Other, "Redis failed", false),
            (
                broken(io::ErrorKind::ConnectionRefused),
                Unreachable,
                "can't be reached",
                true,
            ),
            (
                broken(io::ErrorKind::BrokenPipe),
                Unreachable,
                "the connection to Redis broke",
                true,
            ),
            (timed_out.into(), Unreachable, "no answer within 3s", false),
            (NoRecord::new("expiry").into(), Other, "expiry", false),
            (Failure::Answer, Other, "does not give", false),
        ] {
            assert_eq!(failure.is_dropped(), is_dropped, "{failure}");
            let is_of_redis = matches!(failure, Failure::Redis(_));
            let error = refused("host:6379", failure);
            let shown = error.to_string();
            assert_eq!(error.kind(), kind, "{shown}");
            assert!(
                shown.contains("at host:6379") && shown.contains(message),
                "{shown}"
            );
            let detail = error.source().unwrap().source();
            assert_eq!(detail.is_some(), is_of_redis, "{shown}");
        }
    }
}
