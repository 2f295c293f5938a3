//! `Wire`: what the stream and the service of one connection tell each other.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

/// Why a message can't be read; for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Malformed(Cow<'static, str>);

impl Malformed {
    pub(super) const fn new(why: &'static str) -> Malformed {
        Malformed(Cow::Borrowed(why))
    }

    pub(super) fn because(why: String) -> Malformed {
        Malformed(Cow::Owned(why))
    }
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the service has to know of a head that hyper does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Special {
    /// The head is none. What hyper reads in its place leads to this answer.
    BadRequest,
    HeadTooLarge,
    /// It asks for another protocol.
    Upgrade,
    /// It came as HTTP/1.0, although hyper sees HTTP/1.1.
    Http10,
}

/// How a connection ends after the response that is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Verdict {
    None,
    /// The 400 of hyper becomes Tornado's, which is a line.
    BareBadRequest,
    /// The response is not sent.
    Silence,
}

/// Both sides run in one task; the atomics are what makes that safe to say.
#[derive(Debug, Default)]
pub(in crate::server) struct Wire {
    /// How many heads hyper has read, and has had answered in full.
    called: AtomicU32,
    answered: AtomicU32,
    verdict: AtomicU8,
    specials: AtomicU32,
    /// Whether the stream waits.
    waiting: AtomicBool,
    rare: Mutex<Rare>,
}

#[derive(Debug, Default)]
struct Rare {
    /// By the number of the head.
    specials: VecDeque<(u32, Special)>,
    /// The protocol was changed: what follows is not HTTP.
    upgraded: bool,
    /// The stream waits for an answer.
    waker: Option<Waker>,
}

impl Wire {
    pub(super) fn called(&self) -> u32 {
        self.called.load(Relaxed)
    }

    pub(super) fn answered(&self) -> u32 {
        self.answered.load(Relaxed)
    }

    /// hyper has read the next head; gives what is special about it.
    #[inline]
    pub(super) fn call(&self) -> Option<Special> {
        let number = self.called();
        self.called.store(number.wrapping_add(1), Relaxed);
        if self.specials.load(Relaxed) == 0 {
            return None;
        }
        let mut rare = self.rare();
        rare.specials
            .pop_front_if(|(of, _)| *of == number)
            .map(|(_, special)| {
                self.specials
                    .store(self.specials.load(Relaxed) - 1, Relaxed);
                special
            })
    }

    /// The head of this number is special.
    pub(super) fn mark(&self, number: u32, special: Special) {
        self.rare().specials.push_back((number, special));
        self.specials
            .store(self.specials.load(Relaxed) + 1, Relaxed);
    }

    /// A response is complete, as far as the application is concerned.
    #[inline]
    pub(super) fn answer(&self) {
        self.answered
            .store(self.answered().wrapping_add(1), Relaxed);
        self.wake();
    }

    /// The response to a request for another protocol is complete.
    pub(super) fn answer_upgrade(&self, upgraded: bool) {
        self.rare().upgraded = upgraded;
        self.answer();
    }

    /// Wakes the stream, if it waits for an answer to come or to be sent.
    #[inline]
    pub(super) fn wake(&self) {
        if self.waiting.load(Relaxed) {
            self.wake_now();
        }
    }

    #[cold]
    fn wake_now(&self) {
        self.waiting.store(false, Relaxed);
        if let Some(waker) = self.rare().waker.take() {
            waker.wake();
        }
    }

    pub(super) fn is_upgraded(&self) -> bool {
        self.rare().upgraded
    }

    pub(super) fn wait(&self, waker: &Waker) {
        self.rare().waker = Some(waker.clone());
        self.waiting.store(true, Relaxed);
    }

    #[inline]
    pub(super) fn verdict(&self) -> Verdict {
        match self.verdict.load(Relaxed) {
            0 => Verdict::None,
            1 => Verdict::BareBadRequest,
            _ => Verdict::Silence,
        }
    }

    pub(super) fn set_verdict(&self, verdict: Verdict) {
        self.verdict.store(verdict as u8, Relaxed);
    }

    fn rare(&self) -> MutexGuard<'_, Rare> {
        // Nothing panics while it is held, so poison would say nothing.
        self.rare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
