//! Stores given by URL: `session_store = "sqlite:sessions.db"`.

use super::{AnyStore, MemoryStore, OpenError, OpenErrorKind, StoreOptions};

impl AnyStore {
    /// Opens the store that a URL names, and checks that it can be used.
    ///
    /// | URL | store | Cargo feature |
    /// |---|---|---|
    /// | `memory:` | [`MemoryStore`] | |
    /// | `sqlite:sessions.db`, `sqlite:///var/lib/app/sessions.db`, with or without `?mode=rwc` | `SqliteStore` | `sqlite` |
    /// | `postgres://user:password@host:port/database` | `PostgresStore` | `postgres` |
    /// | `redis://user:password@host:port/database` | `RedisStore` | `redis` |
    /// | `redis-cluster://user:password@host:port,host:port` | `RedisStore` | `redis-cluster` |
    /// | `rediss://..`, `rediss-cluster://..`, the same over TLS | `RedisStore` | `tls` as well |
    ///
    /// # Errors
    ///
    /// [`Url`](OpenErrorKind::Url) when it is none of these, has a parameter that the store does
    /// not know, or needs a feature that is not compiled in; the message says which. Otherwise
    /// those of the store's own way of opening.
    ///
    /// ```
    /// # tornado_testing::block_on(async {
    /// use tornado_session::{AnyStore, StoreOptions};
    /// let store = AnyStore::open("memory:", StoreOptions::new()).await.unwrap();
    /// assert!(format!("{store:?}").contains("MemoryStore"));
    /// # });
    /// ```
    pub async fn open(url: &str, options: StoreOptions) -> Result<AnyStore, OpenError> {
        // Not every store has options.
        let _ = &options;
        match Kind::of(url)? {
            Kind::Memory => Ok(AnyStore::new(MemoryStore::new())),
            #[cfg(feature = "sqlite")]
            Kind::Sqlite => {
                let opened = super::SqliteStore::open(sqlite_path(url)?, options);
                opened.await.map(AnyStore::new)
            }
            #[cfg(feature = "postgres")]
            Kind::Postgres => {
                let connected = super::PostgresStore::connect(url, options);
                connected.await.map(AnyStore::new)
            }
            #[cfg(feature = "redis")]
            Kind::Redis => {
                let connected = super::RedisStore::connect(url, options);
                connected.await.map(AnyStore::new)
            }
        }
    }
}

/// The targets that a URL can name, among those compiled in.
enum Kind {
    Memory,
    #[cfg(feature = "sqlite")]
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
    #[cfg(feature = "redis")]
    Redis,
}

impl Kind {
    fn of(url: &str) -> Result<Kind, OpenError> {
        let Some((scheme, rest)) = url.split_once(':') else {
            // Not shown: it may be a misplaced password.
            return Err(unusable(
                "a session store is named by a URL, such as `sqlite:sessions.db`",
            ));
        };
        match scheme {
            "memory" if rest.is_empty() => Ok(Kind::Memory),
            "memory" => Err(unusable("the URL of the memory store is `memory:`")),
            "sqlite" if matches!(path(url), "" | ":memory:") => Err(unusable(
                "`sqlite:` needs the path of a file; sessions in memory are `memory:`",
            )),
            #[cfg(feature = "sqlite")]
            "sqlite" => Ok(Kind::Sqlite),
            #[cfg(feature = "postgres")]
            "postgres" | "postgresql" => Ok(Kind::Postgres),
            #[cfg(feature = "redis")]
            "redis" | "rediss" => Ok(Kind::Redis),
            #[cfg(feature = "redis-cluster")]
            "redis-cluster" | "rediss-cluster" => Ok(Kind::Redis),
            #[cfg(not(feature = "sqlite"))]
            "sqlite" => Err(missing(scheme, "sqlite")),
            #[cfg(not(feature = "postgres"))]
            "postgres" | "postgresql" => Err(missing(scheme, "postgres")),
            #[cfg(not(feature = "redis"))]
            "redis" | "rediss" => Err(missing(scheme, "redis")),
            #[cfg(not(feature = "redis-cluster"))]
            "redis-cluster" | "rediss-cluster" => Err(missing(scheme, "redis-cluster")),
            // The text before the colon may be a user name, and the text after it a
            // password.
            _ => Err(unusable(
                "there is no session store of this name; there are `memory:`, `postgres:`, \
                 `redis:`, `rediss:`, `redis-cluster:` and `sqlite:`",
            )),
        }
    }
}

/// Whether a URL names a store that is compiled in, in a form that the store
/// accepts.
pub(crate) fn check(url: &str) -> Result<(), OpenError> {
    match Kind::of(url)? {
        Kind::Memory => Ok(()),
        #[cfg(feature = "sqlite")]
        Kind::Sqlite => sqlite_path(url).map(drop),
        // The PostgreSQL client itself refuses parameters that it does not
        // know.
        #[cfg(feature = "postgres")]
        Kind::Postgres => Ok(()),
        #[cfg(feature = "redis")]
        Kind::Redis => parameters(url).try_for_each(|(name, _)| match name {
            "protocol" => Ok(()),
            _ => Err(unusable(
                "the URL of Redis has a parameter that is not known; there is `protocol` alone",
            )),
        }),
    }
}

/// `sqlite:path`, and `sqlite://path` as others write it, so an absolute path
/// has one slash or three.
fn path(url: &str) -> &str {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let path = path.strip_prefix("//").unwrap_or(path);
    path.split_once('?').map_or(path, |(path, _)| path)
}

/// The file that a URL names. As in other URLs, `%20` is a space.
#[cfg(feature = "sqlite")]
fn sqlite_path(url: &str) -> Result<String, OpenError> {
    for parameter in parameters(url) {
        if parameter != ("mode", "rwc") {
            return Err(unusable(
                "the URL of SQLite has no parameter but `mode=rwc`: the file is read and written, \
                 and made where it is not there; a `?` in its name is `%3F`",
            ));
        }
    }
    let path = path(url);
    let mut escapes = path.split('%').skip(1);
    let is_escape = |rest: &str| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8();
    match decoded {
        Ok(decoded) if escapes.all(is_escape) => Ok(decoded.into_owned()),
        _ => Err(unusable(
            "a `%` in the path of a `sqlite:` URL is written `%25`",
        )),
    }
}

#[cfg(any(feature = "redis", feature = "sqlite"))]
fn parameters(url: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts.map(|part| part.split_once('=').unwrap_or((part, "")))
}

#[cfg(not(all(feature = "postgres", feature = "redis-cluster", feature = "sqlite")))]
fn missing(scheme: &str, feature: &str) -> OpenError {
    unusable(format!(
        "the session store for `{scheme}:` is not compiled in; add the feature `{feature}` to \
         `tornado-web`, or to `tornado-session`, in Cargo.toml"
    ))
}

fn unusable(message: impl Into<String>) -> OpenError {
    OpenError::new(OpenErrorKind::Url, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_url_of_a_store_is_refused_and_not_shown() {
        for (url, message) in [
            ("", "named by a URL"),
            ("s3cret", "named by a URL"),
            ("kim:s3cret@host", "no session store"),
            ("memory://s3cret", "is `memory:`"),
            ("sqlite:", "path of a file"),
            ("sqlite::memory:", "path of a file"),
            ("sqlite://", "path of a file"),
            ("sqlite:?mode=rwc", "path of a file"),
        ] {
            let error = check(url).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(message), "{url}: {shown}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
        check("memory:").unwrap();
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn a_url_of_sqlite_is_understood_or_refused() {
        for (url, path) in [
            ("sqlite:s.db", "s.db"),
            ("sqlite:s.db?mode=rwc", "s.db"),
            ("sqlite:///a/s.db?mode=rwc", "/a/s.db"),
            ("sqlite:s.db?", "s.db"),
            ("sqlite:my%20sessions%3F.db", "my sessions?.db"),
            ("sqlite:ä#.db", "ä#.db"),
        ] {
            assert_eq!(sqlite_path(url).unwrap(), path);
        }
        for url in [
            "sqlite:s.db?mode=ro",
            "sqlite:s.db?mode=memory",
            "sqlite:s.db?mode=rwc&cache=shared",
            "sqlite:s.db?x",
            "sqlite:100%.db",
            "sqlite:%FF.db",
        ] {
            assert_eq!(check(url).unwrap_err().kind(), OpenErrorKind::Url);
        }
    }

    #[cfg(feature = "redis")]
    #[test]
    fn a_parameter_that_redis_does_not_know_is_refused() {
        assert!(check("redis://h/0?protocol=resp3").is_ok());
        assert!(check("redis://h/0?timeout=5").is_err());
    }

    #[test]
    fn a_store_that_is_not_compiled_in_names_its_feature() {
        for (url, feature, there) in [
            ("sqlite:x.db", "sqlite", cfg!(feature = "sqlite")),
            ("postgres://h/x", "postgres", cfg!(feature = "postgres")),
            ("postgresql://h/x", "postgres", cfg!(feature = "postgres")),
            ("redis://h", "redis", cfg!(feature = "redis")),
            ("rediss://h", "redis", cfg!(feature = "redis")),
            (
                "redis-cluster://h",
                "redis-cluster",
                cfg!(feature = "redis-cluster"),
            ),
        ] {
            match check(url) {
                Ok(()) => assert!(there, "{url}"),
                Err(error) => {
                    let message = format!("add the feature `{feature}`");
                    assert!(!there && error.to_string().contains(&message), "{error}");
                }
            }
        }
    }
}
