//! `Json`: one value of a session, as the text in which it is stored.

use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// One value of a session: JSON text that is known to be valid.
///
/// It stays text, so loading a session parses only the values that are read,
/// and a store passes it on unchanged. Cloning is cheap. `Debug` hides it,
/// since the contents of a session do not belong in logs.
///
/// ```
/// use tornado_session::Json;
///
/// let value = Json::new(&["a", "b"]).unwrap();
/// assert_eq!(value.as_str(), r#"["a","b"]"#);
/// assert_eq!(value.read::<Vec<String>>().unwrap(), ["a", "b"]);
/// assert_eq!(format!("{value:?}"), "Json(an array)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Json(Arc<str>);

impl Json {
    /// A value as JSON.
    ///
    /// # Errors
    ///
    /// When it can't be written as JSON, such as a map whose keys are not text.
    pub fn new<T: Serialize + ?Sized>(value: &T) -> Result<Json, serde_json::Error> {
        serde_json::to_string(value).map(|text| Json(text.into()))
    }

    /// Takes JSON text as a store has kept it.
    ///
    /// # Errors
    ///
    /// When it is not valid JSON.
    pub fn from_text(text: &str) -> Result<Json, serde_json::Error> {
        serde_json::from_str::<&RawValue>(text).map(|raw| Json(raw.get().into()))
    }

    /// Takes text that a decoder has already checked.
    #[cfg(feature = "sqlite")]
    pub(crate) fn from_raw(raw: &RawValue) -> Json {
        Json(raw.get().into())
    }

    /// The JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value as a `T`.
    ///
    /// # Errors
    ///
    /// When it is not a `T`.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.0)
    }

    /// Whether two texts mean the same, whatever their spacing, escapes and
    /// order: Python writes the same value differently from Rust, and a
    /// `HashMap` differently each time.
    pub(crate) fn same_as(&self, other: &Json) -> bool {
        if self == other {
            return true;
        }
        // Few values must be parsed to see that they differ.
        let varies = |json: &Json| json.0.starts_with(['{', '[']) || json.0.contains('\\');
        self.sort() == other.sort()
            && (varies(self) || varies(other))
            && match (
                self.read::<serde_json::Value>(),
                other.read::<serde_json::Value>(),
            ) {
                (Ok(a), Ok(b)) => a == b,
                _ => false,
            }
    }

    /// The type of the value, which is all that messages may show of it.
    pub(crate) fn sort(&self) -> &'static str {
        match self.0.bytes().next() {
            Some(b'{') => "an object",
            Some(b'[') => "an array",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "a boolean",
            Some(b'n') => "null",
            _ => "a number",
        }
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({})", self.sort())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer).map_err(D::Error::custom)?;
        Ok(Json(raw.get().into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_in_other_words_is_the_same() {
        let json = |text| Json::from_text(text).unwrap();
        for (a, b, same) in [
            ("1", "1", true),
            ("1", "2", false),
            ("1", "1.0", false),
            ("\"\\u00e9\"", "\"\u{e9}\"", true),
            ("{\"a\": 1, \"b\": 2}", "{\"b\":2,\"a\":1}", true),
            ("[1, 2]", "[2,1]", false),
            ("null", "\"null\"", false),
            ("true", "false", false),
        ] {
            assert_eq!(json(a).same_as(&json(b)), same, "{a} {b}");
        }
    }

    #[test]
    fn debug_shows_of_what_sort_it_is() {
        for (text, shown) in [
            ("{\"a\":1}", "Json(an object)"),
            ("[1]", "Json(an array)"),
            ("\"1\"", "Json(a string)"),
            ("true", "Json(a boolean)"),
            ("false", "Json(a boolean)"),
            ("null", "Json(null)"),
            ("-1", "Json(a number)"),
        ] {
            assert_eq!(format!("{:?}", Json::from_text(text).unwrap()), shown);
        }
    }

    #[test]
    fn space_around_is_dropped_and_rubbish_refused() {
        assert_eq!(Json::from_text(" 1 ").unwrap().as_str(), "1");
        for text in ["", " ", "1 2", "{", "nul", "'a'", "\u{0}"] {
            assert!(Json::from_text(text).is_err(), "{text}");
        }
    }
}
