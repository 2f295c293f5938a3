//! PostgreSQL: `NOTIFY` and `LISTEN`, on one connection.

use std::future::poll_fn;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls, Socket, Statement};

use super::{Failure, PATIENCE, RoomsError};

pub(super) struct Server {
    config: Config,
    tls: Tls,
    channel: String,
}

enum Tls {
    None,
    #[cfg(feature = "postgres-tls")]
    Verified(tokio_postgres_rustls::MakeRustlsConnect),
}

pub(super) struct Publisher {
    client: Client,
    notify: Statement,
    channel: String,
    node: String,
    /// How many messages were sent in parts.
    parted: u64,
}

/// The longest text of a notification.
const LONGEST: usize = 7999;

/// How much of a longer one goes into each of its parts. The text before it is shorter than the
/// difference.
const PART: usize = 7900;

impl Server {
    pub(super) fn of(url: &str, channel: &str) -> Result<Server, RoomsError> {
        // The client knows only `require`, and is then as strict as libpq's strictest mode.
        let known = url
            .replace("sslmode=verify-full", "sslmode=require")
            .replace("sslmode=verify-ca", "sslmode=require");
        // The error may quote the URL, including the password.
        let mut config: Config = known.parse().map_err(|_| {
            RoomsError::url(
                "a URL of PostgreSQL is `postgres://user:password@host:port/database`, with `%40` \
                 for an `@` in the password and so on",
            )
        })?;
        if config.get_application_name().is_none() {
            config.application_name("tornado-web rooms");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        let tls = match config.get_ssl_mode() {
            SslMode::Require => verified()?,
            _ => Tls::None,
        };
        Ok(Server {
            config,
            tls,
            channel: channel.to_owned(),
        })
    }

    pub(super) async fn connect(
        &self,
        node: &str,
    ) -> Result<(Publisher, mpsc::UnboundedReceiver<String>), Failure> {
        match &self.tls {
            Tls::None => self.connect_by(NoTls, node).await,
            #[cfg(feature = "postgres-tls")]
            Tls::Verified(tls) => self.connect_by(tls.clone(), node).await,
        }
    }

    async fn connect_by<T>(
        &self,
        tls: T,
        node: &str,
    ) -> Result<(Publisher, mpsc::UnboundedReceiver<String>), Failure>
    where
        T: MakeTlsConnect<Socket>,
        T::Stream: Send + Unpin + 'static,
    {
        let (client, connection) = self.config.connect(tls).await?;
        let (texts, incoming) = mpsc::unbounded_channel();
        tokio::spawn(forward(connection, texts));
        let quoted = self.channel.replace('"', "\"\"");
        client
            .batch_execute(&format!("LISTEN \"{quoted}\""))
            .await?;
        let notify = client
            .prepare("SELECT count(pg_notify($1, text)) FROM unnest($2::text[]) AS text")
            .await?;
        let publisher = Publisher {
            client,
            notify,
            channel: self.channel.clone(),
            node: node.to_owned(),
            parted: 0,
        };
        Ok((publisher, incoming))
    }
}

/// Moves the bytes of the connection until it ends, and receives notifications.
async fn forward<S, T>(mut connection: Connection<S, T>, texts: mpsc::UnboundedSender<String>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    let mut parts = Parts::default();
    // The publisher sees an error as well, or checks whether the server is there.
    while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
        if let AsyncMessage::Notification(notification) = message
            && let Some(text) = parts.take(notification.payload())
            && texts.send(text).is_err()
        {
            return;
        }
    }
}

impl Publisher {
    pub(super) async fn publish(&mut self, texts: &[&str]) -> Result<(), Failure> {
        let mut payloads = Vec::with_capacity(texts.len());
        for text in texts {
            if text.len() <= LONGEST {
                payloads.push((*text).to_owned());
                continue;
            }
            self.parted += 1;
            payloads.extend(split(text, &format!("{}.{}", self.node, self.parted)));
        }
        // In one transaction, so that nothing else comes between the parts.
        let params = &[&self.channel as _, &payloads as _];
        self.client.query_one(&self.notify, params).await?;
        Ok(())
    }
}

/// The parts of a text: `0/2 key ..`, `1/2 key ..`.
fn split(text: &str, key: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, others) = rest.split_at(rest.floor_char_boundary(PART));
        pieces.push(piece);
        rest = others;
    }
    let count = pieces.len();
    let parts = pieces.iter().enumerate();
    parts
        .map(|(index, piece)| format!("{index}/{count} {key} {piece}"))
        .collect()
}

/// Reassembles texts.
#[derive(Default)]
struct Parts {
    key: String,
    /// How many of its parts have arrived.
    here: usize,
    text: String,
}

impl Parts {
    /// The text that this payload completes.
    fn take(&mut self, payload: &str) -> Option<String> {
        let Some((index, count, key, piece)) = read_part(payload) else {
            return Some(payload.to_owned());
        };
        if index == 0 {
            self.key = key.to_owned();
            self.here = 0;
            self.text.clear();
        }
        // One that began before this node listened stays unread.
        if self.key != key || self.here != index {
            return None;
        }
        self.text.push_str(piece);
        self.here += 1;
        if self.here < count {
            return None;
        }
        self.key.clear();
        Some(std::mem::take(&mut self.text))
    }
}

fn read_part(payload: &str) -> Option<(usize, usize, &str, &str)> {
    let (place, rest) = payload.split_once(' ')?;
    let (index, count) = place.split_once('/')?;
    let (key, piece) = rest.split_once(' ')?;
    Some((index.parse().ok()?, count.parse().ok()?, key, piece))
}

#[cfg(feature = "postgres-tls")]
fn verified() -> Result<Tls, RoomsError> {
    crate::tls::prepare();
    match tokio_postgres_rustls::MakeRustlsConnect::with_native_certs() {
        // On many systems some of the certificates can't be read; the others
        // can.
        Ok((tls, _)) => Ok(Tls::Verified(tls)),
        Err(_) => Err(RoomsError::url(crate::tls::NO_CERTIFICATES)),
    }
}

#[cfg(not(feature = "postgres-tls"))]
fn verified() -> Result<Tls, RoomsError> {
    Err(RoomsError::url(
        "`sslmode` asks for TLS, which is not compiled in; add the feature `postgres-tls` to \
         `tornado-web` in Cargo.toml",
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_split_is_put_together(seed in "[a-zé€😀]{1,40}", times in 1..2000usize) {
            let text = seed.repeat(times);
            let parts = split(&text, "node.1");
            let mut reader = Parts::default();
            let (last, before) = parts.split_last().unwrap();
            for part in before {
                prop_assert!(part.len() <= LONGEST);
                prop_assert_eq!(reader.take(part), None);
            }
            prop_assert_eq!(reader.take(last), Some(text));
        }

        #[test]
        fn any_payload_is_read(payload: String) {
            let _ = Parts::default().take(&payload);
        }
    }

    #[test]
    fn a_text_without_its_beginning_is_left_out() {
        let mut reader = Parts::default();
        assert_eq!(reader.take("1/2 a.1 b"), None);
        assert_eq!(reader.take("0/2 a.2 c"), None);
        assert_eq!(reader.take("1/2 a.3 d"), None);
        assert_eq!(reader.take("{}").as_deref(), Some("{}"));
        assert_eq!(reader.take("1/2 a.2 e").as_deref(), Some("ce"));
    }
}
