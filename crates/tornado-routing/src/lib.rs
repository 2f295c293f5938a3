//! Tornado's routes (`tornado.routing`), for any Rust server: which rule a
//! request belongs to, and how a rule is turned back into a URL.
//!
//! - [`PathMatches`] is a Python regular expression for the whole path; its
//!   groups are arguments. [`HostMatches`], [`DefaultHostMatches`] and
//!   [`AnyMatches`] are Tornado's other matchers, and [`Matcher`] is for your
//!   own.
//! - [`Table`] is a list of [`Rule`]s, of which the first match wins. What a
//!   rule leads to is a type of yours.
//! - [`Table::reverse`] makes the URL of a named rule.
//!
//! The crate does not call handlers, and works without tornado-web.
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
//! # How a rule is found
//!
//! The list is not walked:
//!
//! 1. A pattern is parsed as in Python, and rewritten for the engines; many
//!    patterns need none.
//! 2. A table finds the first match: a map for the patterns that are plain
//!    text, and one search over all others. Only your own matchers, and
//!    patterns with look-around and the like, are asked one by one. If one of
//!    these can't decide, the search ends with a [`MatchError`]: it may be
//!    guarding the rules after it.
//!
//! A route that can never be reached, and a name that is used twice, are logged
//! as warnings by [`tracing`](https://docs.rs/tracing), under
//! `tornado.application` as in Tornado.
//!
//! # Differences from Tornado
//!
//! - A pattern with look-around, back-references and the like has a million
//!   steps for a path; beyond that is an error. Python continues, for hours if
//!   necessary.
//! - `\b` and `\B` know only ASCII words.
//! - After `(a*)*` a group holds the last round that matched something. In
//!   Python it is the empty round after that.
//! - A `%` in a pattern is plain text to [`PathMatches::reverse`]. Tornado
//!   fails.
//! - `(?<name>..)` and `\z`, as written in Rust, are supported as well.

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
