//! Redis: `PUBLISH` and `SUBSCRIBE`, on one connection.

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, FromRedisValue as _, IntoConnectionInfo as _, ProtocolVersion,
    PushInfo, PushKind,
};
use tokio::sync::mpsc;

use super::{Failure, PATIENCE, RoomsError};

pub(super) struct Server {
    client: Client,
    channel: String,
}

pub(super) struct Publisher {
    connection: MultiplexedConnection,
    channel: String,
}

impl Server {
    pub(super) fn of(url: &str, channel: &str) -> Result<Server, RoomsError> {
        if url.starts_with("rediss") {
            prepare_tls()?;
        }
        // The error may quote the URL, including the password.
        let info = url.into_connection_info().map_err(|_| malformed())?;
        // Messages arrive on the connection that sends commands.
        let settings = info
            .redis_settings()
            .clone()
            .set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings)).map_err(|_| malformed())?;
        Ok(Server {
            client,
            channel: channel.to_owned(),
        })
    }

    pub(super) async fn connect(
        &self,
    ) -> Result<(Publisher, mpsc::UnboundedReceiver<String>), Failure> {
        let (pushes, received) = mpsc::unbounded_channel();
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_push_sender(pushes);
        let client = &self.client;
        let mut connection = client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        connection.subscribe(&self.channel).await?;
        let (texts, incoming) = mpsc::unbounded_channel();
        tokio::spawn(forward(received, texts));
        let publisher = Publisher {
            connection,
            channel: self.channel.clone(),
        };
        Ok((publisher, incoming))
    }
}

/// Ends with the connection, or when nobody listens any more.
async fn forward(
    mut pushes: mpsc::UnboundedReceiver<PushInfo>,
    texts: mpsc::UnboundedSender<String>,
) {
    while let Some(mut push) = pushes.recv().await {
        match push.kind {
            PushKind::Disconnection => return,
            PushKind::Message => {}
            _ => continue,
        }
        let text = push.data.pop().map(String::from_redis_value);
        // Nodes send only UTF-8; anything else becomes an empty text, which is
        // reported.
        let text = text.and_then(Result::ok).unwrap_or_default();
        if texts.send(text).is_err() {
            return;
        }
    }
}

impl Publisher {
    pub(super) async fn publish(&mut self, texts: &[&str]) -> Result<(), Failure> {
        let mut pipeline = redis::pipe();
        if texts.is_empty() {
            pipeline.cmd("PING");
        }
        for text in texts {
            pipeline.cmd("PUBLISH").arg(&self.channel).arg(text);
        }
        pipeline.exec_async(&mut self.connection).await?;
        Ok(())
    }
}

#[cfg(feature = "tls")]
#[expect(
    clippy::unnecessary_wraps,
    reason = "without the feature it is an error"
)]
fn prepare_tls() -> Result<(), RoomsError> {
    crate::tls::prepare();
    Ok(())
}

#[cfg(not(feature = "tls"))]
fn prepare_tls() -> Result<(), RoomsError> {
    Err(RoomsError::url(
        "`rediss:` is not compiled in; add the feature `tls` to `tornado-web` in Cargo.toml",
    ))
}

fn malformed() -> RoomsError {
    RoomsError::url(
        "a URL of Redis is `redis://user:password@host:port`, with `%40` for an `@` in the \
         password and so on",
    )
}
