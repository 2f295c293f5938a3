//! One finding.

use std::fmt;

/// How certain it is that a page will not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Something that the page needs from the program.
    Needs,
    /// It may be wrong.
    Warning,
    /// It will not run.
    Error,
}

/// Something that [`Loader::check`](crate::Loader::check) has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub(super) level: Level,
    pub(super) code: &'static str,
    pub(super) filename: String,
    pub(super) lineno: u32,
    pub(super) message: String,
}

impl Finding {
    /// How certain it is.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// The kind of finding, in one word: `expression`, `name`, `module`, `import`, `method`,
    /// `file`, `python2`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The template.
    #[must_use]
    pub fn filename(&self) -> &str {
        &self.filename
    }

    /// The line in it, from 1.
    #[must_use]
    pub fn lineno(&self) -> u32 {
        self.lineno
    }

    /// What is wrong, and what to do.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// `index.html:3: module: there is no UI module Entri; did you mean Entry?`
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding {
            filename,
            lineno,
            code,
            message,
            ..
        } = self;
        write!(f, "{filename}:{lineno}: {code}: {message}")
    }
}
