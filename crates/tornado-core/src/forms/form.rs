//! `Form`: what was sent, and what is wrong with it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::ser::SerializeStruct;

use crate::error::legible;
use crate::{Error, HttpError};

/// The values that were sent in a form and what is wrong with them, for the
/// page that shows the form again.
///
/// In a template, serde turns it into: `values` with the text of each field,
/// `all_values` with a list of texts for each, and `errors` with a list of
/// messages for each field that has any. For JSON, [`errors`](Self::errors) is
/// usually enough.
///
/// Fields with `passw` in their names and the token `_xsrf` are not kept, so that
/// no page shows them.
///
/// ```
/// use tornado_web::forms::Form;
///
/// let mut form = Form::new();
/// form.set_value("email", "jo@example.com");
/// form.add_error("email", "This address is taken.");
/// assert_eq!(form.value("email"), "jo@example.com");
/// assert_eq!(form.errors_of("email"), ["This address is taken."]);
/// assert_eq!(form.value("name"), "");
/// ```
///
/// With a second `?` it becomes an error, for handlers that have nothing to
/// show: a 400 whose page has the messages, and from which `write_error` gets
/// them through [`of_error`](Self::of_error).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    values: BTreeMap<String, Vec<String>>,
    errors: BTreeMap<String, Vec<String>>,
}

impl Form {
    /// A form in which nothing is filled in and nothing is wrong.
    #[must_use]
    pub fn new() -> Form {
        Form::default()
    }

    /// The form behind the error that a second `?` has made of it.
    #[must_use]
    pub fn of_error(error: &Error) -> Option<&Form> {
        let source = std::error::Error::source(error.downcast_ref::<HttpError>()?)?;
        let refused: &Refused = source.downcast_ref()?;
        Some(&refused.0)
    }

    /// The text of a field as it was sent: the last one, or an empty text.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.all_values(name).last().map_or("", String::as_str)
    }

    /// All texts of a field as they were sent.
    #[must_use]
    pub fn all_values(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Fills in a field, replacing its values.
    pub fn set_value(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.values.insert(name.into(), vec![value.into()]);
    }

    /// The messages by field. Those inside a list or a struct are under the
    /// path to them, such as `tags[1]`; those about the whole are under the
    /// empty name.
    #[must_use]
    pub fn errors(&self) -> &BTreeMap<String, Vec<String>> {
        &self.errors
    }

    /// The messages of one field.
    #[must_use]
    pub fn errors_of(&self, name: &str) -> &[String] {
        self.errors.get(name).map_or(&[], Vec::as_slice)
    }

    /// Adds a message that only the application can know, such as that a name
    /// is taken. The message is shown as it is.
    pub fn add_error(&mut self, name: impl Into<String>, message: impl Into<String>) {
        let messages = self.errors.entry(name.into()).or_default();
        messages.push(message.into());
    }

    /// Keeps what was sent, except for what no page may show.
    pub(super) fn keep(&mut self, name: &str, values: Vec<String>) {
        let is_secret = name == "_xsrf" || name.to_lowercase().contains("passw");
        if !is_secret {
            self.values.insert(name.to_owned(), values);
        }
    }
}

/// Shows the names of the fields, not their contents, and the messages.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("fields", &self.values.keys())
            .field("errors", &self.errors)
            .finish()
    }
}

impl Serialize for Form {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let last = |(name, values): (_, &Vec<String>)| (name, values.last().cloned());
        let values: BTreeMap<&String, Option<String>> = self.values.iter().map(last).collect();
        let mut form = serializer.serialize_struct("Form", 3)?;
        form.serialize_field("values", &values)?;
        form.serialize_field("all_values", &self.values)?;
        form.serialize_field("errors", &self.errors)?;
        form.end()
    }
}

impl From<Form> for Error {
    #[track_caller]
    fn from(form: Form) -> Error {
        let refused = Refused(form);
        let detail = refused.to_string();
        let error = HttpError::new(400).with_detail(detail);
        error.with_source(refused).into()
    }
}

/// The form as the cause of an error.
#[derive(Debug)]
struct Refused(Form);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Invalid form:")?;
        for (name, messages) in &self.0.errors {
            for message in messages {
                write!(f, " {}: {}", legible(name), legible(message))?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Refused {}
