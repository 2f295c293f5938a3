//! `SlowReaders`: what happens to messages that are not taken.

/// What happens to a message for a client that reads too slowly, once its queue is full; the
/// setting [`websocket_slow_readers`](crate::WebSocketSettings::websocket_slow_readers).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlowReaders {
    /// The writer waits for room. A message for a room does not wait, since one client would then
    /// hold up all others; that client is closed, as with [`Close`](Self::Close).
    #[default]
    Wait,
    /// The message is dropped.
    DropNewest,
    /// The messages that have waited longest are dropped.
    DropOldest,
    /// Everything that waits is dropped, and the connection is closed with 1013, *try again later*.
    Close,
}

impl SlowReaders {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            SlowReaders::Wait => "wait",
            SlowReaders::DropNewest => "drop_newest",
            SlowReaders::DropOldest => "drop_oldest",
            SlowReaders::Close => "close",
        }
    }

    pub(crate) fn from_text(text: &str) -> Option<SlowReaders> {
        use SlowReaders::{Close, DropNewest, DropOldest, Wait};
        let all = [Wait, DropNewest, DropOldest, Close];
        all.into_iter().find(|policy| policy.as_str() == text)
    }
}
