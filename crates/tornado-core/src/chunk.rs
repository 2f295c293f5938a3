//! `Chunk`: what can be written to a response.

use std::fmt;

use bytes::Bytes;
use serde_json::Value;
use tornado_escape::json_encode;

/// One piece of output: what [`write`](crate::Output::write) takes.
///
/// Text is sent as UTF-8, bytes as they are, and a JSON object as JSON with its
/// content type, as Tornado writes a `dict`. A JSON array is refused, as
/// Tornado refuses a `list`; use [`write_json`](crate::Output::write_json) for
/// it.
#[derive(Debug, Clone)]
pub struct Chunk(pub(crate) Kind);

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Bytes(Bytes),
    Json(Value),
    /// Any value that is already encoded, by `write_json`.
    JsonText(String),
}

impl Chunk {
    /// The JSON value, if that is what was written.
    ///
    /// A handler's [`do_write`](crate::RequestHandler::do_write) uses it where
    /// Python has `isinstance(chunk, dict)`.
    #[must_use]
    pub fn as_json(&self) -> Option<&Value> {
        match &self.0 {
            Kind::Json(value) => Some(value),
            Kind::Bytes(_) | Kind::JsonText(_) => None,
        }
    }

    /// The bytes as they will be sent, with text in UTF-8. `None` for a JSON
    /// value, which is encoded later.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Kind::Bytes(bytes) => Some(bytes),
            Kind::JsonText(text) => Some(text.as_bytes()),
            Kind::Json(_) => None,
        }
    }

    pub(crate) fn json_text(text: String) -> Chunk {
        Chunk(Kind::JsonText(text))
    }

    /// The bytes to send, and whether they are JSON.
    pub(crate) fn into_bytes(self) -> Result<(Bytes, bool), ChunkError> {
        match self.0 {
            Kind::Bytes(bytes) => Ok((bytes, false)),
            Kind::JsonText(text) => Ok((Bytes::from(text), true)),
            Kind::Json(value @ Value::Object(_)) => {
                let text = json_encode(&value).map_err(ChunkError::Json)?;
                Ok((Bytes::from(text), true))
            }
            Kind::Json(Value::String(text)) => Ok((Bytes::from(text), false)),
            Kind::Json(Value::Array(_)) => Err(ChunkError::Refused(
                "write() only accepts bytes, text, and JSON objects. Arrays are not accepted for security reasons; \
                 see https://www.tornadoweb.org/en/stable/web.html#tornado.web.RequestHandler.write, \
                 or use write_json()",
            )),
            Kind::Json(_) => Err(ChunkError::Refused(
                "write() only accepts bytes, text, and JSON objects",
            )),
        }
    }
}

/// What can be written: text, bytes, and JSON objects.
///
/// It is implemented for everything that is [`Into<Chunk>`](Chunk); implement
/// that for a type of your own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be written as it is",
    label = "neither text nor bytes nor a JSON object",
    note = "`self.write_json(&value)` writes what serde can serialize",
    note = "`self.write(value.to_string())` writes what has `Display`",
    note = "a `Result` wants a `?` first, and an `Option` an `.unwrap_or_default()`"
)]
pub trait IntoChunk {
    /// The value as a chunk.
    fn into_chunk(self) -> Chunk;
}

#[diagnostic::do_not_recommend]
impl<T: Into<Chunk>> IntoChunk for T {
    fn into_chunk(self) -> Chunk {
        self.into()
    }
}

/// Why a value can't be written.
#[derive(Debug)]
pub(crate) enum ChunkError {
    Json(serde_json::Error),
    Refused(&'static str),
}

impl fmt::Display for ChunkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChunkError::Json(error) => error.fmt(f),
            ChunkError::Refused(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for ChunkError {}

impl From<Bytes> for Chunk {
    fn from(bytes: Bytes) -> Chunk {
        Chunk(Kind::Bytes(bytes))
    }
}

impl From<Value> for Chunk {
    fn from(value: Value) -> Chunk {
        Chunk(Kind::Json(value))
    }
}

/// Types that own their bytes hand them over; types that borrow are copied.
macro_rules! from_bytes {
    ($($type:ty => $value:ident $convert:expr),* $(,)?) => {$(
        impl From<$type> for Chunk {
            fn from($value: $type) -> Chunk {
                Chunk(Kind::Bytes($convert))
            }
        }
    )*};
}

from_bytes! {
    String => text Bytes::from(text),
    Vec<u8> => bytes Bytes::from(bytes),
    &str => text Bytes::copy_from_slice(text.as_bytes()),
    &String => text Bytes::copy_from_slice(text.as_bytes()),
    &[u8] => bytes Bytes::copy_from_slice(bytes),
    std::borrow::Cow<'_, str> => text Bytes::from(text.into_owned()),
}

impl<const N: usize> From<&[u8; N]> for Chunk {
    fn from(bytes: &[u8; N]) -> Chunk {
        Chunk(Kind::Bytes(Bytes::copy_from_slice(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn objects_are_json_and_arrays_are_refused() {
        assert_eq!(
            Chunk::from(json!({"a": "</b>"})).into_bytes().unwrap(),
            (Bytes::from_static(br#"{"a": "<\/b>"}"#), true)
        );
        assert_eq!(
            Chunk::from("é").into_bytes().unwrap(),
            (Bytes::from("é"), false)
        );
        for refused in [json!([1]), json!(1), json!(null)] {
            assert!(Chunk::from(refused).into_bytes().is_err());
        }
    }
}
