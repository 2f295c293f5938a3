//! The methods of `bytes`.

use super::text;
use crate::error::Error;
use crate::value::{Args, V, Value, no_utf8};

pub(super) const METHODS: &[&str] = &[
    "capitalize",
    "center",
    "count",
    "decode",
    "endswith",
    "find",
    "hex",
    "index",
    "isalnum",
    "isalpha",
    "isdigit",
    "islower",
    "isspace",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "partition",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "upper",
    "zfill",
];

pub(super) fn call(bytes: &[u8], name: &str, args: &Args) -> Result<Value, Error> {
    match name {
        "decode" => decode(bytes, args).map(Value::from),
        "hex" => {
            let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
            Ok(Value::from(digits.collect::<String>()))
        }
        _ => {
            // Letters of ASCII are what these methods look at, so a byte is as good as
            // the character of that number.
            let latin: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            let latin = if matches!(
                name,
                "upper" | "lower" | "title" | "capitalize" | "swapcase"
            ) && !latin.is_ascii()
            {
                return Err(Error::value_error(format!(
                    "{name} of bytes that are no ASCII is not supported"
                )));
            } else {
                latin
            };
            let mut args = args.clone();
            for value in &mut args.positional {
                *value = to_latin(value);
            }
            text::call(&latin, name, &args).map(|value| from_latin(&value))
        }
    }
}

pub(super) fn decode(bytes: &[u8], args: &Args) -> Result<String, Error> {
    let encoding: String = args.get_or(0, "encoding", "utf-8".to_owned())?;
    let errors: String = args.get_or(1, "errors", "strict".to_owned())?;
    match &*encoding.to_ascii_lowercase().replace(['_', '-'], "") {
        "utf8" | "ascii" | "usascii" => {}
        "latin1" | "iso88591" => return Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
        _ => {
            return Err(Error::of(
                "LookupError",
                format!("unknown encoding: {encoding}"),
            ));
        }
    }
    match (std::str::from_utf8(bytes), &*errors) {
        (Ok(text), _) => Ok(text.to_owned()),
        (Err(_), "replace") => Ok(String::from_utf8_lossy(bytes).into_owned()),
        (Err(_), "ignore") => Ok(String::from_utf8_lossy(bytes).replace('\u{fffd}', "")),
        (Err(error), _) => Err(no_utf8(bytes, error)),
    }
}

/// Bytes as a text, and those in a list or a tuple.
fn to_latin(value: &Value) -> Value {
    each(value, |value| match &value.0 {
        V::Bytes(bytes) => {
            let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            Value::from(text)
        }
        _ => value.clone(),
    })
}

fn from_latin(value: &Value) -> Value {
    each(value, |value| match &value.0 {
        V::Str(text) => {
            let bytes: Vec<u8> = text.chars().map(|c| u32::from(c) as u8).collect();
            Value::bytes(bytes)
        }
        _ => value.clone(),
    })
}

fn each(value: &Value, change: impl Fn(&Value) -> Value) -> Value {
    match &value.0 {
        V::Tuple(items) => Value::tuple(items.iter().map(change)),
        V::List(list) => list.lock().iter().map(change).collect(),
        _ => change(value),
    }
}
