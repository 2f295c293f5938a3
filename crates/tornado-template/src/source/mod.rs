//! The text of a template: tags and the text between them.

mod parse;
mod whitespace;

pub use whitespace::Whitespace;

pub(crate) use parse::{Control, Node, Source, parse};
