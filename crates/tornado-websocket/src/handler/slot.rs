//! `Slot`: what an exchange knows of the WebSocket that it has become.

use tornado_core::Exchange;

use crate::WebSocketSender;
use crate::protocol::CloseFrame;

/// What is put into the exchange at the handshake.
pub(super) struct Slot {
    pub(super) sender: WebSocketSender,
    pub(super) subprotocol: Option<String>,
    /// How it has ended.
    pub(super) closed: Option<CloseFrame>,
    /// What the handler wants of `TCP_NODELAY`, until that is done.
    pub(super) nodelay: Option<bool>,
}

impl Slot {
    /// That of a connection that is there.
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

/// What Tornado asserts, too.
const BEFORE: &str = "the WebSocket is there from `open` on, and not in `prepare`";
