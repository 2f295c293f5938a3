//! Stores by URL: `session_store = "sqlite:sessions.db"`.

use super::{AnyStore, MemoryStore, OpenError, OpenErrorKind, StoreOptions};

impl AnyStore {
    /// Opens the store that a URL names, and checks that it can be used.
    ///
    /// | URL | store | Cargo feature |
    /// |---|---|---|
    /// | `memory:` | [`MemoryStore`] | |
    /// | `postgres://user:password@host:port/database` | `PostgresStore` | `postgres` |
    /// | `redis://user:password@host:port/database` | `RedisStore` | `redis` |
    /// | `rediss://..`, the same with TLS | `RedisStore` | `redis`, `tls` |
    /// | `sqlite:sessions.db`, `sqlite:///var/lib/app/sessions.db` | `SqliteStore` | `sqlite` |
    ///
    /// # Errors
    ///
    /// [`Url`](OpenErrorKind::Url) when it is none of these, or of a feature
    /// that was not compiled in; the message says which one. Else as opening
    /// that store.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use tornado_session::{AnyStore, StoreOptions};
    /// let store = AnyStore::open("memory:", StoreOptions::new()).await.unwrap();
    /// assert!(format!("{store:?}").contains("MemoryStore"));
    /// # });
    /// ```
    pub async fn open(url: &str, options: StoreOptions) -> Result<AnyStore, OpenError> {
        let Some((scheme, rest)) = url.split_once(':') else {
            // Not shown: it may be a password in the wrong place.
            return Err(unusable(
                "a session store is named by a URL, such as `sqlite:sessions.db`",
            ));
        };
        match scheme {
            "memory" if rest.is_empty() => Ok(AnyStore::new(MemoryStore::new())),
            "memory" => Err(unusable("the URL of the memory store is `memory:`")),
            "sqlite" => sqlite(rest, options).await,
            "postgres" | "postgresql" => postgres(url, options).await,
            "redis" | "rediss" => redis(url, options).await,
            other => Err(unusable(format!(
                "there is no session store for `{other}:`; there are `memory:`, \
                 `postgres:`, `redis:`, `rediss:` and `sqlite:`"
            ))),
        }
    }
}

#[cfg(feature = "sqlite")]
async fn sqlite(rest: &str, options: StoreOptions) -> Result<AnyStore, OpenError> {
    // `sqlite:path`, and `sqlite://path` as others write it; so an absolute
    // path has one slash or three.
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() || path == ":memory:" {
        return Err(unusable(
            "`sqlite:` needs the path of a file; sessions in memory are `memory:`",
        ));
    }
    super::SqliteStore::open(path, options)
        .await
        .map(AnyStore::new)
}

#[cfg(not(feature = "sqlite"))]
async fn sqlite(_: &str, _: StoreOptions) -> Result<AnyStore, OpenError> {
    Err(missing("sqlite", "sqlite"))
}

#[cfg(feature = "postgres")]
async fn postgres(url: &str, options: StoreOptions) -> Result<AnyStore, OpenError> {
    super::PostgresStore::connect(url, options)
        .await
        .map(AnyStore::new)
}

#[cfg(not(feature = "postgres"))]
async fn postgres(_: &str, _: StoreOptions) -> Result<AnyStore, OpenError> {
    Err(missing("postgres", "postgres"))
}

#[cfg(feature = "redis")]
async fn redis(url: &str, options: StoreOptions) -> Result<AnyStore, OpenError> {
    super::RedisStore::connect(url, options)
        .await
        .map(AnyStore::new)
}

#[cfg(not(feature = "redis"))]
async fn redis(_: &str, _: StoreOptions) -> Result<AnyStore, OpenError> {
    Err(missing("redis", "redis"))
}

#[cfg(not(all(feature = "postgres", feature = "redis", feature = "sqlite")))]
fn missing(scheme: &str, feature: &str) -> OpenError {
    unusable(format!(
        "the session store for `{scheme}:` is not compiled in; add the feature `{feature}` to \
         `tornado-web`, or to `tornado-session`, in Cargo.toml"
    ))
}

fn unusable(message: impl Into<String>) -> OpenError {
    OpenError::new(OpenErrorKind::Url, message)
}
