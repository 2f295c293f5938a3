//! A JSON object as the fields of a struct.

use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};
use serde_path_to_error::Track;

use crate::de::{Failure, Fields, Kind, Text};

/// A JSON object.
pub(super) struct JsonFields(pub(super) Map<String, Value>);

impl Fields for JsonFields {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    fn read<'de, S: DeserializeSeed<'de>>(&self, name: &str, seed: S) -> Result<S::Value, Failure> {
        let value = self.0.get(name).unwrap_or(&Value::Null);
        let mut track = Track::new();
        let read = seed.deserialize(serde_path_to_error::Deserializer::new(
            Json(value),
            &mut track,
        ));
        read.map_err(|failure| {
            let path = track.path().to_string();
            failure.within(match path.as_str() {
                "." => String::new(),
                path if path.starts_with('[') => path.to_owned(),
                path => format!(".{path}"),
            })
        })
    }
}

/// A value of JSON, whose failures say what it is not.
#[derive(Clone, Copy)]
struct Json<'a>(&'a Value);

impl<'a> Json<'a> {
    fn visit<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.0 {
            Value::Null => {
                let visited = visitor.visit_unit();
                visited.map_err(|failure: Failure| failure.more_precisely(Kind::Required))
            }
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (.., number) => visitor.visit_f64(number.unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_str(text),
            Value::Array(values) => {
                let mut values = SeqDeserializer::new(values.iter().map(Json));
                let value = visitor.visit_seq(&mut values)?;
                values.end()?;
                Ok(value)
            }
            Value::Object(map) => visitor.visit_map(Json::entries(map)),
        }
    }

    /// A key is a text; one that is a number to the type is read as one.
    fn entries<'de>(
        map: &'a Map<String, Value>,
    ) -> MapDeserializer<'de, impl Iterator<Item = (Text<'a>, Json<'a>)>, Failure> {
        let entries = map.iter();
        MapDeserializer::new(entries.map(|(key, value)| (Text(Some(key)), Json(value))))
    }
}

macro_rules! precisely {
    ($($method:ident $kind:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            let visited = self.visit(visitor);
            visited.map_err(|failure| failure.more_precisely(Kind::$kind))
        }
    )*};
}

impl<'de> Deserializer<'de> for Json<'_> {
    type Error = Failure;

    precisely! {
        deserialize_i8 Integer
        deserialize_i16 Integer
        deserialize_i32 Integer
        deserialize_i64 Integer
        deserialize_i128 Integer
        deserialize_u8 Integer
        deserialize_u16 Integer
        deserialize_u32 Integer
        deserialize_u64 Integer
        deserialize_u128 Integer
        deserialize_f32 Float
        deserialize_f64 Float
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.visit(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        // How the types of serde_json itself, such as `RawValue`, ask for their text.
        if name.starts_with("$serde_json") {
            let read = self.0.clone().deserialize_newtype_struct(name, visitor);
            return read.map_err(Failure::custom);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        match self.0 {
            Value::Object(map) if map.len() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(Json::entries(map)))
            }
            Value::String(text) => {
                let name: StrDeserializer<'_, Failure> = text.as_str().into_deserializer();
                let visited = visitor.visit_enum(name);
                visited.map_err(|failure| failure.more_precisely(Kind::Choice))
            }
            Value::Null => Err(Failure::value(Kind::Required, "nothing is chosen")),
            _ => Err(Failure::value(Kind::Choice, "it is no name of a variant")),
        }
    }

    /// What nobody asks for is not read.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier
    }
}

impl<'de> IntoDeserializer<'de, Failure> for Json<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
