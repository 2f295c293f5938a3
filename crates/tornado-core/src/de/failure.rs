//! `Failure`: why something can't be read.

use std::fmt;

use serde::de;

use crate::{Error, HttpError};

/// Why something can't be read.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A value that the type refuses: the client's fault.
    Value {
        /// The field of the struct; `None` until it is known.
        field: Option<String>,
        /// The path inside the field, such as `[1]`.
        within: String,
        kind: Kind,
        message: String,
    },
    /// A required field that is missing.
    Missing(String),
    /// There are more or fewer values than the type takes.
    Length(String),
    /// The type wants something that no client can send: the program's fault.
    Shape(String),
    /// An error from a hook.
    Other(Error),
}

/// What was expected of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A value, but the text is blank: a form field that was left empty where a
    /// number or the like is needed.
    Blank,
    Integer,
    Float,
    /// One of the names of an enum.
    Choice,
    /// Of the requested type, in some other way.
    Input,
    /// There at all: a required field inside a field.
    #[cfg(feature = "forms")]
    Required,
    /// One of the fields of the struct.
    Known,
    /// What the type's own message says.
    Other,
}

impl Failure {
    pub(crate) fn value(kind: Kind, message: impl Into<String>) -> Failure {
        Failure::Value {
            field: None,
            within: String::new(),
            kind,
            message: message.into(),
        }
    }

    /// Adds where inside a field the value is: `[0].street`, or nothing for the
    /// field itself. A missing field is one step further in.
    #[cfg(feature = "forms")]
    pub(crate) fn within(self, within: String) -> Failure {
        let (within, kind, message) = match self {
            Failure::Missing(name) => (
                format!("{within}.{name}"),
                Kind::Required,
                format!("`{name}` is missing"),
            ),
            Failure::Length(message) => (within, Kind::Input, message),
            Failure::Value { kind, message, .. } => (within, kind, message),
            other => return other,
        };
        Failure::Value {
            field: None,
            within,
            kind,
            message,
        }
    }

    /// Whether it is a value that failed in this way.
    pub(crate) fn is(&self, what: Kind) -> bool {
        matches!(self, Failure::Value { kind, .. } if *kind == what)
    }

    /// The failure, now that the field is known.
    pub(super) fn in_field(self, name: &str) -> Failure {
        match self {
            Failure::Value {
                field: None,
                within,
                kind,
                message,
            } => Failure::Value {
                field: Some(name.to_owned()),
                within,
                kind,
                message,
            },
            Failure::Length(message) => Failure::Value {
                field: Some(name.to_owned()),
                within: String::new(),
                kind: Kind::Input,
                message,
            },
            other => other,
        }
    }

    /// The failure as one of several values, for which being blank is no
    /// excuse.
    pub(crate) fn in_list(self) -> Failure {
        self.or_rather(|kind| {
            if kind == Kind::Blank {
                Kind::Other
            } else {
                kind
            }
        })
    }

    /// The same, now that more is known of what it is not than that it is of another
    /// type.
    #[cfg(feature = "forms")]
    pub(crate) fn more_precisely(self, what: Kind) -> Failure {
        self.or_rather(|kind| if kind == Kind::Input { what } else { kind })
    }

    /// The same, where the value was left blank.
    pub(crate) fn blank(self) -> Failure {
        self.or_rather(|_| Kind::Blank)
    }

    fn or_rather(mut self, of: impl FnOnce(Kind) -> Kind) -> Failure {
        if let Failure::Value { kind, .. } = &mut self {
            *kind = of(*kind);
        }
        self
    }

    /// Turns it into the error of an argument: a 400 that says which one, and
    /// why. `name` is the argument's, if only one was to be read.
    pub(crate) fn into_error(self, name: Option<&str>) -> Error {
        match self {
            Failure::Value {
                field,
                within,
                message,
                ..
            } => {
                let field = field.as_deref().or(name).unwrap_or_default();
                HttpError::invalid_argument(&format!("{field}{within}"), message).into()
            }
            Failure::Length(message) => {
                HttpError::invalid_argument(name.unwrap_or_default(), message).into()
            }
            Failure::Missing(field) => {
                let detail = format!("Missing argument {field}");
                let error = HttpError::missing_argument(&field);
                error.with_detail(detail).into()
            }
            Failure::Shape(message) => {
                Error::msg(format!("no arguments can be read as this type: {message}"))
            }
            Failure::Other(error) => error,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Value { message, .. } | Failure::Length(message) | Failure::Shape(message) => {
                f.write_str(message)
            }
            Failure::Missing(field) => write!(f, "`{field}` is missing"),
            Failure::Other(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for Failure {}

impl de::Error for Failure {
    fn custom<T: fmt::Display>(message: T) -> Failure {
        Failure::value(Kind::Other, message.to_string())
    }

    fn invalid_type(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Failure {
        let message = format!("invalid type: {unexpected}, expected {expected}");
        Failure::value(Kind::Input, message)
    }

    fn invalid_value(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Failure {
        let message = format!("invalid value: {unexpected}, expected {expected}");
        Failure::value(Kind::Input, message)
    }

    fn invalid_length(len: usize, expected: &dyn de::Expected) -> Failure {
        Failure::Length(format!("there are {len}, expected {expected}"))
    }

    fn missing_field(field: &'static str) -> Failure {
        Failure::Missing(field.to_owned())
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Failure {
        let expected = expected.join("`, `");
        let message = format!("there is no field with this name, only `{expected}`");
        Failure::value(Kind::Known, message).in_field(field)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Failure {
        let expected = expected.join("`, `");
        let message = format!("{variant:?} is not one of `{expected}`");
        Failure::value(Kind::Choice, message)
    }
}
