//! `Panicked`: a panic as the error of a request.

use std::error::Error as StdError;
use std::fmt;

/// The message and place of a panic.
#[derive(Debug)]
pub(crate) struct Panicked {
    message: String,
    /// `file:line:column`, if known.
    place: Option<String>,
}

impl Panicked {
    pub(crate) fn new(message: impl Into<String>, place: Option<String>) -> Panicked {
        Panicked {
            message: message.into(),
            place,
        }
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "panicked at {place}: {}", self.message),
            None => write!(f, "panicked: {}", self.message),
        }
    }
}

impl StdError for Panicked {}
