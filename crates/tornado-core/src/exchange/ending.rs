//! `Ending`: how a hook has asked for the request to end.

use super::Exchange;
use crate::chunk::Chunk;
use crate::error::Error;

/// The dispatcher carries out the end of a request when the hook that asked for
/// it returns. So the outermost handler carries it out, whichever class has
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
    /// Ends the request as soon as the running hook returns. It is ignored
    /// after a mistake that would have stopped the hook in Python.
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

    /// The next step in ending the request.
    pub(crate) fn take_ending(&mut self) -> Option<Ending> {
        self.0.ending.take()
    }

    /// Whether the end has been carried out, not only requested.
    pub(crate) fn has_ended(&self) -> bool {
        self.0.response.finished
    }
}
