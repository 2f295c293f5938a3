//! Opening a connection, up to the point where commands can be sent.

use std::io;

use bytes::BytesMut;
use redis::{ConnectionAddr, ConnectionInfo, RedisConnectionInfo, RedisError};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::resp::{self, Answers};

pub(super) type Stream = Box<dyn Duplex>;

pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Duplex for S {}

pub(super) async fn open(server: &ConnectionInfo) -> Result<Stream, RedisError> {
    let mut stream: Stream = match server.addr() {
        ConnectionAddr::Tcp(host, port) => {
            let stream = TcpStream::connect((host.as_str(), *port)).await?;
            stream.set_nodelay(true)?;
            Box::new(stream)
        }
        #[cfg(unix)]
        ConnectionAddr::Unix(path) => Box::new(tokio::net::UnixStream::connect(path).await?),
        _ => return Err(io::Error::from(io::ErrorKind::Unsupported).into()),
    };
    introduce(&mut stream, server.redis_settings()).await?;
    Ok(stream)
}

/// Authenticates, and selects the database.
async fn introduce(stream: &mut Stream, settings: &RedisConnectionInfo) -> Result<(), RedisError> {
    let mut commands = Vec::new();
    let mut count = 0;
    let mut add = |command: &[&[u8]]| {
        resp::write(&mut commands, command);
        count += 1;
    };
    match (settings.username(), settings.password()) {
        // Redis 5 has no users. It is asked this way, and so are newer servers
        // if the user is the default one.
        (None | Some("default"), Some(password)) => add(&[b"AUTH", password.as_bytes()]),
        (Some(user), Some(password)) => add(&[b"AUTH", user.as_bytes(), password.as_bytes()]),
        (_, None) => (),
    }
    if settings.db() != 0 {
        add(&[b"SELECT", settings.db().to_string().as_bytes()]);
    }
    stream.write_all(&commands).await?;
    let (mut answers, mut buffer) = (Answers::new(), BytesMut::new());
    while count > 0 {
        match answers.next(&mut buffer)? {
            Some(answer) => {
                redis::parse_redis_value(&answer)?.extract_error()?;
                count -= 1;
            }
            None => read(stream, &mut buffer).await?,
        }
    }
    Ok(())
}

/// Reads some of the available bytes.
pub(super) async fn read(stream: &mut Stream, buffer: &mut BytesMut) -> io::Result<()> {
    // Doubles the buffer, so that a long answer is not moved too often.
    buffer.reserve(buffer.len().max(16 << 10));
    match stream.read_buf(buffer).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}
