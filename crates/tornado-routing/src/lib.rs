//! Which rule is for a request, and the way back from a rule to a URL (`tornado.routing`).
//!
//! The first rule in the list that matches wins, as in Tornado, but the list is not walked:
//!
//! 1. `syntax` parses Python's regular expressions; `emit` writes them for the engines; `program` runs
//!    the many that need none.
//! 2. `table` finds the first match: a map for the patterns that are plain text, one search over
//!    all others. Only matchers of one's own and patterns with look-around are asked one by one.
//!    One of these that can't tell ends the search with an error: what is behind it may be what it guards.
//! 3. `reverse` makes the URL of a rule.

mod byte_set;
mod emit;
mod engine;
mod error;
mod host;
mod index;
mod matcher;
mod node;
mod path;
mod program;
mod reverse;
mod syntax;
mod table;
mod width;

pub use error::{
    MatchError, MatchErrorKind, PatternError, PatternErrorKind, ReverseError, ReverseErrorKind,
};
pub use host::{DefaultHostMatches, HostMatches, host_name};
pub use matcher::{AnyMatches, Matcher, PathParams, RequestHead};
pub use path::{PathMatches, unescape_group};
pub use table::{Hit, Matches, ReversibleRouter, Rule, Table, Target};
