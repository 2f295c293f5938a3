//! Tornado's escaping of HTML, JSON and URLs (`tornado.escape`), byte for byte,
//! for any Rust program.
//!
//! - [`xhtml_escape`] makes text safe within HTML and XML.
//! - [`linkify`] turns plain text into HTML in which each URL is a link;
//!   [`Linkify`] has its options.
//! - [`json_encode`] and [`json_decode`] write and read JSON. The output is
//!   that of Python's `json.dumps`, and safe inside a `<script>`.
//! - [`url_escape`] and [`url_unescape`] are for the queries and paths of URLs.
//! - [`squeeze`] collapses each run of white space into one space.
//!
//! The crate is functions on text, and works without tornado-web.
//!
//! ```
//! use tornado_escape::{linkify, url_escape, xhtml_escape};
//!
//! let comment = "<b>see www.example.com";
//! assert_eq!(xhtml_escape(comment), "&lt;b&gt;see www.example.com");
//! assert_eq!(
//!     linkify(comment),
//!     "&lt;b&gt;see <a href=\"http://www.example.com\">www.example.com</a>"
//! );
//! assert_eq!(url_escape(comment, true), "%3Cb%3Esee+www.example.com");
//! ```
//!
//! # Differences from Tornado
//!
//! [`json_encode`] writes `null` for a float that is infinite or NaN. Python
//! writes `NaN` and `Infinity`, which are not valid JSON.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod html;
mod json;
mod linkify;
mod squeeze;
mod text;
mod url;

pub use html::{xhtml_escape, xhtml_unescape};
pub use json::{json_decode, json_encode};
pub use linkify::{Linkify, linkify};
pub use squeeze::squeeze;
pub use text::{to_unicode, utf8};
pub use url::{url_escape, url_escape_bytes, url_unescape};
