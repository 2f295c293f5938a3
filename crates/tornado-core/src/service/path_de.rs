//! Reading the groups of a path into types, through serde.

use std::sync::Arc;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use crate::de::{Failure, Text};
use crate::{Error, HttpError, Result};

type Named = (Arc<str>, Option<String>);

pub(super) fn read<T: DeserializeOwned>(args: &[Option<String>], kwargs: &[Named]) -> Result<T> {
    T::deserialize(Groups { args, kwargs }).map_err(|error| match error {
        Failure::Value { message, .. } => HttpError::new(404).with_log_message(message).into(),
        Failure::Missing(name) => misfit(format!("there is no group `{name}`")),
        Failure::Length(message) | Failure::Shape(message) => misfit(message),
        Failure::Other(error) => error,
    })
}

/// The type expects different groups from those that exist: the program's
/// fault.
fn misfit(message: impl std::fmt::Display) -> Error {
    Error::msg(format!("the groups of the route do not fit: {message}"))
}

/// All groups: a sequence, or a map if they have names.
struct Groups<'a> {
    args: &'a [Option<String>],
    kwargs: &'a [Named],
}

impl<'a> Groups<'a> {
    fn values(&self) -> impl Iterator<Item = Text<'a>> + use<'a> {
        let values = self
            .args
            .iter()
            .chain(self.kwargs.iter().map(|(_, value)| value));
        values.map(|value| Text(value.as_deref()))
    }

    /// The group, if a plain type is requested.
    fn only(&self) -> Result<Text<'a>, Failure> {
        match (self.values().next(), self.values().count()) {
            (Some(only), 1) => Ok(only),
            (_, count) => Err(Failure::Shape(format!("there are {count}, expected one"))),
        }
    }
}

macro_rules! from_the_only_group {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            self.only()?.$method(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Groups<'_> {
    type Error = Failure;

    from_the_only_group! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_char deserialize_str deserialize_string
        deserialize_bytes deserialize_byte_buf deserialize_identifier deserialize_ignored_any
    }

    /// On a route without groups the value is `None`: Python's `def get(self, slug=None)`.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.values().next() {
            Some(_) => self.only()?.deserialize_option(visitor),
            None => visitor.visit_none(),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.only()?.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let mut seq = SeqDeserializer::new(self.values());
        let value = visitor.visit_seq(&mut seq)?;
        seq.end()?;
        Ok(value)
    }

    /// `def get(self, year, slug=None)` of Python: what the route has no group for is
    /// `None`.
    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let count = self.values().count();
        if count > len {
            return Err(Failure::Length(format!(
                "there are {count}, expected {len}"
            )));
        }
        visitor.visit_seq(Padded {
            groups: self.values(),
            count,
        })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let entries = self
            .kwargs
            .iter()
            .map(|(name, value)| (&**name, Text(value.as_deref())));
        visitor.visit_map(MapDeserializer::new(entries))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_map(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }
}

/// The groups, and behind them as many as a tuple asks for.
struct Padded<I> {
    groups: I,
    count: usize,
}

impl<'de, 'a, I: Iterator<Item = Text<'a>>> SeqAccess<'de> for Padded<I> {
    type Error = Failure;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Failure> {
        let element = match self.groups.next() {
            Some(group) => seed.deserialize(group),
            None => seed.deserialize(NoGroup { count: self.count }),
        };
        element.map(Some)
    }
}

/// A group that the route does not have: `None`, and nothing else.
struct NoGroup {
    count: usize,
}

impl<'de> Deserializer<'de> for NoGroup {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Failure> {
        Err(Failure::Length(format!(
            "there are {}, and the type wants more; `Option` is for one that a route may lack",
            self.count
        )))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    fn some(texts: &[&str]) -> Vec<Option<String>> {
        texts.iter().map(|t| Some((*t).to_owned())).collect()
    }

    #[test]
    fn tuples_take_groups_in_order() {
        let args = some(&["7", "a b"]);
        assert_eq!(
            read::<(u8, String)>(&args, &[]).unwrap(),
            (7, "a b".to_owned())
        );
        assert_eq!(read::<Vec<String>>(&args, &[]).unwrap(), ["7", "a b"]);
        assert_eq!(read::<u8>(&some(&["7"]), &[]).unwrap(), 7);
        assert_eq!(
            read::<(u8, Option<u8>)>(&[Some("1".to_owned()), None], &[]).unwrap(),
            (1, None)
        );
        read::<()>(&[], &[]).unwrap();
    }

    #[test]
    fn a_route_without_the_group_has_none() {
        assert_eq!(read::<Option<u8>>(&some(&["7"]), &[]).unwrap(), Some(7));
        assert_eq!(read::<Option<u8>>(&[None], &[]).unwrap(), None);
        assert_eq!(read::<Option<u8>>(&[], &[]).unwrap(), None);
        read::<Option<u8>>(&some(&["7", "8"]), &[]).unwrap_err();
        type Both = (u8, Option<u8>);
        assert_eq!(read::<Both>(&some(&["7"]), &[]).unwrap(), (7, None));
        assert_eq!(read::<Both>(&some(&["7", "8"]), &[]).unwrap(), (7, Some(8)));
        assert_eq!(read::<Both>(&[], &[]).unwrap_err().status(), 500);
        read::<u8>(&[], &[]).unwrap_err();
    }

    #[test]
    fn structs_take_groups_by_name() {
        #[derive(Debug, Deserialize, PartialEq)]
        #[serde(rename_all = "lowercase")]
        enum Kind {
            Book,
            Film,
        }
        #[derive(Debug, Deserialize, PartialEq)]
        struct Page {
            kind: Kind,
            id: u32,
        }
        let kwargs = [
            ("id".into(), Some("3".to_owned())),
            ("kind".into(), Some("film".to_owned())),
        ];
        assert_eq!(
            read::<Page>(&[], &kwargs).unwrap(),
            Page {
                kind: Kind::Film,
                id: 3
            }
        );
        let kwargs = [
            ("id".into(), Some("3".to_owned())),
            ("kind".into(), Some("song".to_owned())),
        ];
        assert_eq!(read::<Page>(&[], &kwargs).unwrap_err().status(), 404);
        let _ = Kind::Book;
    }

    #[test]
    fn the_clients_fault_is_404_and_ours_is_500() {
        assert_eq!(
            read::<(u8,)>(&some(&["300"]), &[]).unwrap_err().status(),
            404
        );
        assert_eq!(read::<(u8,)>(&[None], &[]).unwrap_err().status(), 404);
        assert_eq!(
            read::<(u8, u8)>(&some(&["1"]), &[]).unwrap_err().status(),
            500
        );
        assert_eq!(
            read::<(u8,)>(&some(&["1", "2"]), &[]).unwrap_err().status(),
            500
        );
        assert_eq!(
            read::<u8>(&some(&["1", "2"]), &[]).unwrap_err().status(),
            500
        );
    }
}
