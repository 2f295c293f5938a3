//! WebSockets: an echo, and a room.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use tokio::sync::mpsc;

/// The senders of everyone in the room.
type Room = Arc<Mutex<Vec<mpsc::Sender<Utf8Bytes>>>>;

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/echo", get(echo))
        .route("/room", get(room))
        .with_state(Room::default())
}

async fn echo(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async |mut socket: WebSocket| {
        while let Some(Ok(message)) = socket.recv().await {
            if let Message::Text(_) = message
                && socket.send(message).await.is_err()
            {
                break;
            }
        }
    })
}

async fn room(upgrade: WebSocketUpgrade, State(room): State<Room>) -> Response {
    upgrade.on_upgrade(async move |mut socket: WebSocket| {
        let (sender, mut receiver) = mpsc::channel(64);
        room.lock().unwrap().push(sender);
        loop {
            tokio::select! {
                message = socket.recv() => match message {
                    Some(Ok(Message::Text(text))) => {
                        let mut room = room.lock().unwrap();
                        room.retain(|sender| sender.try_send(text.clone()).is_ok());
                    }
                    Some(Ok(_)) => {}
                    _ => break,
                },
                Some(text) = receiver.recv() => {
                    if socket.send(Message::Text(text)).await.is_err() {
                        break;
                    }
                }
            }
        }
    })
}
