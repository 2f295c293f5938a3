//! The stores, each with its own server.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use session_hammer::Site;
use tempfile::TempDir;
use test_support::{PostgresServer, RedisCluster, RedisServer};
use tornado_session::{AnyStore, StoreOptions};

/// The names.
pub(crate) const ALL: [&str; 6] = [
    "memory",
    "sqlite",
    "postgres",
    "redis",
    "redis-cluster",
    TOWER_SESSIONS,
];

const TOWER_SESSIONS: &str = "tower-sessions";

/// 50 clients that read megabytes at each write wait for each other longer than
/// an application should; here the aim is to count what is lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// A site, and what its store needs. It stops when this is dropped, the site
/// first.
pub(crate) struct Running {
    site: Site,
    _server: Server,
    is_peer: bool,
}

/// What a store runs on.
#[expect(dead_code, reason = "they are kept so that they go on")]
enum Server {
    Nothing,
    File(TempDir),
    Postgres(PostgresServer),
    Redis(RedisServer),
    RedisCluster(RedisCluster),
}

impl Running {
    pub(crate) async fn start(name: &str) -> Result<Running> {
        let (url, server) = match name {
            TOWER_SESSIONS => {
                return Ok(Running {
                    site: Site::start_tower_sessions().await,
                    _server: Server::Nothing,
                    is_peer: true,
                });
            }
            "memory" => ("memory:".to_owned(), Server::Nothing),
            "sqlite" => {
                let folder = tempfile::tempdir()?;
                let file = folder.path().join("sessions.db");
                (format!("sqlite:{}", file.display()), Server::File(folder))
            }
            "postgres" => {
                let server = PostgresServer::start();
                (server.new_database(), Server::Postgres(server))
            }
            "redis" => {
                let server = RedisServer::start();
                (server.url(), Server::Redis(server))
            }
            "redis-cluster" => {
                let cluster = RedisCluster::start();
                (cluster.url(), Server::RedisCluster(cluster))
            }
            url if url.contains(':') => (url.to_owned(), Server::Nothing),
            _ => bail!(
                "there is no store `{name}`; there are {} and URLs",
                ALL.join(", ")
            ),
        };
        let options = StoreOptions::new().timeout(PATIENCE);
        let store = AnyStore::open(&url, options).await;
        let store = store.with_context(|| format!("store {name}"))?;
        Ok(Running {
            site: Site::start([store]).await,
            _server: server,
            is_peer: false,
        })
    }

    pub(crate) fn site(&self) -> &Site {
        &self.site
    }

    pub(crate) fn is_peer(&self) -> bool {
        self.is_peer
    }
}
