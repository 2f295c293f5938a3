//! What runs a page.

mod calls;
mod emit;
mod environment;
mod execute;
mod iter;
mod machine;
mod names;
mod question;
mod stock;

pub use environment::Limits;
pub use question::{Answers, Question, QuestionKind};

pub(crate) use environment::Environment;
pub(crate) use machine::{Machine, Step};
