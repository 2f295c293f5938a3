//! A chat with rooms.
//!
//! Run it and open <http://localhost:8888/> in two tabs. With
//! `ROOMS=redis://localhost`, or a PostgreSQL URL, several processes form one chat.

// ANCHOR: program
use std::time::Duration;

use serde_json::json;
use tornado_web::prelude::*;
use tornado_web::websocket::{CompressionOptions, Message, Rooms};

#[derive(Handler)]
struct PageHandler(Exchange);

impl RequestHandler for PageHandler {
    async fn get(&mut self) -> Result {
        self.write(include_str!("chat.html"));
        Ok(())
    }
}

// ANCHOR: handler
#[derive(Handler)]
#[handler(websocket)]
struct ChatHandler {
    base: WebSocketHandler,
    #[state]
    rooms: Rooms,
    #[default]
    room: String,
    #[default]
    name: String,
}

impl RequestHandler for ChatHandler {
    /// Reports errors while there is still a response, before the WebSocket.
    async fn prepare(&mut self) -> Result {
        self.room = self.path_args_as()?;
        self.name = self.get_argument("name")?;
        Ok(())
    }
}

impl WebSocket for ChatHandler {
    async fn open(&mut self) -> Result {
        self.rooms.join(&self.room, &self.sender());
        self.tell(json!({ "joined": self.name }));
        Ok(())
    }

    async fn on_message(&mut self, message: Message) -> Result {
        if let Some(text) = message.as_text() {
            self.tell(json!({ "name": self.name, "text": text }));
        }
        Ok(())
    }

    async fn on_close(&mut self) -> Result {
        self.tell(json!({ "left": self.name }));
        Ok(())
    }

    fn get_compression_options(&self) -> Option<CompressionOptions> {
        // A message for a room is compressed once, for all.
        Some(CompressionOptions::new().no_context_takeover(true))
    }
}

impl ChatHandler {
    /// Sends to everyone in the room.
    fn tell(&self, message: serde_json::Value) {
        self.rooms.broadcast(&self.room, message);
    }
}
// ANCHOR_END: handler

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // ANCHOR: nodes
    let rooms = match std::env::var("ROOMS") {
        Ok(url) => Rooms::connect(&url, "chat").await?, // other nodes share the same rooms
        Err(_) => Rooms::new(),
    };
    // ANCHOR_END: nodes
    let settings = Settings::new()
        .state(rooms)
        .websocket_ping_interval(Duration::from_secs(20))
        .websocket_max_message_size(4096);
    let app = Application::new(
        [
            url("/", PageHandler),
            route::<ChatHandler>("/rooms/([a-z]+)"),
        ],
        settings,
    )?;
    app.listen(env_port(8888)).await?;
    Ok(())
}
// ANCHOR_END: program
