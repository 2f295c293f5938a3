//! The errors of templates, and their places.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// An error of a template: one that can't be read, or one that fails while it
/// runs (Tornado's `ParseError`, and Python's exceptions).
///
/// Its text says where: `Empty expression at index.html:3`, or, if a page was
/// running,
/// `ZeroDivisionError: division by zero # sub.html:4 (via base.html:1)`.
///
/// ```
/// use tornado_template::{Template, context};
///
/// let template = Template::new("<p>{{ price / count }}</p>")?;
/// let error = template.generate(context! { price = 5, count = 0 }).unwrap_err();
/// assert_eq!(error.class(), "ZeroDivisionError");
/// assert_eq!(error.to_string(), "ZeroDivisionError: division by zero # <string>:1");
/// # Ok::<(), tornado_template::Error>(())
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    class: Cow<'static, str>,
    message: String,
    places: Vec<Place>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A template, or an expression in it, can't be parsed.
    Syntax,
    /// The template does not exist.
    Missing,
    /// A file can't be read.
    Io,
    /// A page failed while it ran.
    Runtime,
    /// A page took more than its [`Limits`](crate::Limits).
    Limit,
}

/// A line of a template, and the files through which it became part of the
/// page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub(crate) filename: Arc<str>,
    pub(crate) lineno: u32,
    pub(crate) via: Arc<[(Arc<str>, u32)]>,
}

impl Place {
    /// The name of the template.
    #[must_use]
    pub fn filename(&self) -> &str {
        &self.filename
    }

    /// The line in it, from 1.
    #[must_use]
    pub fn lineno(&self) -> u32 {
        self.lineno
    }

    /// The blocks and includes that led there, the innermost first: names of
    /// templates and lines in them.
    pub fn via(&self) -> impl ExactSizeIterator<Item = (&str, u32)> {
        self.via.iter().map(|(name, line)| (&**name, *line))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.filename, self.lineno)?;
        for (i, (name, line)) in self.via.iter().enumerate() {
            let before = if i == 0 { " (via " } else { ", " };
            write!(f, "{before}{name}:{line}")?;
        }
        if self.via.is_empty() {
            Ok(())
        } else {
            f.write_str(")")
        }
    }
}

impl Error {
    /// An error from a function or an object that a template calls: a Python
    /// `Exception` with this message.
    ///
    /// ```
    /// let error = tornado_template::Error::new("no such entry");
    /// assert_eq!(error.to_string(), "Exception: no such entry");
    /// ```
    #[must_use]
    pub fn new(message: impl Into<String>) -> Error {
        Error::of("Exception", message)
    }

    /// An error with the name of a Python exception, for `{% except KeyError %}`.
    #[must_use]
    pub fn with_class(class: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Error {
        Error::make(ErrorKind::Runtime, class.into(), message.into())
    }

    /// An error that passes through a template, and can be recovered with
    /// [`into_source`](Error::into_source).
    #[must_use]
    pub fn from_source(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        let source = source.into();
        let mut error = Error::new(source.to_string());
        error.0.source = Some(source);
        error
    }

    fn make(kind: ErrorKind, class: Cow<'static, str>, message: String) -> Error {
        Error(Box::new(Inner {
            kind,
            class,
            message,
            places: Vec::new(),
            source: None,
        }))
    }

    pub(crate) fn of(class: &'static str, message: impl Into<String>) -> Error {
        Error::make(ErrorKind::Runtime, Cow::Borrowed(class), message.into())
    }

    pub(crate) fn type_error(message: impl Into<String>) -> Error {
        Error::of("TypeError", message)
    }

    pub(crate) fn value_error(message: impl Into<String>) -> Error {
        Error::of("ValueError", message)
    }

    pub(crate) fn overflow() -> Error {
        Error::of(
            "OverflowError",
            "the result has more than 64 bits, the most that a whole number has here",
        )
    }

    pub(crate) fn limit(message: impl Into<String>) -> Error {
        let class = Cow::Borrowed("RuntimeError");
        Error::make(ErrorKind::Limit, class, message.into())
    }

    pub(crate) fn missing(message: impl Into<String>) -> Error {
        let class = Cow::Borrowed("FileNotFoundError");
        Error::make(ErrorKind::Missing, class, message.into())
    }

    pub(crate) fn io(message: String, source: std::io::Error) -> Error {
        let mut error = Error::make(ErrorKind::Io, Cow::Borrowed("OSError"), message);
        error.0.source = Some(Box::new(source));
        error
    }

    pub(crate) fn syntax(message: impl Into<String>) -> Error {
        let class = Cow::Borrowed("ParseError");
        Error::make(ErrorKind::Syntax, class, message.into())
    }

    /// Sets the place, if it is not known yet.
    pub(crate) fn at(mut self, filename: &Arc<str>, lineno: u32) -> Error {
        if self.0.places.is_empty() {
            self.0.places.push(Place {
                filename: Arc::clone(filename),
                lineno,
                via: Arc::default(),
            });
        }
        self
    }

    pub(crate) fn push_place(&mut self, place: Place) {
        self.0.places.push(place);
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The class of Python's exception: `KeyError`, `ZeroDivisionError`,
    /// `ParseError`.
    #[must_use]
    pub fn class(&self) -> &str {
        &self.0.class
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The template that contains it (Tornado's `ParseError.filename`).
    #[must_use]
    pub fn filename(&self) -> Option<&str> {
        self.0.places.first().map(Place::filename)
    }

    /// The line in it, from 1 (Tornado's `ParseError.lineno`).
    #[must_use]
    pub fn lineno(&self) -> Option<u32> {
        self.0.places.first().map(Place::lineno)
    }

    /// The places: the line of the template first, then those of the templates
    /// that were waiting for it, as a page waits for its UI modules.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.0.places
    }

    /// The error that was passed to [`from_source`](Error::from_source), if
    /// there is one.
    ///
    /// # Errors
    ///
    /// This error itself, if it has no other source.
    pub fn into_source(mut self) -> Result<Box<dyn StdError + Send + Sync>, Error> {
        self.0.source.take().ok_or(self)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.kind == ErrorKind::Syntax {
            f.write_str(&self.0.message)?;
            if let Some(place) = self.0.places.first() {
                write!(f, " at {}:{}", place.filename, place.lineno)?;
            }
            return Ok(());
        }
        write!(f, "{}: {}", self.0.class, self.0.message)?;
        for place in &self.0.places {
            write!(f, " # {place}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("class", &self.0.class)
            .field("message", &self.0.message)
            .field("places", &self.0.places)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}

/// An error that is raised again. If a page has kept it, its source stays
/// there.
pub(crate) fn again(error: Arc<Error>) -> Error {
    Arc::try_unwrap(error).unwrap_or_else(|error| {
        let Inner {
            kind,
            class,
            message,
            ..
        } = &*error.0;
        let mut again = Error::make(*kind, class.clone(), message.clone());
        again.0.places.clone_from(&error.0.places);
        again
    })
}

impl Error {
    pub(crate) fn overflow_of_char() -> Error {
        Error::of("OverflowError", "%c arg not in range(0x110000)")
    }
}
