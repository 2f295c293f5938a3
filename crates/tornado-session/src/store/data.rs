//! The data of a session, as the JSON object that SQL stores keep.
//!
//! Each request reads all of it, so each value is copied only once, and the map
//! is built from members that are already sorted.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
#[cfg(feature = "sqlite")]
use serde_json::value::RawValue;

use super::no_record::{NoRecord, read};
use crate::Json;

/// The data of a session.
pub(super) type Data = BTreeMap<Arc<str>, Json>;

/// Reads an object whose values are those of the session.
#[cfg(feature = "sqlite")]
pub(super) fn read_values(text: &str) -> Result<Data, NoRecord> {
    let members: Members<'_, &RawValue> = read("data", text)?;
    let members = members.0.into_iter();
    Ok(members
        .map(|(name, value)| (name.0.into(), Json::from_raw(value)))
        .collect())
}

/// Reads an object whose values are those of the session, as JSON in a text.
#[cfg(feature = "postgres")]
pub(super) fn read_texts(text: &str) -> Result<Data, NoRecord> {
    let members: Members<'_, Text<'_>> = read("data", text)?;
    let members = members.0.into_iter();
    members
        .map(|(name, value)| match Json::from_text(&value.0) {
            Ok(json) => Ok((name.0.into(), json)),
            Err(_) => Err(NoRecord::new(format!("data.{}", name.0))),
        })
        .collect()
}

/// Writes an object whose values are those of the session.
#[cfg(feature = "sqlite")]
pub(super) fn write_values(data: &Data) -> String {
    let mut object = b"{".to_vec();
    for (name, value) in data {
        if object.len() > 1 {
            object.push(b',');
        }
        serde_json::to_writer(&mut object, &**name).expect("a text is JSON, and memory is there");
        object.push(b':');
        // It is JSON already, and need not be checked again.
        object.extend_from_slice(value.as_str().as_bytes());
    }
    object.push(b'}');
    String::from_utf8(object).expect("JSON is UTF-8")
}

/// The members of an object, in their order in the text.
struct Members<'a, V>(Vec<(Text<'a>, V)>);

/// A text, copied only if it has escapes.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Members<'de, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OfMembers(PhantomData))
    }
}

struct OfMembers<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for OfMembers<V> {
    type Value = Members<'de, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

#[cfg(all(test, feature = "sqlite", feature = "postgres"))]
mod tests {
    use super::*;

    fn data(pairs: &[(&str, &str)]) -> Data {
        let json = |text: &str| Json::from_text(text).expect("the test has JSON");
        let pairs = pairs
            .iter()
            .map(|(name, text)| ((*name).into(), json(text)));
        pairs.collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let all = data(&[
            ("", "null"),
            ("a\"\\\n\u{1f980}", r#"{"b": [1, "\u0000"]}"#),
            ("big", "123456789012345678901234567890"),
            ("text", r#""\"""#),
        ]);
        let text = write_values(&all);
        assert_eq!(read_values(&text).unwrap(), all);
        assert_eq!(
            serde_json::to_string(&all).unwrap(),
            text,
            "it is what serde writes"
        );
        assert_eq!(write_values(&Data::new()), "{}");
        assert_eq!(read_values(" { } ").unwrap(), Data::new());
    }

    #[test]
    fn others_write_in_another_order_and_with_spaces() {
        let text = r#" {"b" : 1 , "\u0061": [ 1 ],"c":{} } "#;
        let all = data(&[("a", "[ 1 ]"), ("b", "1"), ("c", "{}")]);
        assert_eq!(read_values(text).unwrap(), all);
        // If a name occurs twice, the last one counts, as in Python.
        assert_eq!(
            read_values(r#"{"a":1,"b":3,"a":2}"#).unwrap(),
            data(&[("a", "2"), ("b", "3")])
        );
    }

    #[test]
    fn texts_hold_json() {
        let all = data(&[("a", r#""x""#), ("b", "[1]")]);
        assert_eq!(read_texts(r#"{"b": "[1]", "a": "\"x\""}"#).unwrap(), all);
        let error = read_texts(r#"{"b": "[1]", "a": "s3cret"}"#).unwrap_err();
        assert!(error.to_string().contains("`data.a`"), "{error}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in [
            "",
            "[]",
            "1",
            r#"{"a":}"#,
            r#"{"a":1"#,
            r#"{a:1}"#,
            r#"{"a":1}x"#,
        ] {
            assert!(read_values(text).is_err(), "{text}");
            assert!(read_texts(text).is_err(), "{text}");
        }
    }
}
