//! The arguments of a call.

use std::sync::Arc;

use super::convert::FromValue;
use super::kinds::{Args, V, Value};
use crate::error::Error;

impl Args {
    /// No arguments.
    #[must_use]
    pub fn new() -> Args {
        Args::default()
    }

    /// Adds a positional argument.
    #[must_use]
    pub fn arg(mut self, value: impl Into<Value>) -> Args {
        self.positional.push(value.into());
        self
    }

    /// Adds a named argument.
    #[must_use]
    pub fn named_arg(mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> Args {
        self.named.push((name.into(), value.into()));
        self
    }

    pub(crate) fn of(positional: Vec<Value>) -> Args {
        let named = Vec::new();
        Args { positional, named }
    }

    /// The positional arguments, in order.
    #[must_use]
    pub fn positional(&self) -> &[Value] {
        &self.positional
    }

    /// The named arguments, in the order of the call.
    pub fn named(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.named.iter().map(|(name, value)| (&**name, value))
    }

    /// The argument at an index, or with a name, if it was given.
    #[must_use]
    pub fn find(&self, index: usize, name: &str) -> Option<&Value> {
        let by_name = || {
            self.named
                .iter()
                .find(|(n, _)| **n == *name)
                .map(|(_, value)| value)
        };
        self.positional.get(index).or_else(by_name)
    }

    /// The argument at an index, or with a name.
    ///
    /// # Errors
    ///
    /// A `TypeError` if it is missing, or of another type.
    pub fn get<T: FromValue>(&self, index: usize, name: &str) -> Result<T, Error> {
        let value = self.find(index, name).ok_or_else(|| {
            Error::type_error(format!(
                "missing required argument '{name}' (pos {})",
                index + 1
            ))
        })?;
        convert(value, name)
    }

    /// The argument at an index, or with a name, or another value if it was not
    /// given.
    ///
    /// # Errors
    ///
    /// A `TypeError` if it is of another type.
    pub fn get_or<T: FromValue>(&self, index: usize, name: &str, default: T) -> Result<T, Error> {
        self.find(index, name)
            .map_or(Ok(default), |value| convert(value, name))
    }

    /// The argument of a method that the derive of [`Object`](super::Object) calls. A missing one
    /// is `None`, so that an `Option` may be left out.
    #[doc(hidden)]
    pub fn argument<'a, T: FromArgument<'a>>(
        &'a self,
        method: &str,
        index: usize,
        name: &str,
    ) -> Result<T, Error> {
        static NOTHING: Value = Value(V::None);
        match self.find(index, name) {
            Some(value) => T::from_argument(value).map_err(|error| of_argument(&error, name)),
            None => T::from_argument(&NOTHING).map_err(|_| {
                let which = match name {
                    "" => format!("argument {}", index + 1),
                    name => format!("required argument '{name}' (pos {})", index + 1),
                };
                Error::type_error(format!("{method}() missing {which}"))
            }),
        }
    }

    /// Refuses more arguments than this.
    #[doc(hidden)]
    pub fn no_more_than(&self, method: &str, most: usize) -> Result<(), Error> {
        self.at_most(method, most)
    }

    /// Checks that there are no more arguments than this.
    pub(crate) fn at_most(&self, function: &str, most: usize) -> Result<(), Error> {
        let given = self.positional.len() + self.named.len();
        if given <= most {
            return Ok(());
        }
        Err(Error::type_error(match most {
            0 => format!("{function}() takes no arguments ({given} given)"),
            1 => format!("{function}() takes exactly one argument ({given} given)"),
            _ => format!("{function} expected at most {most} arguments, got {given}"),
        }))
    }

    /// Checks that there are no arguments other than these, in this order or by
    /// name.
    pub(crate) fn check(&self, function: &str, names: &[&str]) -> Result<(), Error> {
        let given = self.positional.len() + self.named.len();
        if names.is_empty() && given > 0 {
            return Err(Error::type_error(format!(
                "{function}() takes no arguments ({given} given)"
            )));
        }
        if self.positional.len() > names.len() {
            return Err(Error::type_error(format!(
                "{function}() takes at most {} argument{} ({} given)",
                names.len(),
                if names.len() == 1 { "" } else { "s" },
                self.positional.len()
            )));
        }
        if let Some((name, _)) = self.named.iter().find(|(n, _)| !names.contains(&&**n)) {
            return Err(Error::type_error(format!(
                "'{name}' is an invalid keyword argument for {function}()"
            )));
        }
        Ok(())
    }
}

fn convert<T: FromValue>(value: &Value, name: &str) -> Result<T, Error> {
    T::from_value(value.clone()).map_err(|error| of_argument(&error, name))
}

fn of_argument(error: &Error, name: &str) -> Error {
    let argument = match name {
        "" => "argument".to_owned(),
        name => format!("argument '{name}'"),
    };
    Error::type_error(format!("{argument}: {}", error.message()))
}

/// The types of a method's arguments: those that are [`FromValue`], or a
/// borrowed text.
#[doc(hidden)]
pub trait FromArgument<'a>: Sized {
    fn from_argument(value: &'a Value) -> Result<Self, Error>;
}

impl<'a, T: FromValue> FromArgument<'a> for T {
    fn from_argument(value: &'a Value) -> Result<T, Error> {
        T::from_value(value.clone())
    }
}

impl<'a> FromArgument<'a> for &'a str {
    fn from_argument(value: &'a Value) -> Result<&'a str, Error> {
        let name = value.type_name();
        let wrong = || Error::type_error(format!("a text is needed, not {name}"));
        value.as_str().ok_or_else(wrong)
    }
}

impl<'a> FromArgument<'a> for Option<&'a str> {
    fn from_argument(value: &'a Value) -> Result<Option<&'a str>, Error> {
        if value.is_none() {
            return Ok(None);
        }
        <&str>::from_argument(value).map(Some)
    }
}
