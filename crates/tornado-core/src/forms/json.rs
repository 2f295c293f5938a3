//! A JSON object as the fields of a struct.

use serde::de::DeserializeSeed;
use serde_json::{Map, Value};
use serde_path_to_error::{Deserializer, Track};

use crate::de::{Failure, Fields};

/// A JSON object.
pub(super) struct JsonFields(pub(super) Map<String, Value>);

impl Fields for JsonFields {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    fn read<'de, S: DeserializeSeed<'de>>(&self, name: &str, seed: S) -> Result<S::Value, Failure> {
        let value = self.0.get(name).cloned().unwrap_or_default();
        let mut track = Track::new();
        let read = seed.deserialize(Deserializer::new(value, &mut track));
        read.map_err(|error| {
            let path = track.path().to_string();
            let within = match path.as_str() {
                "." => String::new(),
                path if path.starts_with('[') => path.to_owned(),
                path => format!(".{path}"),
            };
            Failure::within(within, error.to_string())
        })
    }
}
