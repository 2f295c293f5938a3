//! `Text`: one piece of text, parsed into the requested type.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::failure::{Failure, Kind};

/// One piece of text, parsed into the requested type; `None` if it is missing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a>(pub(crate) Option<&'a str>);

impl Text<'_> {
    fn text(&self) -> Result<&str, Failure> {
        self.0
            .ok_or_else(|| Failure::value(Kind::Other, "there is no value"))
    }

    fn refused(text: &str, kind: Kind, why: impl std::fmt::Display) -> Failure {
        let kind = if text.is_empty() { Kind::Blank } else { kind };
        Failure::value(kind, format!("{text:?}: {why}"))
    }
}

impl<'de> IntoDeserializer<'de, Failure> for Text<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parse {
    ($($method:ident $visit:ident $kind:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            let text = self.text()?;
            let value = text.parse().map_err(|why| Self::refused(text, Kind::$kind, why))?;
            visitor.$visit(value)
        }
    )*};
}

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_str(self.text()?)
    }

    /// As in pydantic, this accepts what a checkbox sends, and Python's `True`.
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let text = self.text()?;
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "on" | "yes" | "t" | "y" => visitor.visit_bool(true),
            "false" | "0" | "off" | "no" | "f" | "n" => visitor.visit_bool(false),
            _ => Err(Self::refused(
                text,
                Kind::Input,
                "neither `true` nor `false`",
            )),
        }
    }

    parse! {
        deserialize_i8 visit_i8 Integer
        deserialize_i16 visit_i16 Integer
        deserialize_i32 visit_i32 Integer
        deserialize_i64 visit_i64 Integer
        deserialize_i128 visit_i128 Integer
        deserialize_u8 visit_u8 Integer
        deserialize_u16 visit_u16 Integer
        deserialize_u32 visit_u32 Integer
        deserialize_u64 visit_u64 Integer
        deserialize_u128 visit_u128 Integer
        deserialize_f32 visit_f32 Float
        deserialize_f64 visit_f64 Float
        deserialize_char visit_char Input
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.0 {
            Some(_) => visitor.visit_some(self),
            None => visitor.visit_none(),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let text = self.text()?;
        if text.is_empty() && !variants.contains(&text) {
            return Err(Self::refused(text, Kind::Choice, "nothing is chosen"));
        }
        visitor.visit_enum(Variant(text))
    }

    forward_to_deserialize_any! {
        str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// The name of a variant without data.
struct Variant<'a>(&'a str);

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Failure;
    type Variant = NoData;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, NoData), Failure> {
        let name: StrDeserializer<'_, Failure> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, NoData))
    }
}

/// The content of a variant besides its name: nothing, since it is a single
/// word.
struct NoData;

impl NoData {
    fn refuse<T>() -> Result<T, Failure> {
        Err(Failure::Shape(
            "a text can't be a variant with data".to_owned(),
        ))
    }
}

impl<'de> VariantAccess<'de> for NoData {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _seed: T) -> Result<T::Value, Failure> {
        NoData::refuse()
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, _visitor: V) -> Result<V::Value, Failure> {
        NoData::refuse()
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Failure> {
        NoData::refuse()
    }
}
