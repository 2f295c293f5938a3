//! `Connection`: to one server, or to a cluster.

use redis::aio::{ConnectionLike as _, ConnectionManager, ConnectionManagerConfig};
#[cfg(feature = "redis-cluster")]
use redis::cluster_async::ClusterConnection;
use redis::{Client, Cmd, RedisError, ScriptInvocation, Value};

use super::Failure;
use crate::store::{OpenError, OpenErrorKind, StoreOptions};

/// The target that a URL names.
pub(super) enum Target {
    Server(Box<Client>),
    #[cfg(feature = "redis-cluster")]
    Cluster {
        client: Box<redis::cluster::ClusterClient>,
        nodes: String,
    },
}

impl Target {
    pub(super) fn of(url: &str, options: &StoreOptions) -> Result<Target, OpenError> {
        let _ = options;
        if url.starts_with("rediss") {
            prepare_tls()?;
        }
        let Some((scheme, rest)) = url.split_once(':') else {
            return Err(malformed());
        };
        match scheme.strip_suffix("-cluster") {
            None => {
                // The error may quote the URL, including the password.
                let client = Client::open(url).map_err(|_| malformed())?;
                Ok(Target::Server(Box::new(client)))
            }
            #[cfg(feature = "redis-cluster")]
            Some(scheme) => cluster(scheme, rest, options),
            #[cfg(not(feature = "redis-cluster"))]
            Some(_) => {
                let _ = rest;
                Err(missing("redis-cluster", "redis-cluster"))
            }
        }
    }

    /// The address, without the password.
    pub(super) fn address(&self) -> String {
        match self {
            Target::Server(client) => client.get_connection_info().addr().to_string(),
            #[cfg(feature = "redis-cluster")]
            Target::Cluster { nodes, .. } => nodes.clone(),
        }
    }

    pub(super) async fn connect(&self, options: &StoreOptions) -> Result<Connection, Failure> {
        match self {
            Target::Server(client) => {
                // The time limit covers the whole operation.
                let config = ConnectionManagerConfig::new()
                    .set_number_of_retries(1)
                    .set_connection_timeout(Some(options.timeout))
                    .set_response_timeout(None);
                let manager = ConnectionManager::new_with_config((**client).clone(), config);
                Ok(Connection::Server(manager.await?))
            }
            #[cfg(feature = "redis-cluster")]
            Target::Cluster { client, .. } => {
                Ok(Connection::Cluster(client.get_async_connection().await?))
            }
        }
    }
}

/// The initial nodes: `redis-cluster://user:password@node1:6379,node2:6379`.
#[cfg(feature = "redis-cluster")]
fn cluster(scheme: &str, rest: &str, options: &StoreOptions) -> Result<Target, OpenError> {
    let rest = rest.strip_prefix("//").ok_or_else(malformed)?;
    let (user, nodes) = match rest.rsplit_once('@') {
        Some((user, nodes)) => (format!("{user}@"), nodes),
        None => (String::new(), rest),
    };
    let nodes = nodes.trim_end_matches('/');
    let urls = nodes
        .split(',')
        .map(|node| format!("{scheme}://{user}{node}"));
    let client = redis::cluster::ClusterClientBuilder::new(urls)
        .connection_timeout(options.timeout)
        .response_timeout(options.timeout)
        // A few, for a slot that has moved and a node that has failed.
        .retries(3)
        .build()
        .map_err(|_| malformed())?;
    Ok(Target::Cluster {
        client: Box::new(client),
        nodes: nodes.to_owned(),
    })
}

#[cfg(feature = "tls")]
#[expect(
    clippy::unnecessary_wraps,
    reason = "without the feature it is an error"
)]
fn prepare_tls() -> Result<(), OpenError> {
    crate::store::tls::prepare();
    Ok(())
}

#[cfg(not(feature = "tls"))]
fn prepare_tls() -> Result<(), OpenError> {
    Err(missing("rediss", "tls"))
}

fn malformed() -> OpenError {
    OpenError::new(
        OpenErrorKind::Url,
        "a URL of Redis is `redis://user:password@host:port/database`, or of a cluster \
         `redis-cluster://user:password@host:port,host:port`, with `%40` for an `@` in the \
         password and so on",
    )
}

#[cfg(not(all(feature = "redis-cluster", feature = "tls")))]
fn missing(scheme: &str, feature: &str) -> OpenError {
    OpenError::new(
        OpenErrorKind::Url,
        format!(
            "`{scheme}:` is not compiled in; add the feature `{feature}` to `tornado-web`, or to \
             `tornado-session`, in Cargo.toml"
        ),
    )
}

/// A clone is the same connection. Requests that send at the same time share a
/// write to the socket.
#[derive(Clone)]
pub(super) enum Connection {
    Server(ConnectionManager),
    #[cfg(feature = "redis-cluster")]
    Cluster(ClusterConnection),
}

impl Connection {
    pub(super) fn is_cluster(&self) -> bool {
        !matches!(self, Connection::Server(_))
    }

    pub(super) async fn send(&mut self, command: &Cmd) -> Result<Value, RedisError> {
        let answer = match self {
            Connection::Server(server) => server.req_packed_command(command).await,
            #[cfg(feature = "redis-cluster")]
            Connection::Cluster(cluster) => cluster.req_packed_command(command).await,
        };
        self.checked(answer.and_then(Value::extract_error)).await
    }

    pub(super) async fn run(&mut self, call: &ScriptInvocation<'_>) -> Result<Value, RedisError> {
        let answer = match self {
            Connection::Server(server) => call.invoke_async(server).await,
            #[cfg(feature = "redis-cluster")]
            Connection::Cluster(cluster) => call.invoke_async(cluster).await,
        };
        self.checked(answer).await
    }

    /// Leaves a server that has become a replica, since its name may now lead to another. The
    /// manager connects again when it finds the connection closed.
    async fn checked(&mut self, answer: Result<Value, RedisError>) -> Result<Value, RedisError> {
        if let (Connection::Server(server), Err(error)) = (self, &answer)
            && error.code() == Some("READONLY")
        {
            for command in ["QUIT", "PING"] {
                // The error is the purpose.
                let _ = server.req_packed_command(&redis::cmd(command)).await;
            }
        }
        answer
    }
}
