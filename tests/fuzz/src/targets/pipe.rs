//! A connection to an application, in memory.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex, split};
use tornado_web::{Application, ConnectionInfo};

/// What the application answers to these bytes over a connection that holds `size` bytes at
/// a time.
pub(super) async fn talk(
    application: &Application,
    connection: ConnectionInfo,
    input: &[u8],
    size: usize,
) -> Vec<u8> {
    let (client, server) = duplex(size);
    let serving = application.handle_stream(server, connection);
    tokio::join!(serving, ask(client, input)).1
}

async fn ask(client: DuplexStream, input: &[u8]) -> Vec<u8> {
    let (mut reader, mut writer) = split(client);
    let writing = async {
        // The server may have closed before.
        let _ = writer.write_all(input).await;
        let _ = writer.shutdown().await;
    };
    let mut output = Vec::new();
    let reading = reader.read_to_end(&mut output);
    let (read, ()) = tokio::join!(reading, writing);
    read.expect("a pipe has no errors");
    output
}
