//! `handler.settings` in a page: the settings that are not secret.

use std::fmt;

use tornado_template::{Args, Error, Object, Value};

use crate::Application;
use crate::settings::Shown;

/// A dict without secrets.
pub(super) struct SettingsObject(pub(super) Application);

impl SettingsObject {
    fn get(&self, key: &str) -> Result<Option<Value>, Error> {
        match self.0.settings().shown(key) {
            Shown::Value(value) => Value::from_serialize(&value).map(Some),
            Shown::Nothing => Ok(None),
            Shown::Secret => Err(Error::with_class(
                "KeyError",
                format!(
                    "'{key}' (what may be a secret is not for templates; if it is none, give it to the page)"
                ),
            )),
        }
    }
}

impl Object for SettingsObject {
    fn type_name(&self) -> &str {
        "dict"
    }

    fn get_item(&self, key: &Value) -> Option<Result<Value, Error>> {
        let found = self.get(key.as_str().unwrap_or_default());
        Some(found.and_then(|value| value.ok_or_else(|| Error::with_class("KeyError", key.repr()))))
    }

    fn call_method(&self, name: &str, args: Args) -> Option<Result<Value, Error>> {
        let get = || {
            let found = self.get(&args.get::<String>(0, "key")?)?;
            found.map_or_else(|| args.get_or(1, "default", Value::none()), Ok)
        };
        (name == "get").then(get)
    }

    fn contains(&self, key: &Value) -> Option<bool> {
        let shown = self.0.settings().shown(key.as_str().unwrap_or_default());
        Some(matches!(shown, Shown::Value(_)))
    }
}

impl fmt::Debug for SettingsObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SettingsObject")
    }
}
