//! `Pulse`: what the socket, the service and the watch of one connection tell
//! each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

/// Counters that only increase, where all that matters is that they change, and
/// the current activity. The requests of HTTP/2 run in separate tasks; nothing
/// else depends on the order in which these are seen.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    /// Requests that are being answered.
    in_flight: AtomicU32,
    /// Requests whose bodies have not been read to the end.
    arriving: AtomicU32,
    /// Responses of which hyper has a piece and is not asking for the next.
    waiting: AtomicU32,
    answered: AtomicU32,
    reads: AtomicU32,
    /// The value of `reads` when the last request arrived.
    reads_of_request: AtomicU32,
    progress: AtomicU32,
    /// The client is not taking bytes.
    blocked: AtomicBool,
    /// The client will send no more.
    ended: AtomicBool,
    /// The body of a request was left unread.
    unread: AtomicBool,
    /// It speaks another protocol now.
    upgraded: AtomicBool,
}

impl Pulse {
    pub(super) fn in_flight(&self) -> u32 {
        self.in_flight.load(Relaxed)
    }

    /// Whether a body is still to be read, or has not been read to its end.
    pub(super) fn is_arriving(&self) -> bool {
        self.arriving.load(Relaxed) > 0
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.waiting.load(Relaxed) > 0
    }

    /// How many responses are complete.
    pub(super) fn answered(&self) -> u32 {
        self.answered.load(Relaxed)
    }

    /// How often something has been read.
    pub(super) fn reads(&self) -> u32 {
        self.reads.load(Relaxed)
    }

    /// How often part of a response has moved on.
    pub(super) fn progress(&self) -> u32 {
        self.progress.load(Relaxed)
    }

    pub(super) fn is_blocked(&self) -> bool {
        self.blocked.load(Relaxed)
    }

    pub(super) fn is_ended(&self) -> bool {
        self.ended.load(Relaxed)
    }

    /// Whether the client may be sending what nobody reads: the rest of a body,
    /// or bytes that are not a request.
    pub(super) fn is_unread(&self) -> bool {
        self.unread.load(Relaxed) || self.reads() != self.reads_of_request.load(Relaxed)
    }

    pub(super) fn is_upgraded(&self) -> bool {
        self.upgraded.load(Relaxed)
    }

    #[inline]
    pub(super) fn read(&self) {
        self.reads
            .store(self.reads.load(Relaxed).wrapping_add(1), Relaxed);
    }

    #[inline]
    pub(super) fn wrote(&self) {
        self.progress.fetch_add(1, Relaxed);
        self.blocked.store(false, Relaxed);
    }

    pub(super) fn block(&self) {
        self.blocked.store(true, Relaxed);
    }

    pub(super) fn end(&self) {
        self.ended.store(true, Relaxed);
    }

    pub(super) fn upgrade(&self) {
        self.upgraded.store(true, Relaxed);
    }
}

/// One request that is being answered, until this is dropped.
#[derive(Debug)]
pub(super) struct Flight(Arc<Pulse>);

impl Flight {
    #[inline]
    pub(super) fn begin(pulse: &Arc<Pulse>) -> Flight {
        pulse.in_flight.fetch_add(1, Relaxed);
        pulse.reads_of_request.store(pulse.reads(), Relaxed);
        Flight(Arc::clone(pulse))
    }

    pub(super) fn pulse(&self) -> &Pulse {
        &self.0
    }
}

impl Drop for Flight {
    #[inline]
    fn drop(&mut self) {
        self.0.answered.fetch_add(1, Relaxed);
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}

/// The body of an arriving request, until this is dropped.
#[derive(Debug)]
pub(super) struct Arrival {
    pulse: Arc<Pulse>,
    /// All of it has arrived.
    pub(super) complete: bool,
}

impl Arrival {
    pub(super) fn begin(pulse: &Arc<Pulse>) -> Arrival {
        pulse.arriving.fetch_add(1, Relaxed);
        Arrival {
            pulse: Arc::clone(pulse),
            complete: false,
        }
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        if !self.complete {
            self.pulse.unread.store(true, Relaxed);
        }
        self.pulse.arriving.fetch_sub(1, Relaxed);
    }
}

/// A piece of a response that hyper holds, until it asks for the next.
#[derive(Debug)]
pub(super) struct Piece(bool);

impl Piece {
    pub(super) fn none() -> Piece {
        Piece(false)
    }

    pub(super) fn taken(&mut self, pulse: &Pulse) {
        self.0 = true;
        pulse.waiting.fetch_add(1, Relaxed);
    }

    pub(super) fn gone(&mut self, pulse: &Pulse) {
        if std::mem::take(&mut self.0) {
            pulse.waiting.fetch_sub(1, Relaxed);
            pulse.progress.fetch_add(1, Relaxed);
        }
    }
}
