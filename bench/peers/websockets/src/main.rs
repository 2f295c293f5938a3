//! WebSockets by `$CRATE`, tokio-websockets or yawc: an echo at `/echo`, and a room
//! at `/room`, where each message goes to all.

mod tokio_websockets;
mod yawc;

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::sync::mpsc;

/// The senders of everyone in it.
type Room = Arc<Mutex<Vec<mpsc::Sender<Bytes>>>>;

fn enter(room: &Room) -> mpsc::Receiver<Bytes> {
    let (sender, receiver) = mpsc::channel(64);
    room.lock().unwrap().push(sender);
    receiver
}

fn tell(room: &Room, text: &Bytes) {
    let mut room = room.lock().unwrap();
    room.retain(|sender| sender.try_send(text.clone()).is_ok());
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = std::env::var("PORT")?.parse()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let room = Room::default();
    let by_yawc = std::env::var("CRATE")? == "yawc";
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let room = Arc::clone(&room);
        if by_yawc {
            tokio::spawn(yawc::serve(stream, room));
        } else {
            tokio::spawn(tokio_websockets::serve(stream, room));
        }
    }
}
