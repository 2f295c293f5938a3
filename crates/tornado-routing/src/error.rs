//! The errors of a pattern, of matching one, and of turning one back into a URL.

use std::{error::Error, fmt};

/// A pattern that cannot be a route.
///
/// Returned when the pattern is compiled, at start-up. The message names the pattern and what is
/// wrong with it.
///
/// ```
/// use tornado_routing::{PathMatches, PatternErrorKind};
///
/// let error = PathMatches::new(r"/(?P<year>\d+)/(\d+)").unwrap_err();
/// assert_eq!(error.kind(), PatternErrorKind::MixedGroups);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    kind: PatternErrorKind,
    pattern: String,
    reason: String,
}

/// What is wrong with a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PatternErrorKind {
    /// It is not a valid regular expression.
    Syntax,
    /// It has both named and unnamed groups.
    MixedGroups,
    /// It is a valid Python regular expression, but the engines here cannot run it, or not within
    /// their limits.
    Unsupported,
}

impl PatternError {
    pub(crate) fn new(
        kind: PatternErrorKind,
        pattern: &str,
        reason: impl Into<String>,
    ) -> PatternError {
        PatternError {
            kind,
            pattern: pattern.to_owned(),
            reason: reason.into(),
        }
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> PatternErrorKind {
        self.kind
    }

    /// The pattern, as it was written.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PatternError {
            kind,
            pattern,
            reason,
        } = self;
        match kind {
            PatternErrorKind::Syntax => {
                write!(
                    f,
                    "the pattern '{pattern}' is no regular expression: {reason}"
                )
            }
            PatternErrorKind::MixedGroups => write!(
                f,
                "groups in url regexes must either be all named or all positional: '{pattern}'"
            ),
            PatternErrorKind::Unsupported => {
                write!(f, "the pattern '{pattern}' cannot be used: {reason}")
            }
        }
    }
}

impl Error for PatternError {}

/// It can't be decided whether a rule matches a request.
///
/// Patterns with look-around, back-references and the like have a limit on the steps, which a path
/// may exceed. An application then answers with a 500. No later rule gets the request, since the
/// undecided rule may be guarding them.
///
/// ```
/// use tornado_routing::{MatchErrorKind, PathMatches};
///
/// let slow = PathMatches::new(r"/(?:a|a)*(?=b).*")?;
/// assert_eq!(slow.is_match(b"/aab"), Ok(true));
/// let error = slow.is_match(format!("/{}", "a".repeat(40)).as_bytes()).unwrap_err();
/// assert_eq!(error.kind(), MatchErrorKind::GaveUp);
/// # Ok::<(), tornado_routing::PatternError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchError(Box<Inner>);

/// Boxed, so that a fallible result is no larger than an infallible one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: MatchErrorKind,
    message: String,
}

/// Why it can't be decided whether a rule matches a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MatchErrorKind {
    /// A pattern exceeded its limit on steps.
    GaveUp,
    /// One of the application's own matchers could not decide.
    Other,
}

impl MatchError {
    /// The error of your own [`Matcher`](crate::Matcher).
    ///
    /// ```
    /// use tornado_routing::{MatchError, MatchErrorKind};
    ///
    /// let error = MatchError::other("the list of tenants is not loaded");
    /// assert_eq!(error.kind(), MatchErrorKind::Other);
    /// ```
    #[must_use]
    pub fn other(message: impl Into<String>) -> MatchError {
        MatchError::new(MatchErrorKind::Other, message.into())
    }

    pub(crate) fn gave_up(pattern: &str, reason: &dyn Error) -> MatchError {
        let message = format!(
            "the pattern '{pattern}' gave up, so nobody knows whether it matches; \
             one without look-around and back-references can't give up: {reason}"
        );
        MatchError::new(MatchErrorKind::GaveUp, message)
    }

    fn new(kind: MatchErrorKind, message: String) -> MatchError {
        MatchError(Box::new(Inner { kind, message }))
    }

    /// Why it can't be decided.
    #[must_use]
    pub fn kind(&self) -> MatchErrorKind {
        self.0.kind
    }
}

impl fmt::Display for MatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl Error for MatchError {}

/// The URL of a route could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReverseError {
    kind: ReverseErrorKind,
    message: String,
}

/// Why the URL of a route could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReverseErrorKind {
    /// No route has the name (Tornado: `KeyError`).
    UnknownName,
    /// The arguments do not match the pattern's groups (Tornado: `AssertionError`).
    Arguments,
    /// The pattern has parts outside its groups that are not plain text, or nested groups (Tornado:
    /// `ValueError`).
    Irreversible,
    /// One of the application's own matchers refused.
    Other,
}

impl ReverseError {
    /// The error of your own [`Matcher`](crate::Matcher).
    #[must_use]
    pub fn other(message: impl Into<String>) -> ReverseError {
        ReverseError {
            kind: ReverseErrorKind::Other,
            message: message.into(),
        }
    }

    pub(crate) fn unknown_name(name: &str, mut known: Vec<&str>) -> ReverseError {
        known.sort_unstable();
        let known = known.join(", ");
        let message = format!("{name} not found in named urls ({known})");
        ReverseError {
            kind: ReverseErrorKind::UnknownName,
            message,
        }
    }

    pub(crate) fn arguments(pattern: &str, needed: usize, given: usize) -> ReverseError {
        let message = format!(
            "required number of arguments not found: the pattern '{pattern}' takes {needed}, not {given}"
        );
        ReverseError {
            kind: ReverseErrorKind::Arguments,
            message,
        }
    }

    pub(crate) fn missing(pattern: &str, name: &str) -> ReverseError {
        let message = format!("no argument '{name}' for the pattern '{pattern}'");
        ReverseError {
            kind: ReverseErrorKind::Arguments,
            message,
        }
    }

    pub(crate) fn irreversible(pattern: &str) -> ReverseError {
        let message = format!("Cannot reverse url regex {pattern}");
        ReverseError {
            kind: ReverseErrorKind::Irreversible,
            message,
        }
    }

    /// Why it failed.
    #[must_use]
    pub fn kind(&self) -> ReverseErrorKind {
        self.kind
    }
}

impl fmt::Display for ReverseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for ReverseError {}
