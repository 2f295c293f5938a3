//! `read`: a struct from fields by name.

use std::cell::Cell;
use std::collections::BTreeSet;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::blank::Blank;
use super::failure::{Failure, Kind};
#[cfg(feature = "forms")]
use crate::Error;

/// The token of a form, which is not part of its content.
const TOKEN: &str = "_xsrf";

/// Named fields: the arguments of a request, or the members of a JSON object.
pub(crate) trait Fields {
    /// The names that are present, each once.
    fn names(&self) -> impl Iterator<Item = &str>;

    /// Reads the field with this name, which is present.
    fn read<'de, S: DeserializeSeed<'de>>(&self, name: &str, seed: S) -> Result<S::Value, Failure>;
}

/// Reads a struct, or a map. It stops at the first field that can't be read.
///
/// A field that was left blank counts as missing, unless its type accepts a
/// blank: the result is `None`, its default, or an error that says what was
/// expected.
pub(crate) fn read<T: DeserializeOwned>(fields: &impl Fields) -> Result<T, Failure> {
    let mut plan = Plan::default();
    let mut blank = Vec::new();
    loop {
        match T::deserialize(Record {
            fields,
            plan: &plan,
        }) {
            Err(failure) => match plan.leave_out(&failure) {
                true => blank.push(failure),
                false => return Err(blank_again(blank, failure)),
            },
            Ok(value) => return Ok(value),
        }
    }
}

/// If the missing field was left out for being blank, that is the error.
fn blank_again(blank: Vec<Failure>, failure: Failure) -> Failure {
    let Failure::Missing(missing) = &failure else {
        return failure;
    };
    let is_it = |blank: &Failure| matches!(blank, Failure::Value { field: Some(field), .. } if field == missing);
    blank.into_iter().find(is_it).unwrap_or(failure)
}

/// The result for a struct and for its fields.
#[cfg(feature = "forms")]
#[derive(Debug)]
pub(crate) struct Collected<T> {
    /// The struct, with a stand-in for each field that could not be read;
    /// `None` if that was not possible.
    pub(crate) value: Option<T>,
    /// The fields that could not be read, and why.
    pub(crate) failures: Vec<(String, Failure)>,
    /// The names of the struct's fields, according to serde.
    pub(crate) names: &'static [&'static str],
}

/// Reads a struct, and finds all fields that can't be read. For each of them it
/// starts over, with a stand-in for the field.
///
/// # Errors
///
/// The error of a hook.
#[cfg(feature = "forms")]
pub(crate) fn collect<T: DeserializeOwned>(fields: &impl Fields) -> Result<Collected<T>, Error> {
    let mut plan = Plan::default();
    let mut failures = Vec::new();
    let value = loop {
        let failure = match T::deserialize(Record {
            fields,
            plan: &plan,
        }) {
            Ok(value) => break Some(value),
            Err(Failure::Other(error)) => return Err(error),
            Err(Failure::Shape(message)) => {
                return Err(Failure::Shape(message).into_error(None));
            }
            Err(failure) => failure,
        };
        if plan.leave_out(&failure) {
            continue;
        }
        let field = match &failure {
            Failure::Value { field, .. } => field.clone().unwrap_or_default(),
            Failure::Missing(field) => field.clone(),
            _ => String::new(),
        };
        // A failure of the whole belongs to no field, and a stand-in may be
        // refused, too.
        let stand_in_is_refused = plan.stand_ins.contains(&field);
        let is_of_the_whole = field.is_empty();
        let is_unknown = failure.is(Kind::Known);
        if !stand_in_is_refused {
            failures.push((field.clone(), failure));
        }
        if stand_in_is_refused || is_of_the_whole {
            break None;
        }
        let elsewhere = match is_unknown {
            true => &mut plan.left_out,
            false => &mut plan.stand_ins,
        };
        elsewhere.insert(field);
    };
    Ok(Collected {
        value,
        failures,
        names: plan.names.get(),
    })
}

/// Fields that are treated specially.
#[derive(Default)]
struct Plan {
    /// Fields that are present but count as missing.
    left_out: BTreeSet<String>,
    /// Fields that get a stand-in of whatever type is requested.
    stand_ins: BTreeSet<String>,
    /// The field names that the struct has reported.
    names: Cell<&'static [&'static str]>,
}

impl Plan {
    /// Leaves out a blank field; `false` if the failure is a different one.
    fn leave_out(&mut self, failure: &Failure) -> bool {
        match failure {
            Failure::Value {
                field: Some(field),
                kind: Kind::Blank,
                ..
            } => self.left_out.insert(field.clone()),
            _ => false,
        }
    }
}

/// All fields, for serde.
struct Record<'a, F> {
    fields: &'a F,
    plan: &'a Plan,
}

impl<F: Fields> Record<'_, F> {
    fn visit<'de, V: Visitor<'de>>(self, known: &[&str], visitor: V) -> Result<V::Value, Failure> {
        let is_read = |name: &str| {
            !self.plan.left_out.contains(name)
                && !self.plan.stand_ins.contains(name)
                && (name != TOKEN || known.contains(&TOKEN))
        };
        let names: Vec<&str> = self.fields.names().filter(|name| is_read(name)).collect();
        visitor.visit_map(Entries {
            fields: self.fields,
            names: names.into_iter(),
            stand_ins: self.plan.stand_ins.iter(),
            next: None,
        })
    }
}

impl<'de, F: Fields> Deserializer<'de> for Record<'_, F> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.visit(&[], visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.plan.names.set(fields);
        self.visit(fields, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_some(self)
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

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The fields one after another, those with a stand-in last.
struct Entries<'a, F> {
    fields: &'a F,
    names: std::vec::IntoIter<&'a str>,
    stand_ins: std::collections::btree_set::Iter<'a, String>,
    next: Option<Next<'a>>,
}

/// A field whose name was read.
enum Next<'a> {
    Field(&'a str),
    StandIn(&'a str),
}

impl<'a, F> Entries<'a, F> {
    fn advance(&mut self) -> Option<&'a str> {
        if let Some(name) = self.names.next() {
            self.next = Some(Next::Field(name));
            return Some(name);
        }
        if let Some(name) = self.stand_ins.next() {
            self.next = Some(Next::StandIn(name));
            return Some(name);
        }
        None
    }
}

impl<'de, F: Fields> MapAccess<'de> for Entries<'_, F> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Failure> {
        let Some(name) = self.advance() else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, Failure> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Failure> {
        let (name, value) = match self.next.take() {
            Some(Next::Field(name)) => (name, self.fields.read(name, seed)),
            Some(Next::StandIn(name)) => (name, seed.deserialize(Blank)),
            None => {
                let message = "a value was read before its name";
                return Err(Failure::Shape(message.to_owned()));
            }
        };
        value.map_err(|failure| failure.in_field(name))
    }
}
