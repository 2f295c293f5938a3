//! tokio-websockets, which reads the handshake on its own.

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_websockets::{Message, ServerBuilder};

use crate::Room;

pub(crate) async fn serve(stream: TcpStream, room: Room) {
    let Ok((request, mut socket)) = ServerBuilder::new().accept(stream).await else {
        return;
    };
    if request.uri().path() == "/echo" {
        while let Some(Ok(message)) = socket.next().await {
            if message.is_text() && socket.send(message).await.is_err() {
                return;
            }
        }
        return;
    }
    let mut receiver = crate::enter(&room);
    loop {
        tokio::select! {
            message = socket.next() => match message {
                Some(Ok(message)) if message.is_text() => {
                    crate::tell(&room, &Bytes::from(message.into_payload()));
                }
                Some(Ok(_)) => {}
                _ => return,
            },
            Some(text) = receiver.recv() => {
                if socket.send(Message::text(text)).await.is_err() {
                    return;
                }
            }
        }
    }
}
