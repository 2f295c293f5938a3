//! Between serde and values.

use std::fmt;

use serde::ser::{self, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::access::new_dict;
use super::budget;
use super::kinds::{V, Value};
use crate::error::Error;

impl Value {
    /// A value of anything that serde can write. A struct becomes a dict whose keys
    /// are attributes as well, as `tornado.util.ObjectDict`; a map is a plain dict.
    ///
    /// ```
    /// use serde::Serialize;
    /// use tornado_template::{Template, Value, context};
    ///
    /// #[derive(Serialize)]
    /// struct Entry {
    ///     title: &'static str,
    ///     tags: Vec<&'static str>,
    /// }
    ///
    /// let entry = Value::from_serialize(&Entry { title: "News", tags: vec!["a", "b"] })?;
    /// let template = Template::new("{{ entry.title }}: {{ ', '.join(entry['tags']) }}")?;
    /// assert_eq!(template.generate(context! { entry })?, "News: a, b");
    /// # Ok::<(), tornado_template::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where its `Serialize` says so, where a key of a map can't be one of a dict, and
    /// for whole numbers beyond 64 bits.
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Value, Error> {
        value.serialize(ToValue)
    }
}

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Error {
        Error::value_error(message.to_string())
    }
}

struct ToValue;

/// What has been written of a list, a struct or a map; and its name, if it is a
/// variant of an enum.
struct Parts {
    items: Vec<Value>,
    keys: Vec<Value>,
    attributes: bool,
    tuple: bool,
    variant: Option<&'static str>,
}

impl Parts {
    fn new(variant: Option<&'static str>) -> Parts {
        Parts {
            items: Vec::new(),
            keys: Vec::new(),
            attributes: false,
            tuple: false,
            variant,
        }
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let _deeper = budget::deeper("")?;
        self.items.push(value.serialize(ToValue)?);
        Ok(())
    }

    fn named(&self, value: Value) -> Value {
        match self.variant {
            Some(name) => Value::dict([(name, value)]),
            None => value,
        }
    }

    fn list(mut self) -> Result<Value, Error> {
        let items = std::mem::take(&mut self.items);
        let value = if self.tuple {
            Value::tuple(items)
        } else {
            Value::from(items)
        };
        Ok(self.named(value))
    }

    fn dict(mut self) -> Result<Value, Error> {
        let keys = std::mem::take(&mut self.keys);
        let items = std::mem::take(&mut self.items);
        let value = new_dict(keys.into_iter().zip(items), self.attributes);
        Ok(self.named(value))
    }
}

macro_rules! simple {
    ($($name:ident($ty:ty))*) => {$(
        fn $name(self, value: $ty) -> Result<Value, Error> {
            Ok(Value::from(value))
        }
    )*};
}

impl Serializer for ToValue {
    type Ok = Value;
    type Error = Error;
    type SerializeSeq = Parts;
    type SerializeTuple = Parts;
    type SerializeTupleStruct = Parts;
    type SerializeTupleVariant = Parts;
    type SerializeMap = Parts;
    type SerializeStruct = Parts;
    type SerializeStructVariant = Parts;

    simple! {
        serialize_bool(bool) serialize_i8(i8) serialize_i16(i16) serialize_i32(i32)
        serialize_i64(i64) serialize_u8(u8) serialize_u16(u16) serialize_u32(u32)
        serialize_f32(f32) serialize_f64(f64) serialize_char(char) serialize_str(&str)
    }

    fn serialize_u64(self, value: u64) -> Result<Value, Error> {
        let value = i64::try_from(value).map_err(|_| Error::overflow())?;
        Ok(Value::from(value))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Value, Error> {
        Ok(Value::bytes(value))
    }

    fn serialize_none(self) -> Result<Value, Error> {
        Ok(Value::none())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Error> {
        Ok(Value::none())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Error> {
        Ok(Value::none())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Value, Error> {
        Ok(Value::from(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        Ok(Value::dict([(variant, value.serialize(self)?)]))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts, Error> {
        Ok(Parts::new(None))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts, Error> {
        Ok(Parts {
            tuple: true,
            ..Parts::new(None)
        })
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts, Error> {
        Ok(Parts {
            tuple: true,
            ..Parts::new(None)
        })
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts, Error> {
        Ok(Parts {
            tuple: true,
            ..Parts::new(Some(variant))
        })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts, Error> {
        Ok(Parts::new(None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts, Error> {
        Ok(Parts {
            attributes: true,
            ..Parts::new(None)
        })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts, Error> {
        Ok(Parts {
            attributes: true,
            ..Parts::new(Some(variant))
        })
    }
}

macro_rules! lists {
    ($($of:ident $method:ident)*) => {$(
        impl ser::$of for Parts {
            type Ok = Value;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.push(value)
            }

            fn end(self) -> Result<Value, Error> {
                self.list()
            }
        }
    )*};
}

lists! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
    SerializeTupleVariant serialize_field
}

macro_rules! structs {
    ($($of:ident)*) => {$(
        impl ser::$of for Parts {
            type Ok = Value;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
                self.keys.push(Value::from(name));
                self.push(value)
            }

            fn end(self) -> Result<Value, Error> {
                self.dict()
            }
        }
    )*};
}

structs! { SerializeStruct SerializeStructVariant }

impl SerializeMap for Parts {
    type Ok = Value;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let key = key.serialize(ToValue)?;
        key.check_hashable()?;
        self.keys.push(key);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.push(value)
    }

    fn end(self) -> Result<Value, Error> {
        self.dict()
    }
}

/// As Python's `json.dumps` has it: keys become texts, and what JSON has no form
/// for is an error.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let custom = |error: Error| ser::Error::custom(error.message());
        budget::work(1).map_err(custom)?;
        budget::room(self.as_str().map_or(8, str::len)).map_err(custom)?;
        match &self.0 {
            V::None => serializer.serialize_none(),
            V::Bool(b) => serializer.serialize_bool(*b),
            V::Int(i) => serializer.serialize_i64(*i),
            V::Float(f) => serializer.serialize_f64(*f),
            V::Str(text) => serializer.serialize_str(text),
            V::Tuple(_) | V::List(_) => {
                let _deeper = budget::deeper("").map_err(|_| ser::Error::custom(CIRCULAR))?;
                let items = self.to_vec().map_err(custom)?;
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in &items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            V::Dict(dict) => {
                let _deeper = budget::deeper("").map_err(|_| ser::Error::custom(CIRCULAR))?;
                let items = dict.lock().clone();
                let mut map = serializer.serialize_map(Some(items.len()))?;
                for (key, value) in &items {
                    let name = match &key.0.0 {
                        V::Str(text) => text.to_string(),
                        V::None => "null".to_owned(),
                        V::Bool(b) => b.to_string(),
                        V::Int(_) | V::Float(_) => key.0.to_string(),
                        _ => {
                            return Err(ser::Error::custom(format!(
                                "keys must be str, int, float, bool or None, not {}",
                                key.0.type_name()
                            )));
                        }
                    };
                    map.serialize_entry(&name, value)?;
                }
                map.end()
            }
            V::Object(object) => match object.to_json() {
                Some(value) => {
                    let _deeper = budget::deeper("").map_err(|_| ser::Error::custom(CIRCULAR))?;
                    value.serialize(serializer)
                }
                None => Err(no_json(self)),
            },
            _ => Err(no_json(self)),
        }
    }
}

/// What Python says of a list in itself, and nobody nests lists that deep otherwise.
pub(crate) const CIRCULAR: &str = "Circular reference detected";

fn no_json<E: ser::Error>(value: &Value) -> E {
    E::custom(format!(
        "Object of type {} is not JSON serializable",
        value.type_name()
    ))
}
