//! From Rust's types to values, and back.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::access::new_dict;
use super::context::Context;
use super::kinds::{List, Object, V, Value};
use crate::error::Error;

macro_rules! from_ints {
    ($($int:ty),*) => {$(
        impl From<$int> for Value {
            fn from(i: $int) -> Value {
                Value(V::Int(i64::from(i)))
            }
        }
    )*};
}

from_ints!(i8, i16, i32, i64, u8, u16, u32);

/// Beyond 63 bits it is a float.
impl From<u64> for Value {
    fn from(i: u64) -> Value {
        i64::try_from(i).map_or(Value(V::Float(i as f64)), |i| Value(V::Int(i)))
    }
}

impl From<usize> for Value {
    fn from(i: usize) -> Value {
        Value::from(i as u64)
    }
}

impl From<isize> for Value {
    fn from(i: isize) -> Value {
        Value(V::Int(i as i64))
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value(V::Bool(b))
    }
}

impl From<f64> for Value {
    fn from(f: f64) -> Value {
        Value(V::Float(f))
    }
}

impl From<f32> for Value {
    fn from(f: f32) -> Value {
        Value(V::Float(f64::from(f)))
    }
}

impl From<()> for Value {
    fn from((): ()) -> Value {
        Value(V::None)
    }
}

impl From<char> for Value {
    fn from(c: char) -> Value {
        Value::from(&*c.encode_utf8(&mut [0; 4]))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value(V::Str(text.into()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value(V::Str(text.into()))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Value {
        Value::from(text.as_str())
    }
}

impl From<Arc<str>> for Value {
    fn from(text: Arc<str>) -> Value {
        Value(V::Str(text))
    }
}

impl From<Cow<'_, str>> for Value {
    fn from(text: Cow<'_, str>) -> Value {
        Value::from(&*text)
    }
}

impl From<&Value> for Value {
    fn from(value: &Value) -> Value {
        value.clone()
    }
}

/// `None` is Python's `None`.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value(V::None), Into::into)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Value {
        items.into_iter().collect()
    }
}

impl<T: Into<Value> + Clone> From<&[T]> for Value {
    fn from(items: &[T]) -> Value {
        items.iter().cloned().collect()
    }
}

impl<T: Into<Value>, const N: usize> From<[T; N]> for Value {
    fn from(items: [T; N]) -> Value {
        items.into_iter().collect()
    }
}

/// A list.
impl<T: Into<Value>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Value {
        let items = items.into_iter().map(Into::into).collect();
        Value(V::List(Arc::new(List::new(items))))
    }
}

/// A dict.
impl<K: Into<String>, T: Into<Value>, S> From<HashMap<K, T, S>> for Value {
    fn from(map: HashMap<K, T, S>) -> Value {
        Value::dict(map.into_iter().map(|(key, value)| (key.into(), value)))
    }
}

/// A dict.
impl<K: Into<String>, T: Into<Value>> From<BTreeMap<K, T>> for Value {
    fn from(map: BTreeMap<K, T>) -> Value {
        Value::dict(map.into_iter().map(|(key, value)| (key.into(), value)))
    }
}

/// A dict of the names, the last value of each.
///
/// ```
/// use tornado_template::{Template, context};
///
/// let pages = context! { current = 2, last = 5 };
/// let template = Template::new("Page {{ pages['current'] }} of {{ pages['last'] }}")?;
/// assert_eq!(template.generate(context! { pages })?, "Page 2 of 5");
/// # Ok::<(), tornado_template::Error>(())
/// ```
impl From<Context> for Value {
    fn from(context: Context) -> Value {
        Value::dict(context.iter())
    }
}

/// An object that other parts of the program have as well.
impl<T: Object> From<Arc<T>> for Value {
    fn from(object: Arc<T>) -> Value {
        Value(V::Object(object))
    }
}

macro_rules! from_tuples {
    ($(($($name:ident)*))*) => {$(
        impl<$($name: Into<Value>),*> From<($($name,)*)> for Value {
            #[expect(non_snake_case, reason = "the names of the types serve for the values, too")]
            fn from(($($name,)*): ($($name,)*)) -> Value {
                Value::tuple([$($name.into()),*] as [Value; _])
            }
        }
    )*};
}

from_tuples!((A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F));

impl Value {
    /// Python's `None`.
    #[must_use]
    pub fn none() -> Value {
        Value(V::None)
    }

    /// A value of a struct with attributes and methods.
    #[must_use]
    pub fn from_object(object: impl Object) -> Value {
        Value(V::Object(Arc::new(object)))
    }

    /// Python's `bytes`. A page shows them as they are, if they are UTF-8.
    #[must_use]
    pub fn bytes(bytes: impl Into<Arc<[u8]>>) -> Value {
        Value(V::Bytes(bytes.into()))
    }

    /// A tuple.
    #[must_use]
    pub fn tuple<T: Into<Value>>(items: impl IntoIterator<Item = T>) -> Value {
        Value(V::Tuple(Arc::new(
            items.into_iter().map(Into::into).collect(),
        )))
    }

    /// A dict of texts, in this order.
    #[must_use]
    pub fn dict<K: Into<String>, T: Into<Value>>(items: impl IntoIterator<Item = (K, T)>) -> Value {
        let items = items.into_iter();
        new_dict(items.map(|(k, v)| (Value::from(k.into()), v.into())), false)
    }

    /// Something that only the [`Host`](crate::Host) of a page knows, by a name: its
    /// attributes and calls are questions to the host.
    #[must_use]
    pub fn remote(path: impl Into<Arc<str>>) -> Value {
        Value(V::Remote(path.into()))
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            V::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one; True is 1.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            V::Int(i) => Some(i),
            V::Bool(b) => Some(i64::from(b)),
            _ => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self.0 {
            V::Float(f) => Some(f),
            V::Int(i) => Some(i as f64),
            V::Bool(b) => Some(f64::from(u8::from(b))),
            _ => None,
        }
    }

    /// The bytes, if it is `bytes`.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            V::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The object, if it is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Arc<dyn Object>> {
        match &self.0 {
            V::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The struct that was given to [`from_object`](Value::from_object), if it is
    /// one of this type.
    #[must_use]
    pub fn downcast_ref<T: Object>(&self) -> Option<&T> {
        let object: &dyn Object = &**self.as_object()?;
        (object as &dyn std::any::Any).downcast_ref()
    }

    /// The items that a loop would go through, if it is something to go through.
    #[must_use]
    pub fn items(&self) -> Option<Vec<Value>> {
        self.try_to_vec().ok().flatten()
    }
}

/// A type that an argument of a template can become.
pub trait FromValue: Sized {
    /// Makes it of a value.
    ///
    /// # Errors
    ///
    /// A `TypeError` where the value is of another kind.
    fn from_value(value: Value) -> Result<Self, Error>;
}

fn wrong<T>(value: &Value, wanted: &str) -> Result<T, Error> {
    let name = value.type_name();
    Err(Error::type_error(format!("{wanted} is needed, not {name}")))
}

impl FromValue for Value {
    fn from_value(value: Value) -> Result<Value, Error> {
        Ok(value)
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Result<String, Error> {
        value
            .as_str()
            .map_or_else(|| wrong(&value, "a text"), |text| Ok(text.to_owned()))
    }
}

impl FromValue for Arc<str> {
    fn from_value(value: Value) -> Result<Arc<str>, Error> {
        match value.0 {
            V::Str(text) => Ok(text),
            _ => wrong(&value, "a text"),
        }
    }
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Result<i64, Error> {
        value
            .as_i64()
            .map_or_else(|| wrong(&value, "a whole number"), Ok)
    }
}

impl FromValue for usize {
    fn from_value(value: Value) -> Result<usize, Error> {
        let i = i64::from_value(value)?;
        usize::try_from(i)
            .map_err(|_| Error::value_error("a number that is not negative is needed"))
    }
}

impl FromValue for f64 {
    fn from_value(value: Value) -> Result<f64, Error> {
        value.as_f64().map_or_else(|| wrong(&value, "a number"), Ok)
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Result<bool, Error> {
        Ok(value.is_true())
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Result<Option<T>, Error> {
        if value.is_none() {
            Ok(None)
        } else {
            T::from_value(value).map(Some)
        }
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: Value) -> Result<Vec<T>, Error> {
        value.to_vec()?.into_iter().map(T::from_value).collect()
    }
}
