//! Tornado's escaping of HTML, JSON and URLs (`tornado.escape`), byte for byte,
//! for any Rust program.
//!
//! - [`xhtml_escape`] makes text safe within HTML and XML.
//! - [`linkify`] makes HTML of plain text, with a link for each URL in it;
//!   [`Linkify`] has its options.
//! - [`json_encode`] and [`json_decode`] write and read JSON. What they write is
//!   what Python's `json.dumps` writes, and safe in a `<script>`.
//! - [`url_escape`] and [`url_unescape`] are for queries and paths of URLs.
//! - [`squeeze`] makes one space of each run of white space.
//!
//! It is functions of text, and needs no tornado-web.
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
//! A float that is no number, or infinite, is `null` to [`json_encode`]. Python
//! writes `NaN` and `Infinity`, which are no JSON.

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
