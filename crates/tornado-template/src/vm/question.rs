//! What a page asks its host.

use std::fmt;
use std::sync::Arc;

use crate::value::{Args, Object, Value};

/// Something that a page can't answer itself: a name that it was not given, or
/// the contents and behaviour of a [remote](crate::Value::remote) value.
#[derive(Debug)]
pub struct Question {
    pub(crate) kind: QuestionKind,
    pub(crate) path: Arc<str>,
    pub(crate) args: Args,
    pub(crate) object: Option<Arc<dyn Object>>,
}

/// The kinds of [`Question`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QuestionKind {
    /// What is the name `path`?
    Name,
    /// What is the attribute `path`, such as `handler.request`?
    Attribute,
    /// What does the call of `path` return, such as `handler.get_argument`?
    Call,
    /// What does the method `path` of an [`object`](Question::object) return?
    Method,
}

impl Question {
    /// A question of a given kind, for an engine that asks on its own; it has
    /// no [`object`](Self::object).
    #[must_use]
    pub fn new(kind: QuestionKind, path: impl Into<Arc<str>>, args: Args) -> Question {
        Question {
            kind,
            path: path.into(),
            args,
            object: None,
        }
    }

    /// The kind of question.
    #[must_use]
    pub fn kind(&self) -> QuestionKind {
        self.kind
    }

    /// The name, with those that contain it: `handler.get_argument`. The UI
    /// module of `{% module Entry(..) %}` is `_tt_modules.Entry`, if the host
    /// answers `_tt_modules` with `Value::remote("_tt_modules")`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The arguments of a call.
    #[must_use]
    pub fn args(&self) -> &Args {
        &self.args
    }

    /// The arguments of a call, owned.
    #[must_use]
    pub fn into_args(self) -> Args {
        self.args
    }

    /// The object whose method is called.
    #[must_use]
    pub fn object(&self) -> Option<&Arc<dyn Object>> {
        self.object.as_ref()
    }
}

/// Immediately answers what a page of another engine asks. It is to those what
/// [`Host`](crate::Host) is to Tornado's templates, but without waiting.
pub trait Answers: fmt::Debug + Send + Sync + 'static {
    /// The answer, or `None` if there is none.
    fn answer(&self, question: Question) -> Option<Value>;
}
