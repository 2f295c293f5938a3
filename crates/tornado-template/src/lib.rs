//! Tornado's templates (`tornado.template`), for any Rust program.

mod builtins;
mod compile;
mod error;
mod expr;
mod loader;
mod source;
mod value;
mod vm;

pub use error::{Error, ErrorKind, Place};
pub use loader::{DictLoader, Host, Loader, Template};
pub use source::Whitespace;
pub use value::{
    Args, Context, Each, FromValue, IntoFunction, IntoResult, Object, Printer, Value,
};
pub use vm::{Limits, Question, QuestionKind};
