//! Each setting from each source, and the values that can't be used.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use tornado_cookies::SetCookie;
use tornado_core::log::GENERAL;
use tornado_core::{
    Application, CookieKwargs, Cookies as _, Exchange, Handler, Output as _, ParseBodyConfig,
    Protocol, RequestHandler, Result, Settings, SettingsError, SettingsErrorKind, SslOptions,
    StaticHandlerArgs, Xsrf as _, url,
};
use tornado_testing::{ExpectLog, TestClient};

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

fn kwargs() -> CookieKwargs {
    CookieKwargs::new().secure(true).path("/app")
}

fn ssl() -> SslOptions {
    SslOptions::new("a.pem", "b.pem")
}

fn config() -> ParseBodyConfig {
    ParseBodyConfig::new().max_parts(3)
}

fn args() -> StaticHandlerArgs {
    StaticHandlerArgs::new().default_filename("index.html")
}

const CASES: &[Case] = cases! {
    autoescape get_autoescape: Some("url_escape"), "\"url_escape\"", Some(Some("url_escape"));
    autoescape get_autoescape: None, "\"None\"", Some(None);
    body_idle_timeout get_body_idle_timeout: SECOND, "1", SECOND;
    body_timeout get_body_timeout: SECOND, "1.0", Some(SECOND);
    chunk_size get_chunk_size: 5, "5", 5;
    compiled_template_cache get_compiled_template_cache: false, "false", false;
    compress_response get_compress_response: true, "true", true;
    cookie_kwargs get_cookie_kwargs: kwargs(), r#"{"Secure": true, "path": "/app"}"#, kwargs();
    cross_origin_protection get_cross_origin_protection: true, "true", true;
    debug get_debug: true, "true", true;
    decompress_request get_decompress_request: true, "true", true;
    half_close_timeout get_half_close_timeout: SECOND / 2, "0.5", SECOND / 2;
    head_from_get get_head_from_get: false, "false", false;
    header_timeout get_header_timeout: SECOND, "1", SECOND;
    http2_extended_connect get_http2_extended_connect: true, "true", true;
    http2_max_concurrent_streams get_http2_max_concurrent_streams: 7, "7", 7;
    idle_connection_timeout get_idle_connection_timeout: SECOND, "1", SECOND;
    key_version get_key_version: 2, "2", Some(2);
    logging get_logging: "error", "\"error\"", "error";
    login_url get_login_url: "123", "\"123\"", Some("123");
    max_bodies_size get_max_bodies_size: 8, "8", 8;
    max_body_size get_max_body_size: 0, "0", 0;
    max_buffer_size get_max_body_size: 9, "9", 9;
    max_connections get_max_connections: 3, "3", Some(3);
    max_connections_per_address get_max_connections_per_address: 4, "4", Some(4);
    max_decompress_ratio get_max_decompress_ratio: 7, "7", 7;
    max_header_size get_max_header_size: 4096, "4096", 4096;
    no_keep_alive get_no_keep_alive: true, "true", true;
    parse_body_config get_parse_body_config: config(), r#"{"multipart": {"max_parts": 3}}"#, config();
    problem_details get_problem_details: true, "true", true;
    protocol get_protocol: Protocol::Https, "\"https\"", Some(Protocol::Https);
    request_ids get_request_ids: true, "true", true;
    serve_traceback get_serve_traceback: true, "true", true;
    shutdown_delay get_shutdown_delay: SECOND, "1", SECOND;
    shutdown_timeout get_shutdown_timeout: Duration::ZERO, "0", Duration::ZERO;
    ssl_options get_ssl_options: ssl(), r#"{"certfile": "a.pem", "keyfile": "b.pem"}"#, Some(ssl());
    static_handler_args get_static_handler_args: args(), r#"{"default_filename": "index.html"}"#, args();
    static_hash_cache get_static_hash_cache: false, "false", false;
    static_path get_static_path: PathBuf::from("7"), "\"7\"", Some(Path::new("7"));
    static_url_prefix get_static_url_prefix: "/s/", "\"/s/\"", "/s/";
    template_path get_template_path: "pages", "\"pages\"", Some(Path::new("pages"));
    template_whitespace get_template_whitespace: "all", "\"all\"", Some("all");
    title_case_headers get_title_case_headers: true, "true", true;
    trusted_downstream get_trusted_downstream: vec!["::1".parse().unwrap()], "[\"::1\"]",
        &["::1".parse::<std::net::IpAddr>().unwrap()];
    trusted_origins get_trusted_origins: ["https://a.example"], "[\"https://a.example\"]", &["https://a.example"];
    write_timeout get_write_timeout: SECOND, "1", SECOND;
    xheaders get_xheaders: true, "true", true;
    xsrf_cookie_kwargs get_xsrf_cookie_kwargs: kwargs(), r#"{"secure": true, "path": "/app"}"#, kwargs();
    xsrf_cookie_name get_xsrf_cookie_name: "_x", "\"_x\"", "_x";
    xsrf_cookie_version get_xsrf_cookie_version: 1, "1", 1;
    xsrf_cookies get_xsrf_cookies: true, "true", true;
};

/// Settings with one key, from each source.
fn from_all_sources(key: &str, json: &str) -> Vec<Result<Settings, SettingsError>> {
    let value: Value = serde_json::from_str(json).unwrap();
    let map = serde_json::Map::from_iter([(key.to_owned(), value.clone())]);
    let text = match &value {
        Value::String(text) => text.clone(),
        _ => json.to_owned(),
    };
    let variable = (format!("APP_{}", key.to_uppercase()), text);
    vec![
        Settings::from_json_str(&serde_json::to_string(&map).unwrap()),
        Settings::from_toml_str(&toml::to_string(&map).unwrap()),
        Settings::from_variables("APP_", [variable]),
        Ok(Settings::new().set(key, value)),
        serde_json::from_str(&serde_json::to_string(&map).unwrap())
            .map_err(|error| panic!("{error}")),
    ]
}

#[test]
fn each_setting_is_the_same_from_each_source() {
    for case in CASES {
        let by_hand = (case.set)(Settings::new());
        (case.check)(&by_hand);
        let shown: Option<Value> = by_hand.get(case.key).unwrap();
        for settings in from_all_sources(case.key, case.json) {
            let settings = settings.unwrap();
            (case.check)(&settings);
            assert_eq!(
                settings.get::<Value>(case.key).unwrap(),
                shown,
                "{}",
                case.key
            );
            (case.check)(&Settings::new().merge(settings));
        }
    }
}

#[test]
fn each_setting_has_a_case() {
    // Those of other crates are tested there.
    let guests = ["google_oauth", "session_", "websocket_"];
    let here = |key: &&str| !guests.iter().any(|guest| key.starts_with(guest));
    let rows: BTreeSet<&str> = Settings::rows().map(|row| row.key()).filter(here).collect();
    let cases = CASES.iter().map(|case| case.key);
    // Secrets have no getter of this kind, and have separate tests.
    assert_eq!(rows, cases.chain(["cookie_secret"]).collect());
}

#[test]
fn what_cannot_be_used_ends_the_start_from_each_source() {
    for (key, json, expected) in [
        ("body_idle_timeout", "0", "above zero"),
        ("body_timeout", "-1", "negative"),
        ("chunk_size", "0", "above zero"),
        ("compress_response", "\"perhaps\"", "`true` or `false`"),
        ("cookie_kwargs", r#"{"max_age": 5}"#, "`max_age`"),
        ("autoescape", "\"\"", "the name of a function"),
        ("autoescape", "\"x)(\"", "the name of a function"),
        ("cookie_kwargs", r#"{"domain": "a b"}"#, "cookie_kwargs"),
        (
            "cookie_kwargs",
            r#"{"domain": "a.com:80"}"#,
            "not a host name",
        ),
        ("cookie_kwargs", r#"{"path": "app"}"#, "begin with `/`"),
        (
            "cookie_kwargs",
            r#"{"samesite": "None"}"#,
            "`SameSite=None` needs `Secure`",
        ),
        (
            "cookie_kwargs",
            r#"{"Partitioned": true}"#,
            "`Partitioned` needs `Secure`",
        ),
        (
            "xsrf_cookie_kwargs",
            r#"{"samesite": "none", "secure": false}"#,
            "`SameSite=None` needs `Secure`",
        ),
        ("static_url_prefix", "\"\"", "begin with `/`"),
        ("debug", "7", "`true` or `false`"),
        ("http2_max_concurrent_streams", "0", "above zero"),
        ("key_version", "-1", "a whole number"),
        ("logging", "\"loud\"", "`warning`"),
        ("max_body_size", "1.5", "a number of bytes"),
        ("max_connections", "0", "above zero"),
        ("max_decompress_ratio", "0", "above zero"),
        ("parse_body_config", r#"{"parts": 5}"#, "unknown field"),
        ("protocol", "\"ftp\"", "`http` or `https`"),
        ("shutdown_timeout", "\"soon\"", "a number of seconds"),
        ("ssl_options", r#"{"keyfile": "a"}"#, "`certfile`"),
        ("static_handler_args", r#"{"default": 5}"#, "unknown field"),
        ("template_whitespace", "\"none\"", "`oneline`"),
        (
            "trusted_downstream",
            "[\"localhost\"]",
            "a list of addresses",
        ),
        (
            "trusted_origins",
            "[\"example.com\"]",
            "`https://example.com`",
        ),
        (
            "trusted_origins",
            "[\"https://example.com/\"]",
            "`https://example.com`",
        ),
        ("trusted_origins", "[\"https://Example.com\"]", "lower case"),
        (
            "xsrf_cookie_kwargs",
            r#"{"path": "a;b"}"#,
            "xsrf_cookie_kwargs",
        ),
        ("xsrf_cookie_name", "\"a b\"", "xsrf_cookie_name"),
        ("xsrf_cookie_version", "3", "1 or 2"),
    ] {
        let map =
            serde_json::Map::from_iter([(key.to_owned(), serde_json::from_str(json).unwrap())]);
        let text = serde_json::to_string(&map).unwrap();
        for (source, settings) in [
            ("the text", Settings::from_json_str(&text)),
            (
                "the text",
                Settings::from_toml_str(&toml::to_string(&map).unwrap()),
            ),
            ("the environment variable APP_", {
                let value = &map[key];
                let text = value.as_str().map_or(json.to_owned(), str::to_owned);
                Settings::from_variables("APP_", [(format!("APP_{}", key.to_uppercase()), text)])
            }),
            (file!(), Ok(Settings::new().set(key, &map[key]))),
        ] {
            let error = match settings {
                Err(error) => error.to_string(),
                Ok(settings) => Application::new([], settings).unwrap_err().to_string(),
            };
            assert!(error.contains(source), "{source}: {error}");
            assert!(error.contains(&format!("the setting `{key}`")), "{error}");
            assert!(error.contains(expected), "{expected}: {error}");
        }
    }
}

/// JSON leaves open which one counts, and TOML has no such file.
#[test]
fn a_key_that_is_there_twice_is_a_mistake() {
    for (json, expected) in [
        (r#"{"debug": true, "debug": true}"#, "it is set twice"),
        (r#"{"own": 1, "a": 2, "own": 1}"#, "it is set twice"),
        (
            r#"{"gzip": true, "compress_response": true}"#,
            "it is set twice",
        ),
        (
            r#"{"cookie_secret": {"1": "a", "1": "b"}, "key_version": 1}"#,
            "version 1 is there twice",
        ),
        (
            r#"{"cookie_kwargs": {"path": "/a", "path": "/b"}}"#,
            "`path` is there twice",
        ),
        (
            r#"{"parse_body_config": {"multipart": {}, "multipart": {}}}"#,
            "duplicate field `multipart`",
        ),
    ] {
        let error = Settings::from_json_str(json).unwrap_err().to_string();
        assert!(error.contains(expected), "{json}: {error}");
    }
    let keys = [("APP_COOKIE_SECRET", r#"{"1": "a", "1": "b"}"#)];
    let error = Settings::from_variables("APP_", keys).unwrap_err();
    assert!(error.to_string().contains("is there twice"), "{error}");
    assert!(Settings::from_toml_str("debug = true\ndebug = true").is_err());
}

/// The one of them that goes against what browsers ask for may stand elsewhere.
#[test]
fn settings_of_the_xsrf_cookie_are_seen_together() {
    for (settings, is_good) in [
        (r#"{"xsrf_cookie_name": "__Host-x"}"#, false),
        (
            r#"{"xsrf_cookie_name": "__Host-x", "cookie_kwargs": {"secure": true}}"#,
            true,
        ),
        (
            r#"{"xsrf_cookie_kwargs": {"samesite": "None"}, "cookie_kwargs": {"secure": true}}"#,
            true,
        ),
        (
            r#"{"xsrf_cookie_kwargs": {"secure": false}, "cookie_kwargs": {"secure": true, "samesite": "None"}}"#,
            false,
        ),
    ] {
        let built = Application::new([], Settings::from_json_str(settings).unwrap());
        assert_eq!(built.is_ok(), is_good, "{settings}");
        let error = built.err().map(|error| error.to_string());
        assert!(error.is_none_or(|error| error.contains("`Secure`")));
    }
}

#[test]
fn a_setter_is_held_to_the_same() {
    let line = line!() + 2;
    for settings in [
        Settings::new().chunk_size(0),
        Settings::new().trusted_origins(["example.com"]),
        Settings::new().cookie_kwargs(CookieKwargs::new().expires_days(1.0)),
        Settings::new().logging("loud"),
    ] {
        let error = Application::new([], settings).unwrap_err().to_string();
        assert!(error.contains(file!()), "{error}");
    }
    let error = Application::new([], Settings::new().max_connections(0)).unwrap_err();
    assert!(!error.to_string().contains(&format!(":{line}:")), "{error}");
}

#[test]
fn a_text_of_the_environment_is_what_its_reader_wants() {
    let variables = [
        ("APP_API_KEY", "123456"),
        ("APP_DIGITS", "12345678901234567890123"),
        ("APP_NULL", "null"),
        ("APP_HOSTS", "a.example, b.example"),
        ("APP_PAGE_SIZE", "20"),
        ("APP_LOGIN_URL", "[\"a\"]"),
        ("APP_TRUSTED_ORIGINS", "https://a.example,https://b.example"),
        ("APP_DEBUG", "True"),
        ("APP_MAX_CONNECTIONS", "null"),
    ];
    let settings = Settings::from_variables("APP_", variables).unwrap();
    let text = |key: &str| settings.get::<String>(key).unwrap();
    assert_eq!(text("api_key").as_deref(), Some("123456"));
    assert_eq!(text("digits").as_deref(), Some("12345678901234567890123"));
    assert_eq!(text("null").as_deref(), Some("null"));
    assert_eq!(settings.get::<u32>("api_key").unwrap(), Some(123_456));
    assert_eq!(settings.get::<u8>("null").unwrap(), None);
    let hosts: Option<Vec<String>> = settings.get("hosts").unwrap();
    assert_eq!(hosts.unwrap(), ["a.example", "b.example"]);
    assert_eq!(settings.get_login_url(), Some("[\"a\"]"));
    assert_eq!(
        settings.get_trusted_origins(),
        ["https://a.example", "https://b.example"]
    );
    assert!(settings.get_debug());
    assert_eq!(settings.get_max_connections(), None);
    let error = settings.get::<u32>("hosts").unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the environment variable APP_HOSTS: "),
        "{error}"
    );
    assert_eq!(error.kind(), SettingsErrorKind::Value);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_unicode_is_refused() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;

    let value = OsString::from_vec(vec![b'a', 0x80]);
    let error = Settings::from_variables("APP_", [("APP_NAME", value.clone())]).unwrap_err();
    assert!(error.to_string().contains("APP_NAME"), "{error}");
    assert!(Settings::from_variables("APP_", [("OTHER", value)]).is_ok());
}

#[test]
fn a_secret_comes_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let shown = path.to_str().unwrap().to_owned();
    std::fs::write(&path, "qcJxmsW8Eq0NcDVBvVPZkUVkZqVbnTRj\r\n").unwrap();
    let by_hand = Settings::new().cookie_secret("qcJxmsW8Eq0NcDVBvVPZkUVkZqVbnTRj");
    let by_hand = Application::new([], by_hand).unwrap();
    let value = |app: &Application| {
        let secret = app.settings().get_cookie_secret().unwrap();
        tornado_cookies::create_signed_value_with(
            secret,
            "a",
            "b",
            &tornado_cookies::SignOptions::new().at(time::OffsetDateTime::UNIX_EPOCH),
        )
        .unwrap()
    };
    for settings in [
        Settings::from_variables("APP_", [("APP_COOKIE_SECRET_FILE", &shown)]),
        Settings::from_toml_str(&format!("cookie_secret_file = {shown:?}")),
        Ok(Settings::new().set("cookie_secret_file", &path)),
    ] {
        let app = Application::new([], settings.unwrap()).unwrap();
        assert_eq!(value(&app), value(&by_hand));
    }
    std::fs::write(&path, "{\"1\": \"a\", \"2\": \"b\"}\n").unwrap();
    let settings = Settings::new()
        .set("cookie_secret_file", &path)
        .key_version(2);
    let app = Application::new([], settings).unwrap();
    assert_eq!(app.settings().get_cookie_secret().unwrap().key_version(), 2);
    // One of the application's own keys with that name is its own.
    let own = Settings::from_toml_str("log_file = 'x'").unwrap();
    assert_eq!(own.get::<String>("log_file").unwrap().as_deref(), Some("x"));
}

#[test]
fn a_file_of_a_secret_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let shown = path.to_str().unwrap();
    let error = Settings::from_variables("APP_", [("APP_COOKIE_SECRET_FILE", shown)]).unwrap_err();
    assert_eq!(error.key(), Some("cookie_secret"));
    assert!(error.to_string().contains("can't be read"), "{error}");
    std::fs::write(&path, "\n").unwrap();
    let error = Settings::from_variables("APP_", [("APP_COOKIE_SECRET_FILE", shown)]).unwrap_err();
    assert!(error.to_string().contains("is empty"), "{error}");
    std::fs::write(&path, "secret").unwrap();
    let both = [
        ("APP_COOKIE_SECRET", "x"),
        ("APP_COOKIE_SECRET_FILE", shown),
    ];
    for both in [both, [both[1], both[0]]] {
        let error = Settings::from_variables("APP_", both).unwrap_err();
        assert!(error.to_string().contains("set twice"), "{error}");
    }
}

#[test]
fn a_default_is_in_words_what_it_is() {
    for row in Settings::rows() {
        assert!(
            !row.takes().is_empty() && !row.default().is_empty(),
            "{row:?}"
        );
        assert!(!row.doc().trim().is_empty(), "{row:?}");
    }
    assert!(Settings::rows().any(|row| row.is_secret() && row.key() == "cookie_secret"));
}

#[tokio::test]
async fn a_secret_that_can_be_guessed_is_a_warning_when_the_server_starts() {
    for (secret, warnings) in [
        ("my_cookie_secret", 1),
        ("nq8Wm3uJt0ZrXe5kYvBd1gH7LsPcAa2o9TfQ4iRy6Ew=", 0),
    ] {
        let line =
            "the setting `cookie_secret` is short: anyone who guesses it can log in as anyone";
        let expected = ExpectLog::new(GENERAL, line).required(false);
        let app = Application::new([], Settings::new().cookie_secret(secret)).unwrap();
        let client = TestClient::new(app).serve().await;
        assert_eq!(client.get("/").await.status(), 404);
        assert_eq!(expected.matched(), warnings);
    }
}

#[tokio::test]
async fn a_setting_of_tornado_that_has_no_effect_is_a_warning() {
    let _line = ExpectLog::new(GENERAL, "the setting `autoreload` has no effect: ");
    let settings = Settings::from_variables("APP_", [("APP_AUTORELOAD", "true")]).unwrap();
    Application::new([], settings)
        .unwrap()
        .start()
        .await
        .unwrap();
}

#[derive(Handler)]
struct CookieHandler(Exchange);

impl RequestHandler for CookieHandler {
    async fn get(&mut self) -> Result {
        self.set_cookie("plain", "1");
        self.set_cookie("own", "2")
            .path("/own")
            .secure(false)
            .same_site(None);
        self.set_signed_cookie("signed", "3");
        self.set_cookie("__Host-h", "4");
        self.add_cookie(SetCookie::new("made", "5"));
        self.clear_cookie("gone");
        let token = self.xsrf_token().await?;
        self.write(token);
        Ok(())
    }
}

#[tokio::test]
async fn all_cookies_have_the_attributes_of_the_settings() {
    let file = r#"
        cookie_secret = "x"
        cookie_kwargs = {domain = "a.com", path = "/app", secure = true, httponly = true, samesite = "lax"}
        xsrf_cookie_kwargs = {httponly = false}
    "#;
    let settings = Settings::from_toml_str(file).unwrap();
    let app = Application::new([url("/", CookieHandler)], settings).unwrap();
    let response = TestClient::new(app).get("/").await;
    assert_eq!(response.status(), 200);
    let all = "HttpOnly; Path=/app; SameSite=Lax; Secure";
    for (name, expected) in [
        ("plain", format!("plain=1; Domain=a.com; {all}")),
        ("own", "own=2; Domain=a.com; HttpOnly; Path=/own".to_owned()),
        (
            "__Host-h",
            "__Host-h=4; HttpOnly; Path=/; SameSite=Lax; Secure".to_owned(),
        ),
        ("made", "made=5; Path=/".to_owned()),
    ] {
        assert_eq!(response.set_cookie(name), Some(expected.as_str()));
    }
    for (name, attributes) in [
        ("signed", all),
        ("gone", all),
        ("_xsrf", "Path=/app; SameSite=Lax; Secure"),
    ] {
        let cookie = response.set_cookie(name).unwrap();
        assert!(
            cookie.contains("; Domain=a.com; ") && cookie.ends_with(attributes),
            "{cookie}"
        );
    }
}
