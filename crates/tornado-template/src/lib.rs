//! Tornado's templates (`tornado.template`), for any Rust program: tags, Python's
//! expressions in them, and the same bytes.
//!
//! - [`Loader`] has the templates of a directory, [`DictLoader`] those of a
//!   program, and [`Template`] is one of them. It makes a page of what it is given: a
//!   [`Context`], which [`context!`] writes.
//! - A [`Value`] is one of Python's: made of what Rust has, of anything that serde
//!   can write, or of an [`Object`] with attributes and methods.
//! - A [`Host`] answers what a page can't, such as who the user is. It may wait.
//! - [`Loader::check`] says before the start what will not run.
//!
//! It knows nothing of requests and handlers, and needs no tornado-web.
//!
//! ```
//! use tornado_template::{DictLoader, context};
//!
//! let loader = DictLoader::new([
//!     ("base.html", "<ul>{% block items %}{% end %}</ul>"),
//!     (
//!         "index.html",
//!         r#"{% extends "base.html" %}{% block items %}
//! {% for name in sorted(names) %}<li>{{ name.title() }}</li>{% end %}
//! {% end %}"#,
//!     ),
//! ]);
//! let page = loader.load("index.html")?.generate(context! { names = ["lou <b>", "kim"] })?;
//! assert_eq!(page, "<ul>\n<li>Kim</li><li>Lou &lt;B&gt;</li>\n</ul>");
//! # Ok::<(), tornado_template::Error>(())
//! ```
//!
//! # How a page is made
//!
//! A template and the files that it names are compiled to one list of instructions.
//! They run on a stack, and can stop at any of them: that is how a page waits. So a page
//! borrows nothing of its host, and its future can go from thread to thread.
//!
//! # Differences from Tornado
//!
//! The README of the crate has the list. In short: whole numbers have 64 bits, a page
//! is text, and what a template calls beyond Python's own types is written in Rust.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod builtins;
mod check;
mod compile;
mod error;
mod expr;
#[cfg(feature = "minijinja")]
mod jinja;
mod loader;
mod source;
mod value;
mod vm;

pub use check::{Finding, Known, Level, assert_templates_run};
pub use error::{Error, ErrorKind, Place};
pub use loader::{DictLoader, Host, Loader, Template};
pub use source::Whitespace;
/// Makes a struct an [`Object`]: its fields are attributes.
#[cfg(feature = "macros")]
pub use tornado_macros::TemplateObjectAlone as TemplateObject;
#[cfg(feature = "macros")]
#[doc(hidden)]
pub use tornado_macros::embedded_files as __embedded_files;
#[doc(hidden)]
pub use value::FromArgument;
pub use value::{Args, Context, Each, FromValue, IntoFunction, IntoResult, Object, Printer, Value};
pub use vm::{Answers, Limits, Question, QuestionKind};
