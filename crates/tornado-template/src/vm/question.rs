//! What a page asks its host.

use std::fmt;
use std::sync::Arc;

use crate::value::{Args, Object, Value};

/// Something that a page can't answer itself: a name that it was not given, or
/// what a [remote](crate::Value::remote) value is and does.
#[derive(Debug)]
pub struct Question {
    pub(crate) kind: QuestionKind,
    pub(crate) path: Arc<str>,
    pub(crate) args: Args,
    pub(crate) object: Option<Arc<dyn Object>>,
}

/// What kind of question it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QuestionKind {
    /// What is the name `path`?
    Name,
    /// What is the attribute `path`, such as `handler.request`?
    Attribute,
    /// What does the call of `path` give, such as `handler.get_argument`?
    Call,
    /// What does the method `path` of an [`object`](Question::object) give?
    Method,
}

impl Question {
    /// A question of a kind, for an engine that asks by itself; it has no
    /// [`object`](Self::object).
    #[must_use]
    pub fn new(kind: QuestionKind, path: impl Into<Arc<str>>, args: Args) -> Question {
        Question {
            kind,
            path: path.into(),
            args,
            object: None,
        }
    }

    /// What kind of question it is.
    #[must_use]
    pub fn kind(&self) -> QuestionKind {
        self.kind
    }

    /// The name, with those that it is of: `handler.get_argument`. The UI module of
    /// `{% module Entry(..) %}` is `_tt_modules.Entry`, if the host answers
    /// `_tt_modules` with `Value::remote("_tt_modules")`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The arguments of a call.
    #[must_use]
    pub fn args(&self) -> &Args {
        &self.args
    }

    /// The arguments of a call, to keep.
    #[must_use]
    pub fn into_args(self) -> Args {
        self.args
    }

    /// The object that a method is called of.
    #[must_use]
    pub fn object(&self) -> Option<&Arc<dyn Object>> {
        self.object.as_ref()
    }
}

/// Answers what a page of another engine asks, at once: what
/// [`Host`](crate::Host) is for Tornado's templates, without waiting.
pub trait Answers: fmt::Debug + Send + Sync + 'static {
    /// The answer, or `None` where there is none.
    fn answer(&self, question: Question) -> Option<Value>;
}
