//! WebSockets: an echo, and a room.

use tornado_web::prelude::*;
use tornado_web::websocket::{Message, Rooms};

#[derive(Handler)]
#[handler(websocket)]
pub(crate) struct Echo(WebSocketHandler);

impl RequestHandler for Echo {}

impl WebSocket for Echo {
    async fn on_message(&mut self, message: Message) -> Result {
        self.write_message(message).await?;
        Ok(())
    }
}

#[derive(Handler)]
#[handler(websocket)]
pub(crate) struct Room {
    base: WebSocketHandler,
    #[state]
    rooms: Rooms,
}

impl RequestHandler for Room {}

impl WebSocket for Room {
    async fn open(&mut self) -> Result {
        self.rooms.join("all", &self.sender());
        Ok(())
    }

    async fn on_message(&mut self, message: Message) -> Result {
        self.rooms.broadcast("all", message);
        Ok(())
    }
}
