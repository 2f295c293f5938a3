//! Each setting from each source, and the values that can't be used.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Command;
use std::time::Duration;

use serde_json::{Map, Value};
use tornado_cookies::{CookieSecret, SameSite};
use tornado_core::{Application, Settings, SettingsError, StartErrorKind};
use tornado_session::{MemoryStore, SessionSettings as _, Sessions};

use crate::support::good;

struct Case {
    key: &'static str,
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

const MINUTE: Duration = Duration::from_secs(60);

const CASES: &[Case] = cases! {
    session_cache_headers get_session_cache_headers: false, "false", false;
    session_cookie_domain get_session_cookie_domain: "a.com", "\"a.com\"", Some("a.com");
    session_cookie_name get_session_cookie_name: "123", "\"123\"", "123";
    session_cookie_partitioned get_session_cookie_partitioned: true, "true", true;
    session_cookie_path get_session_cookie_path: "/app", "\"/app\"", "/app";
    session_cookie_samesite get_session_cookie_samesite: SameSite::Strict, "\"strict\"", SameSite::Strict;
    session_cookie_secure get_session_cookie_secure: true, "true", Some(true);
    session_expiry get_session_expiry: MINUTE, "60", MINUTE;
    session_max_lifetime get_session_max_lifetime: MINUTE, "60", Some(MINUTE);
    session_max_size get_session_max_size: 5000, "5000", 5000;
    session_renew_after get_session_renew_after: 0.5, "0.5", 0.5;
    session_save_on_error get_session_save_on_error: true, "true", true;
    session_store_key_prefix get_session_store_key_prefix: "null", "\"null\"", Some("null");
    session_store_pool_size get_session_store_pool_size: 3, "3", Some(3);
    session_store_timeout get_session_store_timeout: MINUTE, "60", MINUTE;
    session_sweep_interval get_session_sweep_interval: MINUTE, "60", MINUTE;
};

fn from_all_sources(key: &str, value: &Value) -> Vec<Result<Settings, SettingsError>> {
    let map = Map::from_iter([(key.to_owned(), value.clone())]);
    let json = serde_json::to_string(&map).expect("texts are JSON");
    let toml = format!("{key} = {value}");
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
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
    let url = "memory:".to_owned();
    for settings in from_all_sources("session_store", &url.clone().into()) {
        let found = settings.unwrap().get::<String>("session_store").unwrap();
        assert_eq!(found.as_ref(), Some(&url));
    }
}

#[test]
fn each_setting_has_a_case() {
    let here = |key: &&str| key.starts_with("session_");
    let rows: BTreeSet<&str> = Settings::rows().map(|row| row.key()).filter(here).collect();
    let cases = CASES.iter().map(|case| case.key);
    assert_eq!(rows, cases.chain(["session_store"]).collect());
}

/// Apart from what fails, nothing here calls the sessions crate: the table is
/// there all the same.
#[test]
fn what_cannot_be_used_ends_the_start_from_each_source() {
    for (key, json, expected) in [
        ("session_cache_headers", "\"perhaps\"", "`true` or `false`"),
        (
            "session_cookie_domain",
            "\"https://a.com\"",
            "name of a host",
        ),
        ("session_cookie_name", "\"a b\"", "name"),
        ("session_cookie_path", "\"shop\"", "begins with `/`"),
        ("session_cookie_path", "\"/a;b\"", "path"),
        (
            "session_cookie_samesite",
            "\"maybe\"",
            "`Strict`, `Lax` or `None`",
        ),
        ("session_cookie_secure", "\"maybe\"", "`true` or `false`"),
        ("session_expiry", "0", "above zero"),
        ("session_expiry", "\"soon\"", "a number of seconds"),
        ("session_max_lifetime", "-1", "a number of seconds"),
        ("session_max_size", "0", "above zero"),
        ("session_renew_after", "1.5", "from 0 to 1"),
        ("session_renew_after", "-0.1", "from 0 to 1"),
        (
            "session_store",
            "\"nothing:\"",
            "no session store of this name",
        ),
        (
            "session_store",
            "\"kim:s3cret@host\"",
            "no session store of this name",
        ),
        ("session_store_pool_size", "0", "above zero"),
        ("session_store_timeout", "0", "above zero"),
        ("session_sweep_interval", "-1", "a number of seconds"),
    ] {
        let value: Value = serde_json::from_str(json).unwrap();
        for settings in from_all_sources(key, &value) {
            let settings = settings.map(|settings| settings.cookie_secret("x"));
            let error = match settings {
                Err(error) => error.to_string(),
                Ok(settings) => {
                    let error = Application::new([], settings).unwrap_err();
                    assert_eq!(error.kind(), StartErrorKind::Settings);
                    error.to_string()
                }
            };
            assert!(error.contains(&format!("the setting `{key}`")), "{error}");
            assert!(error.contains(expected), "{expected}: {error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }
}

#[test]
fn what_does_not_go_together_ends_the_start() {
    for (variables, key) in [
        (
            ["COOKIE_SAMESITE=None", "COOKIE_SECURE=false"],
            "session_cookie_samesite",
        ),
        (
            ["COOKIE_PARTITIONED=true", "COOKIE_SECURE=false"],
            "session_cookie_partitioned",
        ),
        (
            ["COOKIE_NAME=__Secure-s", "COOKIE_SECURE=false"],
            "session_cookie_secure",
        ),
        (
            ["COOKIE_NAME=__Http-s", "COOKIE_SECURE=false"],
            "session_cookie_secure",
        ),
        (
            ["COOKIE_NAME=__host-s", "COOKIE_SECURE=false"],
            "session_cookie_secure",
        ),
        (
            ["COOKIE_NAME=__Host-s", "COOKIE_PATH=/shop"],
            "session_cookie_path",
        ),
        (
            ["COOKIE_NAME=__Host-s", "COOKIE_DOMAIN=a.com"],
            "session_cookie_domain",
        ),
    ] {
        let variables = variables.map(|text| text.split_once('=').unwrap());
        let variables = variables.map(|(key, value)| (format!("APP_SESSION_{key}"), value));
        let settings = Settings::from_variables("APP_", variables).unwrap();
        let error = Application::new([], settings).unwrap_err();
        assert_eq!(error.kind(), StartErrorKind::Settings);
        let error = error.to_string();
        assert!(error.contains(&format!("the setting `{key}`")), "{error}");
        let variable = key.to_uppercase();
        assert!(
            error.contains(&format!("the environment variable APP_{variable}")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn what_goes_together_starts() {
    for settings in [
        good(),
        good().session_cookie_name("__Host-s"),
        good()
            .session_cookie_name("__Secure-s")
            .session_cookie_path("/shop")
            .session_cookie_domain("a.com")
            .session_cookie_secure(true),
        good().session_cookie_samesite(SameSite::None),
        good().session_store("memory:"),
        good().session_sweep_interval(Duration::ZERO),
        good().session_renew_after(0.0),
        good().session_renew_after(1.0),
    ] {
        Application::new([], settings)
            .unwrap()
            .start()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn sessions_need_a_secret_where_anything_is_said_of_them() {
    let variables = [("APP_SESSION_EXPIRY", "60")];
    for settings in [
        Settings::new().session_expiry(MINUTE),
        Settings::new().session_store(MemoryStore::new()),
        Settings::from_variables("APP_", variables).unwrap(),
    ] {
        let application = Application::new([], settings).unwrap();
        let error = application.start().await.unwrap_err();
        assert_eq!(error.kind(), StartErrorKind::Hook);
        assert!(error.to_string().contains("'cookie_secret'"), "{error}");
    }
    let application = Application::new([], Settings::new()).unwrap();
    application.start().await.unwrap();
    assert!(Sessions::of(&application).is_err());
}

#[test]
fn the_url_of_a_store_is_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    std::fs::write(&path, "memory:\n").unwrap();
    let path = path.to_str().unwrap();
    let variables = [("APP_SESSION_STORE_FILE", path)];
    let settings = Settings::from_variables("APP_", variables).unwrap();
    let url: Option<String> = settings.get("session_store").unwrap();
    assert_eq!(url.as_deref(), Some("memory:"));
    assert!(!format!("{settings:?}").contains("memory:"));
}

/// What a program with this environment prints.
fn program(variables: &[(&str, &str)]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "settings::the_program",
            "--ignored",
            "--nocapture",
        ])
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find_map(|line| line.split_once("says: "));
    line.unwrap_or_else(|| panic!("{text}")).1.to_owned()
}

#[test]
#[ignore = "it is a program that other tests run"]
fn the_program() {
    let settings = Settings::from_env("SHOP_").map_err(|error| error.to_string());
    let said = settings.and_then(|settings| {
        let app = Application::new([], settings).map_err(|error| error.to_string())?;
        let settings = app.settings();
        let secret = settings.get_cookie_secret().map(CookieSecret::key_version);
        Ok(format!("{secret:?} {:?}", settings.get_session_expiry()))
    });
    let mut stdout = std::io::stdout();
    writeln!(stdout, "says: {}", said.unwrap_or_else(|error| error)).unwrap();
}

#[test]
fn the_environment_alone_is_checked() {
    assert_eq!(program(&[]), "None 1209600s");
    assert_eq!(program(&[("SHOP_SESSION_EXPIRY", "60")]), "None 60s");
    let error = program(&[("SHOP_SESSION_EXPIRY", "soon")]);
    let place = "the environment variable SHOP_SESSION_EXPIRY: the setting `session_expiry`";
    assert!(error.starts_with(place), "{error}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cookie_secret");
    std::fs::write(&path, "{\"5\": \"a\"}\n").unwrap();
    let path = path.to_str().unwrap();
    let version = ("SHOP_KEY_VERSION", "5");
    let by_file = [version, ("SHOP_COOKIE_SECRET_FILE", path)];
    assert_eq!(program(&by_file), "Some(5) 1209600s");
    let folder = folder.path().to_str().unwrap();
    let by_systemd = [version, ("CREDENTIALS_DIRECTORY", folder)];
    assert_eq!(program(&by_systemd), "Some(5) 1209600s");
    // A variable takes precedence over a credential.
    let both = [
        version,
        ("CREDENTIALS_DIRECTORY", folder),
        ("SHOP_COOKIE_SECRET", "x"),
    ];
    assert_eq!(program(&both), "Some(0) 1209600s");
}
