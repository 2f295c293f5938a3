//! `Given`: a value from its source, before its type is known.

use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, IntoDeserializer, Visitor};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::value::RawValue;
use serde_json::{Error, Value};

/// A value from its source. It gets a type when it is [read](Self::read), so
/// `123456` can be read as a text.
///
/// ```
/// use tornado_web::settings::Given;
///
/// let digits = Given::text("12345678901234567890123");
/// assert_eq!(digits.read::<String>().unwrap(), "12345678901234567890123");
/// assert_eq!(digits.read::<u128>().unwrap(), 12_345_678_901_234_567_890_123);
/// assert_eq!(Given::text("a, b").read::<Vec<String>>().unwrap(), ["a", "b"]);
/// ```
#[derive(Clone, Debug)]
pub struct Given(Form);

#[derive(Clone, Debug)]
enum Form {
    /// From the environment, or the content of a file with a secret.
    Text(String),
    /// From a file or from the program. Kept as text, too, since numbers would
    /// lose digits.
    Json(Box<RawValue>),
}

impl Given {
    /// A value without a type, as in the environment.
    pub fn text(text: impl Into<String>) -> Given {
        Given(Form::Text(text.into()))
    }

    pub(super) fn value(value: impl Serialize) -> serde_json::Result<Given> {
        serde_json::value::to_raw_value(&value).map(Given::json)
    }

    pub(super) fn json(json: Box<RawValue>) -> Given {
        Given(Form::Json(json))
    }

    /// The text, if it has no type.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.0 {
            Form::Text(text) => Some(text),
            Form::Json(_) => None,
        }
    }

    /// Reads it as a `T`. A value without a type is taken literally for a text;
    /// for a list, it is JSON or comma-separated; for a boolean, it is a word
    /// such as `true`, `on`, `yes` or `1`; for anything else it is JSON.
    ///
    /// # Errors
    ///
    /// When it does not fit the type. The message may contain the value.
    pub fn read<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        match &self.0 {
            Form::Text(text) => T::deserialize(Text(text)),
            Form::Json(json) => serde_json::from_str(json.get()),
        }
    }

    /// Whether it means that nothing is set. A text `null` may be literal.
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.0, Form::Json(json) if json.get() == "null")
    }

    /// Whether a reader that can't use it may treat it as nothing.
    pub(super) fn reads_as_null(&self) -> bool {
        self.is_null() || self.as_text() == Some("null")
    }

    /// Without a requested type: what it looks like.
    pub(super) fn guess(&self) -> Value {
        self.read().unwrap_or(Value::Null)
    }
}

/// A deserializer that considers the requested type first, and then the text.
struct Text<'t>(&'t str);

impl<'t> Text<'t> {
    /// A JSON deserializer for the text, if it is JSON.
    fn json(&self) -> Option<serde_json::Deserializer<serde_json::de::StrRead<'t>>> {
        serde_json::from_str::<IgnoredAny>(self.0).ok()?;
        Some(serde_json::Deserializer::from_str(self.0))
    }

    fn starts_with(&self, bracket: char) -> bool {
        self.0.trim_start().starts_with(bracket)
    }
}

macro_rules! as_json {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.json() {
                Some(mut json) => json.$method(visitor),
                None => visitor.visit_str(self.0),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = Error;

    as_json! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_unit
    }

    forward_to_deserialize_any! { ignored_any }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        // An integer too long for any type would lose digits.
        let digits = self.0.trim().trim_start_matches('-');
        let is_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let fits = self.0.trim().parse::<i64>().is_ok() || digits.parse::<u64>().is_ok();
        match self.json() {
            Some(mut json) if !is_integer || fits => json.deserialize_any(visitor),
            _ => visitor.visit_str(self.0),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.trim().to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" | "1" => visitor.visit_bool(true),
            "false" | "off" | "no" | "0" => visitor.visit_bool(false),
            _ => visitor.visit_str(self.0),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_bytes(self.0.as_bytes())
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.json() {
            Some(mut json) if self.starts_with('[') => json.deserialize_seq(visitor),
            _ => {
                let parts = self.0.split(',').map(str::trim);
                let parts = parts.filter(|part| !part.is_empty()).map(Text);
                visitor.visit_seq(SeqDeserializer::new(parts))
            }
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.json() {
            Some(mut json) if self.starts_with('{') => json.deserialize_map(visitor),
            _ => visitor.visit_str(self.0),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.json() {
            Some(mut json) if self.starts_with('{') => {
                json.deserialize_enum(name, variants, visitor)
            }
            _ => visitor.visit_enum(StrDeserializer::<Error>::new(self.0)),
        }
    }
}

/// One item of a comma-separated list.
impl<'de> IntoDeserializer<'de, Error> for Text<'de> {
    type Deserializer = Text<'de>;

    fn into_deserializer(self) -> Text<'de> {
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::net::IpAddr;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        Red,
        Rgb(u8, u8, u8),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Point {
        x: i64,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Name(String);

    fn text<T: DeserializeOwned>(text: &str) -> T {
        Given::text(text).read().unwrap()
    }

    #[test]
    fn a_text_is_a_text_whatever_it_looks_like() {
        for looks in [
            "123456",
            "null",
            "true",
            "1e3",
            "\"x\"",
            "{\"a\": 1}",
            "[1]",
            "",
            " x ",
        ] {
            assert_eq!(text::<String>(looks), looks);
            assert_eq!(text::<Option<String>>(looks).as_deref(), Some(looks));
            assert_eq!(text::<Name>(looks).0, looks);
        }
    }

    #[test]
    fn other_types_are_what_is_asked_for() {
        assert_eq!(text::<u16>("20"), 20);
        assert_eq!(text::<i8>(" -5 "), -5);
        assert_eq!(text::<f64>("2.5"), 2.5);
        assert_eq!(text::<Vec<u8>>("1, 2,3"), [1, 2, 3]);
        assert_eq!(text::<Vec<String>>("[\"a,b\", \"c\"]"), ["a,b", "c"]);
        assert_eq!(text::<(String, u8)>("007, 7"), ("007".to_owned(), 7));
        assert_eq!(text::<Point>("{\"x\": 1}"), Point { x: 1 });
        assert_eq!(text::<Colour>("red"), Colour::Red);
        assert_eq!(text::<Colour>("{\"rgb\": [1, 2, 3]}"), Colour::Rgb(1, 2, 3));
        assert_eq!(
            text::<IpAddr>("::1"),
            IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1_u16])
        );
        assert_eq!(text::<BTreeMap<u8, u8>>("{\"1\": 2}"), [(1, 2)].into());
        for (word, value) in [
            ("True", true),
            ("on", true),
            ("1", true),
            ("0", false),
            ("no", false),
        ] {
            assert_eq!(text::<bool>(word), value);
        }
    }

    #[test]
    fn who_asks_for_anything_gets_what_it_looks_like_and_no_digit_less() {
        for (looks, value) in [
            ("20", serde_json::json!(20)),
            ("2.5", serde_json::json!(2.5)),
            ("true", serde_json::json!(true)),
            ("null", Value::Null),
            ("[1]", serde_json::json!([1])),
            ("x", serde_json::json!("x")),
            (
                "12345678901234567890123",
                serde_json::json!("12345678901234567890123"),
            ),
            ("18446744073709551615", serde_json::json!(u64::MAX)),
        ] {
            assert_eq!(text::<Value>(looks), value);
        }
    }

    #[test]
    fn what_is_of_another_type_is_an_error_that_says_so() {
        let number = Given::text("soon").read::<u32>().unwrap_err();
        assert_eq!(
            number.to_string(),
            "invalid type: string \"soon\", expected u32"
        );
        let boolean = Given::text("perhaps").read::<bool>().unwrap_err();
        assert_eq!(
            boolean.to_string(),
            "invalid type: string \"perhaps\", expected a boolean"
        );
        assert!(Given::text("5 6").read::<u32>().is_err());
        assert!(Given::text("256").read::<u8>().is_err());
        assert!(Given::text("x").read::<Point>().is_err());
        assert!(Given::text("blue").read::<Colour>().is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_itself_and_breaks_no_reader(any: String) {
            assert_eq!(text::<String>(&any), any);
            let given = Given::text(any);
            let _ = given.guess();
            let _ = given.read::<bool>();
            let _ = given.read::<i128>();
            let _ = given.read::<Vec<f64>>();
            let _ = given.read::<(u8, char)>();
            let _ = given.read::<BTreeMap<String, u8>>();
            let _ = given.read::<Point>();
            let _ = given.read::<Colour>();
            let _ = given.read::<()>();
        }

        #[test]
        fn a_value_is_the_same_as_json_and_as_a_text(numbers: Vec<i64>, float: f64, flag: bool) {
            let map = BTreeMap::from([("x", numbers.clone())]);
            for given in [Given::value(&map).unwrap(), Given::text(serde_json::to_string(&map).unwrap())] {
                assert_eq!(given.read::<BTreeMap<String, Vec<i64>>>().unwrap()["x"], numbers);
            }
            assert_eq!(text::<Vec<i64>>(&serde_json::to_string(&numbers).unwrap()), numbers);
            assert_eq!(text::<f64>(&serde_json::to_string(&float).unwrap()), float);
            assert_eq!(text::<bool>(&flag.to_string()), flag);
        }
    }

    #[test]
    fn a_number_of_json_keeps_its_digits() {
        let json = "12345678901234567890123".to_owned();
        let given = Given::json(RawValue::from_string(json).unwrap());
        assert_eq!(
            given.read::<u128>().unwrap(),
            12_345_678_901_234_567_890_123
        );
        assert!(given.read::<String>().is_err());
    }
}
