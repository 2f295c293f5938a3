//! A session as a struct of the application.

use std::any::type_name;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::Session;
use crate::{Json, SessionError, SessionErrorKind};

/// The fields of a struct, as the values of a session.
type Fields = BTreeMap<String, Json>;

impl Session {
    /// Reads the whole session as a struct: each field is the value of the key
    /// with its name. Keys that are not fields are ignored.
    ///
    /// Add `#[serde(default)]` to the struct, so that a session that has just
    /// begun can be read, too.
    ///
    /// # Errors
    ///
    /// [`WrongType`](SessionErrorKind::WrongType) when a value does not fit its
    /// field, or is missing for a field without a default. The message names
    /// the field, not the value.
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    /// use tornado_session::{MemoryStore, Session};
    ///
    /// #[derive(Default, Serialize, Deserialize)]
    /// #[serde(default)]
    /// struct Shop {
    ///     username: Option<String>,
    ///     cart: Vec<u32>,
    /// }
    ///
    /// let session = Session::new(MemoryStore::new(), Default::default());
    /// session.set("cart", [7]).unwrap();
    /// let shop: Shop = session.read().unwrap();
    /// assert_eq!((shop.username, shop.cart), (None, vec![7]));
    /// ```
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, SessionError> {
        let values: Vec<(Arc<str>, Json)> = {
            let state = self.inner().state();
            let pair = |key: &Arc<str>| Some((Arc::clone(key), state.value(key)?.clone()));
            state.keys().filter_map(pair).collect()
        };
        T::deserialize(Values(&values)).map_err(|Misfit(message)| {
            let message = format!("the session is no {}: {message}", type_name::<T>());
            SessionError::new(SessionErrorKind::WrongType, message)
        })
    }

    /// Changes the session through a struct. Only the fields that `change`
    /// changes are set, each under the key with its name, so concurrent
    /// requests that change different fields lose nothing. A field that serde
    /// leaves out afterwards (`skip_serializing_if`) is deleted.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read) and [`set`](Self::set);
    /// [`Unserializable`](SessionErrorKind::Unserializable) also when `T` is
    /// neither a struct with named fields nor a map.
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    /// use tornado_session::{MemoryStore, Session};
    ///
    /// #[derive(Default, Serialize, Deserialize)]
    /// #[serde(default)]
    /// struct Shop {
    ///     username: Option<String>,
    ///     visits: u32,
    /// }
    ///
    /// let session = Session::new(MemoryStore::new(), Default::default());
    /// let visits = session.update(|shop: &mut Shop| {
    ///     shop.visits += 1;
    ///     shop.visits
    /// }).unwrap();
    /// assert_eq!(visits, 1);
    /// assert_eq!(session.keys(), ["visits"]);
    /// ```
    pub fn update<T, R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, SessionError>
    where
        T: Serialize + DeserializeOwned,
    {
        let mut value: T = self.read()?;
        let before = fields(&value)?;
        let result = change(&mut value);
        let after = fields(&value)?;
        let deleted = before.keys().filter(|key| !after.contains_key(*key));
        let mut changes: Vec<_> = deleted.map(|key| (key.clone(), None)).collect();
        let set = after
            .into_iter()
            .filter(|(key, value)| before.get(key) != Some(value));
        changes.extend(set.map(|(key, value)| (key, Some(value))));
        let inner = self.inner();
        inner.state().change(changes, inner.options.max_size)?;
        Ok(result)
    }
}

fn fields<T: Serialize>(value: &T) -> Result<Fields, SessionError> {
    let unserializable = |error| {
        let message = format!(
            "a {} can't be written as the values of a session",
            type_name::<T>()
        );
        SessionError::new(SessionErrorKind::Unserializable, message).with_source(error)
    };
    let text = serde_json::to_string(value).map_err(unserializable)?;
    // That error would quote the value.
    serde_json::from_str(&text).map_err(|_| {
        unserializable(serde_json::Error::custom(
            "it is no struct with named fields",
        ))
    })
}

/// The values of a session as a map, for serde.
struct Values<'a>(&'a [(Arc<str>, Json)]);

/// Why they are not of the requested type, without showing them.
#[derive(Debug)]
struct Misfit(String);

impl<'de> Deserializer<'de> for Values<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Values<'de> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        let Some((key, _)) = self.0.first() else {
            return Ok(None);
        };
        seed.deserialize(StrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let Some(((key, value), rest)) = self.0.split_first() else {
            return Err(Misfit::custom("a value was asked for before its key"));
        };
        self.0 = rest;
        let mut text = serde_json::Deserializer::from_str(value.as_str());
        // The decoder's own message quotes the value, which does not belong in
        // logs.
        seed.deserialize(&mut text).map_err(|_| {
            let expected = type_name::<V::Value>();
            Misfit(format!(
                "the value '{key}' is {}, which does not fit a {expected}",
                value.sort()
            ))
        })
    }
}

impl serde::de::Error for Misfit {
    fn custom<T: fmt::Display>(message: T) -> Misfit {
        Misfit(message.to_string())
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misfit {}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::MemoryStore;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    struct Shop {
        username: Option<String>,
        cart: Vec<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        coupon: Option<String>,
    }

    fn session() -> Session {
        Session::new(MemoryStore::new(), Default::default())
    }

    #[test]
    fn only_fields_that_change_are_set() {
        let session = session();
        session.update(|_: &mut Shop| {}).unwrap();
        assert!(session.is_empty(), "a default that stays is not stored");
        session.set("other", 1).unwrap();
        session
            .update(|shop: &mut Shop| {
                shop.cart.push(7);
                shop.coupon = Some("x".to_owned());
            })
            .unwrap();
        assert_eq!(session.keys(), ["cart", "coupon", "other"]);
        let shop: Shop = session.read().unwrap();
        assert_eq!((shop.cart, shop.username), (vec![7], None));
        // A field that serde leaves out is deleted.
        session
            .update(|shop: &mut Shop| shop.coupon = None)
            .unwrap();
        assert_eq!(session.keys(), ["cart", "other"]);
        // Other keys stay.
        session
            .update(|shop: &mut Shop| {
                session.set("username", "kim").unwrap();
                shop.cart.clear();
            })
            .unwrap();
        let shop: Shop = session.read().unwrap();
        assert_eq!(shop.username.as_deref(), Some("kim"));
        assert!(shop.cart.is_empty());
    }

    #[test]
    fn a_value_that_does_not_fit_is_named_and_not_shown() {
        #[derive(Debug, Serialize, Deserialize)]
        struct Strict {
            visits: u32,
        }
        let session = session();
        session.set("visits", "4111").unwrap();
        let error = session.read::<Strict>().unwrap_err();
        assert_eq!(error.kind(), SessionErrorKind::WrongType);
        let message = error.to_string();
        assert!(
            message.contains("the value 'visits' is a string, which does not fit a u32"),
            "{message}"
        );
        assert!(!format!("{error:?}").contains("4111"));

        session.delete("visits");
        let message = session.read::<Strict>().unwrap_err().to_string();
        assert!(message.contains("missing field `visits`"), "{message}");
        let error = session.update(|_: &mut Strict| {}).unwrap_err();
        assert_eq!(error.kind(), SessionErrorKind::WrongType);
    }

    #[test]
    fn a_map_will_do_and_a_list_will_not() {
        let session = session();
        session
            .update(|map: &mut BTreeMap<String, u8>| map.insert("a".to_owned(), 1))
            .unwrap();
        assert_eq!(session.get::<u8>("a").unwrap(), Some(1));
        let error = session.read::<Vec<u8>>().unwrap_err();
        assert_eq!(error.kind(), SessionErrorKind::WrongType);

        #[derive(Deserialize)]
        struct Odd {}
        impl Serialize for Odd {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str("4111")
            }
        }
        let error = session.update(|_: &mut Odd| {}).unwrap_err();
        assert_eq!(error.kind(), SessionErrorKind::Unserializable);
        assert!(!format!("{error:?}").contains("4111"));
    }
}
