//! `Slot`: what an exchange knows about the WebSocket that it has become.

use tornado_core::Exchange;

use crate::WebSocketSender;
use crate::protocol::CloseFrame;

/// What the handshake puts into the exchange.
pub(super) struct Slot {
    pub(super) sender: WebSocketSender,
    pub(super) subprotocol: Option<String>,
    /// How it has ended.
    pub(super) closed: Option<CloseFrame>,
    /// The handler's choice for `TCP_NODELAY`, until it is applied.
    pub(super) nodelay: Option<bool>,
}

impl Slot {
    /// The slot of an open connection.
    ///
    /// # Panics
    ///
    /// Before the handshake.
    #[track_caller]
    pub(super) fn of(exchange: &Exchange) -> &Slot {
        exchange.slot().expect(BEFORE)
    }

    #[track_caller]
    pub(super) fn of_mut(exchange: &mut Exchange) -> &mut Slot {
        exchange.slot_mut().expect(BEFORE)
    }
}

/// Tornado asserts this, too.
const BEFORE: &str = "the WebSocket is there from `open` on, and not in `prepare`";
