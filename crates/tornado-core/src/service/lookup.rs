//! Looking up arguments, as text and for serde.

use serde::de::value::SeqDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Visitor};

use super::late::ask;
use crate::arguments::{Argument, ArgumentSource, Arguments, clean_argument};
use crate::de::{Failure, Fields, Kind, Text};
use crate::{Exchange, RequestHandler, Result};

/// The last value of a name, as found by the hook of the outermost handler.
pub(super) fn one<H: RequestHandler>(
    handler: &H,
    argument: Argument<'_>,
) -> Result<Option<String>> {
    let (source, strip) = (argument.source(), argument.is_stripped());
    let exchange = handler.exchange();
    ask("do_get_argument", || match exchange.outer_class::<H>() {
        None => H::do_get_argument(exchange, argument.name(), source, strip),
        Some(class) => class.do_get_argument(exchange, argument.name(), source, strip),
    })
}

/// All values of a name.
pub(super) fn all<H: RequestHandler>(handler: &H, argument: Argument<'_>) -> Result<Vec<String>> {
    let exchange = handler.exchange();
    let values = arguments(exchange, argument.source()).get_all(argument.name());
    values
        .map(|value| decode(handler, value, argument.name(), argument.is_stripped()))
        .collect()
}

/// One argument as the requested type. A blank argument that the type does not
/// accept counts as missing, if it may be missing.
pub(super) fn read<H: RequestHandler, T: DeserializeOwned>(
    handler: &H,
    argument: Argument<'_>,
) -> Result<T> {
    let value = Value {
        handler,
        argument,
        is_left_out: false,
    };
    let read = T::deserialize(value).or_else(|failure| {
        if !failure.is(Kind::Blank) {
            return Err(failure);
        }
        let left_out = Value {
            is_left_out: true,
            ..value
        };
        T::deserialize(left_out).map_err(|_| failure)
    });
    read.map_err(|failure| failure.into_error(Some(argument.name())))
}

/// The default of the hook `do_get_argument`.
pub(crate) fn last_argument(
    exchange: &Exchange,
    name: &str,
    source: ArgumentSource,
    strip: bool,
) -> Result<Option<String>> {
    let last = |source| arguments(exchange, source).get_all(name).last();
    let found = match source {
        // One after the other, so that they need not be merged.
        ArgumentSource::Both => last(ArgumentSource::Body).or_else(|| last(ArgumentSource::Query)),
        one => last(one),
    };
    found
        .map(|value| decode(exchange, value, name, strip))
        .transpose()
}

fn arguments(exchange: &Exchange, source: ArgumentSource) -> &Arguments {
    let request = exchange.request();
    match source {
        ArgumentSource::Both => request.arguments(),
        ArgumentSource::Query => request.query_arguments(),
        ArgumentSource::Body => request.body_arguments(),
    }
}

fn decode<H: RequestHandler>(handler: &H, value: &[u8], name: &str, strip: bool) -> Result<String> {
    let exchange = handler.exchange();
    let text = match exchange.outer_class::<H>() {
        None => H::decode_argument(exchange, value, Some(name)),
        Some(class) => class.decode_argument(exchange, value, Some(name)),
    };
    Ok(clean_argument(text?, strip))
}

/// The arguments of one source as the fields of a struct.
pub(crate) struct ArgumentFields<'a, H> {
    handler: &'a H,
    source: ArgumentSource,
}

impl<'a, H: RequestHandler> ArgumentFields<'a, H> {
    pub(super) fn of_query(handler: &'a H) -> Self {
        let source = ArgumentSource::Query;
        ArgumentFields { handler, source }
    }

    pub(crate) fn of_body(handler: &'a H) -> Self {
        let source = ArgumentSource::Body;
        ArgumentFields { handler, source }
    }
}

impl<H: RequestHandler> Fields for ArgumentFields<'_, H> {
    fn names(&self) -> impl Iterator<Item = &str> {
        arguments(self.handler.exchange(), self.source).names()
    }

    fn read<'de, S: DeserializeSeed<'de>>(&self, name: &str, seed: S) -> Result<S::Value, Failure> {
        seed.deserialize(Value {
            handler: self.handler,
            argument: Argument::of(name, self.source),
            is_left_out: false,
        })
    }
}

/// The values of one name. The type determines which of them are decoded.
struct Value<'a, H> {
    handler: &'a H,
    argument: Argument<'a>,
    /// Whether it counts as missing.
    is_left_out: bool,
}

impl<H> Clone for Value<'_, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H> Copy for Value<'_, H> {}

impl<H: RequestHandler> Value<'_, H> {
    fn one(&self) -> Result<Option<String>, Failure> {
        if self.is_left_out {
            return Ok(None);
        }
        one(self.handler, self.argument).map_err(Failure::Other)
    }

    fn needed(&self) -> Result<String, Failure> {
        let missing = || Failure::Missing(self.argument.name().to_owned());
        self.one()?.ok_or_else(missing)
    }
}

macro_rules! parse {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            Text(Some(&self.needed()?)).$method(visitor)
        }
    )*};
}

macro_rules! text {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            visitor.visit_string(self.needed()?)
        }
    )*};
}

impl<'de, H: RequestHandler> Deserializer<'de> for Value<'_, H> {
    type Error = Failure;

    parse! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_u128 deserialize_f32 deserialize_f64 deserialize_char
    }

    text! {
        deserialize_any deserialize_str deserialize_string deserialize_bytes
        deserialize_byte_buf deserialize_unit deserialize_map deserialize_identifier
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.one()? {
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

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let values = all(self.handler, self.argument).map_err(Failure::Other)?;
        let mut seq = SeqDeserializer::new(values.iter().map(|text| Text(Some(text))));
        let value = visitor.visit_seq(&mut seq).map_err(Failure::in_list)?;
        seq.end()?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        Text(Some(&self.needed()?)).deserialize_enum(name, variants, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_map(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_unit(visitor)
    }

    /// An ignored value is not decoded.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }
}
