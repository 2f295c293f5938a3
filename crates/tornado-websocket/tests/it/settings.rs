//! Each WebSocket setting from each source, and the values that can't be used.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use tornado_web::websocket::{SlowReaders, WebSocketSettings};
use tornado_web::{Application, Settings, SettingsError};

struct Case {
    key: &'static str,
    /// As in a JSON file.
    json: &'static str,
    set: fn(Settings) -> Settings,
    check: fn(&Settings),
}

/// Key, getter, the argument of the setter, the value in a file, the result of
/// the getter.
macro_rules! cases {
    ($($key:ident $get:ident: $set:expr, $json:literal, $expected:expr;)*) => {
        &[$(Case {
            key: stringify!($key),
            json: $json,
            set: |settings| settings.$key($set),
            check: |settings| assert_eq!(settings.$get(), $expected),
        }),*]
    };
}

const SECOND: Duration = Duration::from_secs(1);

const CASES: &[Case] = cases! {
    websocket_close_timeout get_websocket_close_timeout: SECOND / 2, "0.5", SECOND / 2;
    websocket_max_message_size get_websocket_max_message_size: 100, "100", 100;
    websocket_max_queue_size get_websocket_max_queue_size: 200, "200", 200;
    websocket_max_queued_messages get_websocket_max_queued_messages: 3, "3", 3;
    websocket_ping_interval get_websocket_ping_interval: SECOND, "1", SECOND;
    websocket_ping_timeout get_websocket_ping_timeout: Duration::ZERO, "0", Some(Duration::ZERO);
    websocket_slow_readers get_websocket_slow_readers: SlowReaders::DropOldest, "\"drop_oldest\"", SlowReaders::DropOldest;
};

/// Settings with one key, from each source.
fn from_all_sources(key: &str, value: &Value) -> Vec<Result<Settings, SettingsError>> {
    let json = Value::from_iter([(key, value.clone())]).to_string();
    let toml = format!("{key} = {value}");
    let text = value.as_str().map_or(value.to_string(), str::to_owned);
    vec![
        Settings::from_json_str(&json),
        Settings::from_toml_str(&toml),
        Settings::from_variables("APP_", [(format!("APP_{}", key.to_uppercase()), text)]),
        Ok(Settings::new().set(key, value)),
    ]
}

#[test]
fn each_setting_is_the_same_from_each_source() {
    for case in CASES {
        (case.check)(&(case.set)(Settings::new()));
        let value = serde_json::from_str(case.json).unwrap();
        for settings in from_all_sources(case.key, &value) {
            (case.check)(&settings.unwrap());
        }
    }
}

#[test]
fn each_setting_has_a_case() {
    let here = |key: &&str| key.starts_with("websocket_");
    let rows: BTreeSet<&str> = Settings::rows().map(|row| row.key()).filter(here).collect();
    assert_eq!(rows, CASES.iter().map(|case| case.key).collect());
}

#[test]
fn what_cannot_be_used_ends_the_start_from_each_source() {
    for (key, json, expected) in [
        ("websocket_close_timeout", "\"soon\"", "a number of seconds"),
        ("websocket_max_message_size", "1.5", "a number of bytes"),
        ("websocket_max_queue_size", "-1", "a number of bytes"),
        ("websocket_max_queued_messages", "\"few\"", "a whole number"),
        ("websocket_ping_interval", "-1", "a number of seconds"),
        ("websocket_ping_timeout", "true", "a number of seconds"),
        ("websocket_slow_readers", "\"sometimes\"", "`drop_newest`"),
    ] {
        let value = serde_json::from_str(json).unwrap();
        for settings in from_all_sources(key, &value) {
            let error = match settings {
                Err(error) => error.to_string(),
                Ok(settings) => Application::new([], settings).unwrap_err().to_string(),
            };
            assert!(error.contains(&format!("the setting `{key}`")), "{error}");
            assert!(error.contains(expected), "{expected}: {error}");
        }
    }
}
