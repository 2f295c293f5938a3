//! `Server` and `Link`: where messages go, whatever the kind of server.

use tokio::sync::mpsc;

use super::{Failure, PATIENCE, RoomsError, RoomsErrorKind};

/// A server, and the channel there.
pub(super) enum Server {
    #[cfg(feature = "redis")]
    Redis(Box<super::redis::Server>),
    #[cfg(feature = "postgres")]
    Postgres(Box<super::postgres::Server>),
}

/// A listening connection to it.
pub(super) struct Link {
    publisher: Publisher,
    /// The incoming messages, including this node's own; it ends with the
    /// connection.
    pub(super) incoming: mpsc::UnboundedReceiver<String>,
}

pub(super) enum Publisher {
    #[cfg(feature = "redis")]
    Redis(super::redis::Publisher),
    #[cfg(feature = "postgres")]
    Postgres(super::postgres::Publisher),
}

type Incoming = mpsc::UnboundedReceiver<String>;

impl Server {
    pub(super) fn of(url: &str, channel: &str) -> Result<Server, RoomsError> {
        // Names in PostgreSQL have up to 63 bytes.
        if channel.is_empty() || channel.len() > 63 || channel.contains('\0') {
            return Err(RoomsError::url(format!(
                "the channel {channel:?} of the rooms must have 1 to 63 bytes, and no NUL"
            )));
        }
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        match scheme {
            #[cfg(feature = "redis")]
            "redis" | "rediss" | "redis+unix" | "unix" => {
                super::redis::Server::of(url, channel).map(|server| Server::Redis(Box::new(server)))
            }
            #[cfg(feature = "postgres")]
            "postgres" | "postgresql" => super::postgres::Server::of(url, channel)
                .map(|server| Server::Postgres(Box::new(server))),
            _ => Err(RoomsError::url(format!(
                "rooms are shared by `redis:` with the feature `redis` of tornado-web, or by \
                 `postgres:` with the feature `postgres`; {scheme:?} is neither of those that are \
                 compiled in"
            ))),
        }
    }

    /// Its name, for the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            #[cfg(feature = "redis")]
            Server::Redis(_) => "Redis",
            #[cfg(feature = "postgres")]
            Server::Postgres(_) => "PostgreSQL",
        }
    }

    pub(super) async fn connect(&self, node: &str) -> Result<Link, RoomsError> {
        let connected = tokio::time::timeout(PATIENCE, self.connect_to(node)).await;
        let (publisher, incoming) =
            connected
                .unwrap_or_else(|late| Err(late.into()))
                .map_err(|error| {
                    let text = format!("{} can't be asked to share rooms", self.name());
                    RoomsError::new(RoomsErrorKind::Connect, text, error)
                })?;
        Ok(Link {
            publisher,
            incoming,
        })
    }

    async fn connect_to(&self, node: &str) -> Result<(Publisher, Incoming), Failure> {
        let _ = node;
        match self {
            #[cfg(feature = "redis")]
            Server::Redis(server) => {
                let (publisher, incoming) = server.connect().await?;
                Ok((Publisher::Redis(publisher), incoming))
            }
            #[cfg(feature = "postgres")]
            Server::Postgres(server) => {
                let (publisher, incoming) = server.connect(node).await?;
                Ok((Publisher::Postgres(publisher), incoming))
            }
        }
    }
}

impl Link {
    /// Publishes texts in order; without texts, it checks whether the server is still there.
    pub(super) async fn publish(&mut self, texts: &[&str]) -> Result<(), Failure> {
        let publish = async {
            match &mut self.publisher {
                #[cfg(feature = "redis")]
                Publisher::Redis(publisher) => publisher.publish(texts).await,
                #[cfg(feature = "postgres")]
                Publisher::Postgres(publisher) => publisher.publish(texts).await,
            }
        };
        tokio::time::timeout(PATIENCE, publish).await?
    }
}
