//! The settings: a text in TOML or JSON, and one key by each of its sources.

use serde_json::Value;
use serde_json::value::RawValue;
use tornado_web::{Application, Settings, SettingsError};

/// In no message, and in no `Debug`.
const SECRET: &str = "s3cr3t that nobody shows";

/// Keys that would read what the machine has.
const OF_FILES: &[&str] = &["static_path", "template_path"];

pub(crate) fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    if text.contains("_file") {
        return;
    }
    used(Settings::from_toml_str(text));
    used(Settings::from_json_str(text));

    let (key, value) = text.split_once('\n').unwrap_or((text, ""));
    one_value(key, value);
    secret(key, value);
}

/// A value is the same in a file of JSON, in the environment, and from the program.
fn one_value(key: &str, value: &str) {
    let json: Option<&RawValue> = serde_json::from_str(value).ok();
    let (true, Some(json)) = (is_known(key), json) else {
        used(Settings::from_variables("", [(key, value)]));
        return;
    };
    let in_file = Settings::from_json_str(&format!("{{\"{key}\": {json}}}"));
    // A text has quotes in a file, and none in the environment.
    let text: Option<String> = serde_json::from_str(value).ok();
    let variable = text.as_deref().unwrap_or(json.get());
    let in_environment = Settings::from_variables("", [(key, variable)]);
    if let Ok(in_file) = &in_file
        && in_file.contains(key)
    {
        let in_environment = in_environment.as_ref().unwrap_or_else(|error| {
            panic!("{value} is good in a file: {error}");
        });
        assert_eq!(shown(in_environment, key), shown(in_file, key));
    }
    if let Ok(number) = serde_json::from_str::<Value>(value) {
        let set = used(Ok(Settings::new().set(key, number)));
        if let (Some(set), Ok(in_file)) = (set, &in_file) {
            assert_eq!(shown(&set, key), shown(in_file, key));
        }
    }
    used(in_file);
    used(in_environment);
}

fn is_known(key: &str) -> bool {
    key == key.to_lowercase() && Settings::rows().any(|row| row.key() == key)
}

fn shown(settings: &Settings, key: &str) -> Option<Value> {
    settings.get(key).expect("a row shows itself as JSON")
}

/// Whatever is wrong with a secret, the secret is not shown.
fn secret(key: &str, value: &str) {
    let with_secret = format!("{value}{SECRET}");
    let json = serde_json::to_string(&with_secret).expect("a text is JSON");
    for row in Settings::rows().filter(|row| row.is_secret()) {
        let secret_key = row.key();
        for settings in [
            Settings::from_variables("", [(secret_key, &with_secret)]),
            Settings::from_json_str(&format!("{{\"{secret_key}\": {json}}}")),
            Settings::from_json_str(&format!("{{\"{secret_key}\": [{json}]}}")),
            Settings::from_json_str(&format!("{{\"{secret_key}\": {{{json}: {json}}}}}")),
            Settings::from_toml_str(&format!("{secret_key} = {json}\n{key}")),
            Settings::from_toml_str(&format!("{secret_key} = \"{SECRET}{value}")),
        ] {
            hides_secret(&settings);
            if let Ok(settings) = settings {
                hides_secret(&Application::new([], settings.logging("none")));
            }
        }
    }
}

fn hides_secret<T: std::fmt::Debug>(result: &Result<T, impl std::error::Error>) {
    let shown = match result {
        Ok(value) => format!("{value:?}"),
        Err(error) => format!("{error} {error:?}"),
    };
    assert!(!shown.contains(SECRET), "{shown}");
}

/// What an application says to settings: it takes them, or names a reason. Gives them
/// back if it does.
fn used(settings: Result<Settings, SettingsError>) -> Option<Settings> {
    let settings = match settings {
        Ok(settings) => settings,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return None;
        }
    };
    let _ = format!("{settings:?}");
    if OF_FILES.iter().any(|key| settings.contains(key)) {
        return None;
    }
    let application = Application::new([], settings.clone().merge(Settings::new().logging("none")));
    application.is_ok().then_some(settings)
}
