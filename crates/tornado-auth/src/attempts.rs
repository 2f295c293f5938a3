//! `Attempts`: a limit on guesses.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};
use tornado_core::http::HeaderValue;
use tornado_core::http::header::RETRY_AFTER;
use tornado_core::{HttpError, Result};

/// A limit on attempts, such as guesses at a password: see
/// [`limit_attempts`](crate::AccountMixin::limit_attempts). It counts in this process only.
/// Clones share the count.
#[derive(Clone)]
pub struct Attempts(Arc<Inner>);

struct Inner {
    most: u32,
    within: Duration,
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    /// When the first was, and how many there were. Names are hashed, since strangers
    /// choose them.
    by_name: HashMap<[u8; 32], (SystemTime, u32)>,
    /// At this size, expired entries are removed.
    tidy_at: usize,
}

impl Attempts {
    /// Allows `most` attempts under one name within `within`, counted from the first attempt.
    #[must_use]
    pub fn new(most: u32, within: Duration) -> Attempts {
        let counted = Mutex::default();
        Attempts(Arc::new(Inner {
            most,
            within,
            counted,
        }))
    }

    pub(crate) fn count(&self, name: &str, now: SystemTime) -> Result {
        let (most, within) = (self.0.most, self.0.within);
        let age = |begin: SystemTime| now.duration_since(begin).unwrap_or_default();
        let mut counted = self.lock();
        if counted.by_name.len() >= counted.tidy_at {
            counted.by_name.retain(|_, (begin, _)| age(*begin) < within);
            counted.tidy_at = 1024.max(2 * counted.by_name.len());
        }
        let name = Sha256::digest(name).into();
        let (begin, count) = counted.by_name.entry(name).or_insert((now, 0));
        if age(*begin) >= within {
            (*begin, *count) = (now, 0);
        }
        if *count < most {
            *count += 1;
            return Ok(());
        }
        let wait = within.saturating_sub(age(*begin)).as_secs() + 1;
        Err(HttpError::new(429)
            .with_detail("Too many attempts. Please try again later.")
            .with_header(RETRY_AFTER, HeaderValue::from(wait))
            .into())
    }

    /// Resets the count of a name, after an attempt was right.
    pub fn forget(&self, name: &str) {
        let name: [u8; 32] = Sha256::digest(name).into();
        self.lock().by_name.remove(&name);
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        // Nothing in there panics half-way through a change.
        let counted = self.0.counted.lock();
        counted.unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempts")
            .field("most", &self.0.most)
            .field("within", &self.0.within)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_tried_too_often_waits() {
        let attempts = Attempts::new(2, Duration::from_secs(60));
        let start = SystemTime::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(attempts.count("kim", at(0)).is_ok());
        assert!(attempts.count("kim", at(59)).is_ok());
        let error = attempts.count("kim", at(59)).unwrap_err();
        assert_eq!(error.status(), 429);
        let header = error
            .http_error()
            .unwrap()
            .headers()
            .next()
            .unwrap()
            .1
            .clone();
        assert_eq!(header, "2");
        assert!(attempts.count("lee", at(59)).is_ok());
        assert!(attempts.count("kim", at(60)).is_ok());
        assert!(attempts.count("kim", at(60)).is_ok());
        assert!(attempts.count("kim", at(60)).is_err());
        attempts.forget("kim");
        assert!(attempts.count("kim", at(60)).is_ok());
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let attempts = Attempts::new(1, Duration::from_secs(60));
        let start = SystemTime::now();
        for number in 0..1024 {
            attempts.count(&number.to_string(), start).unwrap();
        }
        attempts
            .count("late", start + Duration::from_secs(60))
            .unwrap();
        assert_eq!(attempts.0.counted.lock().unwrap().by_name.len(), 1);
    }
}
