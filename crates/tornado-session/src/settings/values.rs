//! Reading one setting.

use std::time::Duration;

use serde::de::DeserializeOwned;
use tornado_core::Settings;

use crate::SessionError;
use crate::error::unusable;

pub(super) fn get<T: DeserializeOwned>(
    settings: &Settings,
    key: &str,
) -> Result<Option<T>, SessionError> {
    let value = settings.get(key);
    value.map_err(|error| unusable(error.to_string()))
}

pub(super) fn seconds(settings: &Settings, key: &str) -> Result<Option<Duration>, SessionError> {
    let Some(value) = get::<f64>(settings, key)? else {
        return Ok(None);
    };
    // From a millisecond on: a session that is gone at once can't be meant.
    let duration = Duration::try_from_secs_f64(value).ok();
    match duration.filter(|duration| duration.as_millis() > 0) {
        Some(duration) => Ok(Some(duration)),
        None => Err(unusable(format!(
            "The setting '{key}' is a number of seconds above zero, not {value}"
        ))),
    }
}
