//! `Ending`: how a hook has asked for the request to end.

use super::Exchange;
use crate::chunk::Chunk;
use crate::error::Error;

/// What ends a request is done by the dispatcher when the hook that has asked
/// for it returns: so it is done by the outermost handler, whichever class has
/// asked.
#[derive(Debug)]
pub(crate) enum Ending {
    /// `finish(chunk)`.
    Finish(Option<Chunk>),
    /// `redirect(url, status)`.
    Redirect { url: String, status: u16 },
    /// The redirect to the login URL.
    Login,
    /// `send_error(status, reason)`.
    SendError { status: u16, reason: Option<String> },
    /// The page that `send_error` makes, unless a handler has overridden it.
    ErrorPage { status: u16, reason: Option<String> },
}

impl Exchange {
    /// Ends the request, as soon as the hook that is running returns. After a
    /// mistake that would have stopped the hook in Python, that counts.
    #[track_caller]
    pub(crate) fn end(&mut self, ending: Ending) {
        if self.0.raised.is_some() || self.refuses_changes() {
            return;
        }
        if self.is_finished() {
            return self.raise(Error::msg("finish() called twice"));
        }
        self.0.ending = Some(ending);
    }

    /// What is to be done next to end the request.
    pub(crate) fn take_ending(&mut self) -> Option<Ending> {
        self.0.ending.take()
    }

    /// Whether its end is done, not only asked for.
    pub(crate) fn has_ended(&self) -> bool {
        self.0.response.finished
    }
}
