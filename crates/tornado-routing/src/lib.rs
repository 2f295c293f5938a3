//! Tornado's routes (`tornado.routing`), for any Rust server: which rule is for a
//! request, and the way back from a rule to a URL.
//!
//! - [`PathMatches`] is a regular expression of Python's for the whole path; its
//!   groups are arguments. [`HostMatches`], [`DefaultHostMatches`] and
//!   [`AnyMatches`] are Tornado's other matchers, and [`Matcher`] is for your own.
//! - [`Table`] is a list of [`Rule`]s, of which the first that matches wins. What
//!   a rule leads to is a type of yours.
//! - [`Table::reverse`] makes the URL of the rule with a name.
//!
//! It calls no handler, and needs no tornado-web.
//!
//! ```
//! use http::{HeaderMap, Method};
//! use tornado_routing::{PathMatches, RequestHead, Rule, Table, Target};
//!
//! #[derive(Debug, PartialEq)]
//! enum Page { Home, Entry }
//! impl Target for Page {}
//!
//! let routes = Table::new(vec![
//!     Rule::new(PathMatches::new(r"/")?, Page::Home),
//!     Rule::new(PathMatches::new(r"/entry/([^/]+)")?, Page::Entry).name("entry"),
//! ]);
//!
//! let headers = HeaderMap::new();
//! let request = RequestHead::new(&Method::GET, "/entry/a%20b", &headers);
//! let hit = routes.find(&request)?.expect("there is a rule for it");
//! assert_eq!(hit.target(), &Page::Entry);
//! assert_eq!(hit.into_params()?.args(), [Some(b"a b".to_vec())]);
//! assert_eq!(routes.reverse("entry", &["a b"])?, "/entry/a%20b");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it finds a rule
//!
//! The list is not walked:
//!
//! 1. A pattern is parsed as Python has it, and written anew for the engines; many
//!    need none.
//! 2. A table finds the first match: a map for the patterns that are plain text,
//!    one search over all others. Only matchers of one's own and patterns with
//!    look-around and the like are asked one by one. One of these that can't tell
//!    ends the search with a [`MatchError`]: what is behind it may be what it
//!    guards.
//!
//! A route that can never be answered and a name that is given twice are warnings
//! by [`tracing`](https://docs.rs/tracing), under `tornado.application` as
//! Tornado's.
//!
//! # Differences from Tornado
//!
//! - A pattern with look-around, back-references and the like has a million steps
//!   for a path, and is an error then. Python goes on, for hours if need be.
//! - `\b` and `\B` know the words of ASCII alone.
//! - After `(a*)*` a group holds the last round that took something. In Python it
//!   is the empty one behind that.
//! - A `%` in a pattern is text to [`PathMatches::reverse`], too. Tornado fails.
//! - `(?<name>..)` and `\z` are known as well, as Rust writes them.

#![cfg_attr(docsrs, feature(doc_cfg))]

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
