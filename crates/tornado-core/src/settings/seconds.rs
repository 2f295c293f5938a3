//! `Seconds`: a time as a number.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A time as Tornado's settings have it: a number of seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seconds(pub(super) Duration);

impl From<Duration> for Seconds {
    fn from(duration: Duration) -> Seconds {
        Seconds(duration)
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Seconds, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        Duration::try_from_secs_f64(seconds)
            .map(Seconds)
            .map_err(serde::de::Error::custom)
    }
}

impl Serialize for Seconds {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_secs_f64().serialize(serializer)
    }
}
