//! Failures in a handler, and what the client and the log see of them.

use std::sync::atomic::{AtomicBool, Ordering};

use http::{HeaderValue, header};
use tornado_core::{
    Application, Context as _, Cookies as _, Error, Exchange, Finish, Handler, HttpError,
    Input as _, OrStatus as _, Output as _, PathArgs as _, RequestHandler, Result, Settings, User,
    raise, url,
};

use tornado_core::log::{APPLICATION, GENERAL};
use tornado_testing::ExpectLog;

use crate::support::{client, client_with, failure};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Fails(Exchange);

impl RequestHandler for Fails {
    async fn get(&mut self) -> Result {
        match self.request().path() {
            "/io" => Err(std::io::Error::other("secret path of the disk").into()),
            "/http" => Err(HttpError::new(404).with_log_message("no such book").into()),
            "/reason" => Err(HttpError::new(499).with_reason("Custom & 'Reason'").into()),
            "/header" => Err(HttpError::new(503)
                .with_header(header::RETRY_AFTER, HeaderValue::from_static("5"))
                .into()),
            "/204" => Err(HttpError::new(204).into()),
            "/304" => Err(HttpError::new(304).into()),
            "/panic" => panic!("the bottom has dropped out"),
            "/late_panic" => {
                tokio::task::yield_now().await;
                let empty: [u8; 0] = [];
                let index = self.request().query().len();
                self.write(format!("{}", empty[index]));
                Ok(())
            }
            "/no_status" => {
                self.send_error(40).await;
                Ok(())
            }
            _ => {
                self.send_error(410).await;
                Ok(())
            }
        }
    }
}

fn page(status: &str) -> String {
    format!("<html><title>{status}</title><body>{status}</body></html>")
}

#[tokio::test]
async fn an_error_is_its_page_and_no_more() {
    let _failures = [
        failure("GET /io .*secret path of the disk"),
        failure(r"GET /panic .*panicked at .*errors.rs:\d+:\d+: the bottom has dropped out$"),
        failure(r"GET /late_panic .*panicked at .*errors.rs:\d+:\d+: index out of bounds"),
        ExpectLog::new(APPLICATION, r"send_error\(40\) has no HTTP status"),
    ];
    let client = client([url("/.*", Fails)]);
    for (path, status, text) in [
        ("/io", 500, "500: Internal Server Error"),
        ("/http", 404, "404: Not Found"),
        ("/reason", 499, "499: Custom &amp; &#x27;Reason&#x27;"),
        ("/panic", 500, "500: Internal Server Error"),
        ("/late_panic", 500, "500: Internal Server Error"),
        ("/other", 410, "410: Gone"),
        ("/no_status", 500, "500: Internal Server Error"),
    ] {
        let response = client.get(path).await;
        assert_eq!(
            (response.status().as_u16(), response.text()),
            (status, &*page(text)),
            "{path}"
        );
        assert_eq!(
            response.headers()["Content-Type"],
            "text/html; charset=UTF-8"
        );
    }
    assert_eq!(client.get("/header").await.headers()["Retry-After"], "5");
}

#[tokio::test]
async fn a_status_without_a_body_has_none() {
    let client = client([url("/.*", Fails)]);
    for (path, status) in [("/204", 204), ("/304", 304)] {
        let response = client.get(path).await;
        assert_eq!((response.status().as_u16(), response.text()), (status, ""));
        assert!(!response.headers().contains_key("Content-Length"));
    }
}

#[tokio::test]
async fn a_developer_sees_the_error() {
    let _failure = failure("GET /io ");
    let client = client_with([url("/.*", Fails)], Settings::new().serve_traceback(true));
    let response = client.get("/io").await;
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["Content-Type"]
        ),
        (500, &"text/plain".parse().unwrap())
    );
    assert!(
        response.text().starts_with("secret path of the disk (at "),
        "{}",
        response.text()
    );
    assert!(response.text().contains(file!()), "{}", response.text());
}

#[tokio::test]
async fn a_developer_s_browser_gets_a_page() {
    let settings = || {
        Settings::new()
            .cookie_secret("hidden")
            .set("token", "hidden")
    };
    let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
    let _failure = failure("GET /io");
    let client = client_with([url("/.*", Fails)], settings().debug(true));
    let request = client.get("/io?key=hidden").header("Accept", browser);
    let response = request.header("Cookie", "key=hidden").await;
    assert_eq!(response.status(), 500);
    assert_eq!(
        response.header("Content-Type"),
        Some("text/html; charset=UTF-8")
    );
    let text = response.text();
    assert!(
        text.contains("<h1>500: Internal Server Error</h1>"),
        "{text}"
    );
    assert!(
        text.contains("<code>GET /io</code>, <code>it::errors::Fails</code>"),
        "{text}"
    );
    assert!(
        text.contains(&format!("<pre>secret path of the disk (at {}", file!())),
        "{text}"
    );
    assert!(!text.contains("hidden"), "{text}");
    // A client that accepts anything gets text, and so does one without the
    // setting.
    let text = client.get("/io").await;
    assert_eq!(text.header("Content-Type"), Some("text/plain"));
    let client = client_with([url("/.*", Fails)], settings().serve_traceback(true));
    let text = client.get("/io").header("Accept", browser).await;
    assert_eq!(text.header("Content-Type"), Some("text/plain"));
    let client = client_with(
        [url("/.*", Fails)],
        settings().debug(true).serve_traceback(false),
    );
    let text = client.get("/io").header("Accept", browser).await;
    assert_eq!(text.text(), page("500: Internal Server Error"));
}

#[tokio::test]
async fn nothing_matches() {
    let response = client([]).get("/").await;
    assert_eq!(
        (response.status().as_u16(), response.text()),
        (404, &*page("404: Not Found"))
    );
}

/// Its own error page, which may fail itself.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct OwnPage(Exchange);

impl RequestHandler for OwnPage {
    async fn get(&mut self) -> Result {
        Err(HttpError::new(403).into())
    }

    async fn write_error(&mut self, status: u16, error: Option<&Error>) -> Result {
        if self.request().query() == "fail" {
            return Err(Error::msg("no page"));
        }
        self.set_header("X-Error", error.map_or("none".to_owned(), Error::to_string));
        self.write(serde_json::json!({"status": status}));
        Ok(())
    }
}

#[tokio::test]
async fn an_error_page_may_be_the_applications_own() {
    let _failure = failure("in write_error\nno page");
    let client = client([url("/", OwnPage)]);
    let response = client.get("/").await;
    assert_eq!(response.text(), r#"{"status": 403}"#);
    assert_eq!(response.headers()["X-Error"], "HTTP 403: Forbidden");
    let response = client.get("/?fail").await;
    assert_eq!((response.status().as_u16(), response.text()), (403, ""));
}

/// Panics where no error can be returned.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Panics(Exchange);

static FACTORY: AtomicBool = AtomicBool::new(false);

impl RequestHandler for Panics {
    fn set_default_headers(&mut self) {
        assert!(self.request().query() != "headers", "no headers");
    }

    fn on_finish(&mut self) {
        assert!(self.request().query() != "finish", "no end");
    }

    async fn get(&mut self) -> Result {
        self.write("fine");
        Ok(())
    }
}

#[tokio::test]
async fn a_panic_anywhere_is_an_answer() {
    let _panics = [
        ExpectLog::new(
            APPLICATION,
            r"Uncaught panic in a hook: panicked at .*errors.rs:\d+:\d+: no headers",
        ),
        ExpectLog::new(
            APPLICATION,
            r"Uncaught panic in on_finish: panicked at .*errors.rs:\d+:\d+: no end",
        ),
        ExpectLog::new(
            APPLICATION,
            r"Uncaught panic in the factory of .*Panics: panicked at .*errors.rs:\d+:\d+: no factory",
        ),
    ];
    let client = client([url("/", |base| {
        assert!(!FACTORY.load(Ordering::Relaxed), "no factory");
        Panics(base)
    })]);
    assert_eq!(client.get("/?headers").await.status(), 500);
    assert_eq!(client.get("/?finish").await.text(), "fine");
    FACTORY.store(true, Ordering::Relaxed);
    assert_eq!(client.get("/").await.status(), 500);
}

/// What can be written instead of an `HttpError` and its `into`.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Short(Exchange);

impl RequestHandler for Short {
    async fn get(&mut self) -> Result {
        let path = self.request().path().to_owned();
        let none: Option<()> = None;
        let number = "x".parse::<u8>();
        let boxed: Result<(), Box<dyn std::error::Error + Send + Sync>> = Err("the disk".into());
        match &*path {
            "/raise" => raise!(404),
            "/message" => raise!(404, "no book {path}"),
            "/arguments" => raise!(404, "no book {}", 7,),
            "/reason" => raise!(400, reason = "Say this"),
            "/both" => raise!(400, reason = "Say this", "log {path}"),
            "/code" => raise!(http::StatusCode::GONE),
            "/finish" => raise!(Finish::with_chunk("done")),
            "/none" => none.or_status(404),
            "/none_500" => none.or_status(500),
            "/no_status" => raise!(4040),
            "/none_with" => none.or_status(HttpError::new(404).with_log_message("no such")),
            "/parse" => number.or_status(400).map(drop),
            "/again" => number
                .or_status(HttpError::new(400).with_log_message("the number"))
                .map(drop),
            "/boxed" => boxed.or_status(500),
            "/anyhow" => Err(anyhow::anyhow!("the disk").context("no page")).or_status(502),
            _ => Err("a text").or_status(409),
        }
    }
}

#[tokio::test]
async fn an_error_takes_few_words_and_its_cause_is_logged() {
    let client = client([url("/.*", Short)]);
    for (path, status, target, line) in [
        ("/raise", 404, "", ""),
        ("/message", 404, GENERAL, "no book /message"),
        ("/arguments", 404, GENERAL, "no book 7"),
        ("/reason", 400, "", ""),
        ("/both", 400, GENERAL, "log /both"),
        ("/code", 410, "", ""),
        ("/finish", 200, "", ""),
        ("/none", 404, "", ""),
        (
            "/none_500",
            500,
            GENERAL,
            r"there is nothing at .*errors.rs:\d+:\d+",
        ),
        (
            "/no_status",
            500,
            GENERAL,
            "4040 is not an HTTP status, so it is a 500",
        ),
        ("/none_with", 404, GENERAL, "no such"),
        ("/parse", 400, GENERAL, "invalid digit found in string"),
        (
            "/again",
            400,
            GENERAL,
            "the number: invalid digit found in string",
        ),
        ("/boxed", 500, APPLICATION, "caused by: the disk"),
        (
            "/anyhow",
            502,
            APPLICATION,
            "caused by: no page\ncaused by: the disk",
        ),
        ("/text", 409, GENERAL, "a text"),
    ] {
        let line = match target {
            "" => None,
            GENERAL => {
                let line = format!(r"^{status} GET {path} \(.*\): {line}$");
                Some(ExpectLog::new(GENERAL, &line))
            }
            _ => Some(failure(&format!(
                r"GET {path} .*HTTP {status}: .* \(at .*errors.rs:\d+:\d+\)\n{line}$"
            ))),
        };
        assert_eq!(client.get(path).await.status(), status, "{path}");
        drop(line);
    }
    let response = client.get("/reason").await;
    assert_eq!(response.text(), page("400: Say this"));
}

/// An error type as applications have them.
#[derive(Debug)]
enum BookError {
    Missing(u32),
    Lent,
    Broken(std::io::Error),
}

impl std::fmt::Display for BookError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            BookError::Missing(id) => write!(f, "no book {id}"),
            BookError::Lent => f.write_str("the book is lent"),
            BookError::Broken(_) => f.write_str("can't read the books"),
        }
    }
}

impl std::error::Error for BookError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            BookError::Broken(error) => Some(error),
            BookError::Missing(_) | BookError::Lent => None,
        }
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Books(Exchange);

impl RequestHandler for Books {
    async fn get(&mut self) -> Result {
        Err(match self.request().path() {
            "/missing" => BookError::Missing(7),
            "/lent" => BookError::Lent,
            _ => BookError::Broken(std::io::Error::other("disk gone")),
        })?
    }

    async fn write_error(&mut self, status: u16, error: Option<&Error>) -> Result {
        let own = error.and_then(Error::downcast_ref::<BookError>);
        let known = error.and_then(Error::http_error).map(HttpError::status);
        let reason = self.get_reason();
        self.write(format!("{status} {reason} {known:?} {}", own.is_some()));
        Ok(())
    }
}

#[tokio::test]
async fn an_application_says_what_its_own_errors_are() {
    let rules = || [url("/.*", Books)];
    let settings = Settings::new()
        .map_error(|_: &BookError| 418)
        .map_error(|error: &BookError| match error {
            BookError::Missing(_) => HttpError::new(404),
            BookError::Lent => HttpError::new(409)
                .with_reason("Lent")
                .with_log_message("try later"),
            BookError::Broken(_) => HttpError::new(503),
        });
    let client = client_with(rules(), settings.clone());
    let _lines = [
        ExpectLog::new(GENERAL, r"^404 GET /missing \(.*\): no book 7$"),
        ExpectLog::new(
            GENERAL,
            r"^409 GET /lent \(.*\): try later: the book is lent$",
        ),
        failure(r"GET /broken .*can't read the books \(at .*\)\ncaused by: disk gone$"),
    ];
    for (path, text) in [
        ("/missing", "404 Not Found Some(404) true"),
        ("/lent", "409 Lent Some(409) true"),
        ("/broken", "503 Service Unavailable Some(503) true"),
    ] {
        assert_eq!(client.get(path).await.text(), text);
    }
    let merged = settings.merge(Settings::new().map_error(|_: &BookError| 410));
    let _line = ExpectLog::new(GENERAL, "^410 GET .*no book 7");
    let response = client_with(rules(), merged).get("/missing").await;
    assert_eq!(response.status(), 410);
    let _failure = failure("GET /missing .*no book 7");
    let response = crate::support::client(rules()).get("/missing").await;
    assert_eq!(response.text(), "500 Internal Server Error None true");
}

/// A type that is not a `std::error::Error` converts itself.
struct Plain;

impl From<Plain> for Error {
    fn from(_: Plain) -> Error {
        HttpError::new(402).into()
    }
}

#[test]
fn a_type_that_is_no_error_has_its_own_conversion() {
    fn pay() -> Result {
        Err(Plain)?
    }
    assert_eq!(pay().unwrap_err().status(), 402);
}

/// Errors for a client that reads JSON.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Api(Exchange);

impl RequestHandler for Api {
    async fn get(&mut self) -> Result {
        match self.request().path() {
            "/argument" => self.get_argument("q").map(drop),
            "/number" => self.get_argument_as::<u8>("n").map(drop),
            "/secret" => raise!(403, "the log alone"),
            "/fields" => raise!(
                HttpError::new(422)
                    .with_detail("Two fields are wrong.")
                    .with_extension("type", "https://example.com/probs/fields")
                    .with_extension("status", 200)
                    .with_field_errors([("age", "must be positive")])
                    .with_field_errors(vec![("name".to_owned(), "is missing")])
            ),
            _ => Err(std::io::Error::other("secret path of the disk").into()),
        }
    }
}

#[tokio::test]
async fn an_api_gets_problem_documents() {
    let client = client_with([url("/.*", Api)], Settings::new().problem_details(true));
    let _lines = [
        ExpectLog::new(GENERAL, "400 GET /argument .*Missing argument q"),
        ExpectLog::new(
            GENERAL,
            "400 GET /number.*Invalid argument n: .*invalid digit",
        ),
        ExpectLog::new(GENERAL, "403 GET /secret .*the log alone"),
        failure("GET /io "),
        failure("GET /io "),
    ];
    for (path, text) in [
        (
            "/argument",
            r#"{"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "Missing argument q"}"#,
        ),
        (
            "/number?n=x",
            r#"{"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "Invalid argument n: \"x\": invalid digit found in string"}"#,
        ),
        (
            "/secret",
            r#"{"type": "about:blank", "title": "Forbidden", "status": 403}"#,
        ),
        (
            "/fields",
            r#"{"type": "https://example.com/probs/fields", "title": "Unprocessable Entity", "status": 422, "detail": "Two fields are wrong.", "errors": [{"field": "age", "detail": "must be positive"}, {"field": "name", "detail": "is missing"}]}"#,
        ),
        (
            "/io",
            r#"{"type": "about:blank", "title": "Internal Server Error", "status": 500}"#,
        ),
    ] {
        let response = client.get(path).header("Accept", "application/json").await;
        assert_eq!(response.text(), text);
        assert_eq!(
            response.header("Content-Type"),
            Some("application/problem+json")
        );
        assert_eq!(response.header("Vary"), Some("Accept"));
    }
    let response = client
        .get("/io")
        .header("Accept", "text/html, */*;q=0.8")
        .await;
    assert_eq!(response.text(), page("500: Internal Server Error"));
    assert_eq!(response.header("Vary"), Some("Accept"));
    for (accept, problem) in [
        ("*/*", true),
        ("image/png", false),
        ("application/problem+json", true),
    ] {
        let _line = ExpectLog::new(GENERAL, "403 GET /secret");
        let response = client.get("/secret").header("Accept", accept).await;
        assert_eq!(response.text().starts_with('{'), problem, "{accept}");
    }
    // A developer sees it there, too.
    let debug = Settings::new().problem_details(true).serve_traceback(true);
    let _failure = failure("GET /io ");
    let response = client_with([url("/.*", Api)], debug).get("/io").await;
    let problem: serde_json::Value = serde_json::from_str(response.text()).unwrap();
    assert!(
        problem["traceback"]
            .as_str()
            .unwrap()
            .starts_with("secret path of the disk (at ")
    );
}

/// Mistakes in the use of a service.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Misuse(Exchange);

impl RequestHandler for Misuse {
    async fn get(&mut self) -> Result {
        match self.request().path() {
            "/array" => self.write(serde_json::json!([1])),
            "/header" => self.set_header("X-A", "a\nb"),
            "/status" => self.set_status(7),
            "/state" => drop(self.state::<u8>()?),
            "/url" => drop(self.reverse_url("nowhere", ())?),
            "/setting" => self.require_setting("db", "storage")?,
            "/limit" => self.set_max_body_size(1),
            "/groups" => drop(self.path_args_as::<(u8, u8)>()?),
            "/signed" => drop(self.set_signed_cookie("user", "Kim").clone()),
            "/static" => drop(self.static_url("style.css")?),
            "/user" => {
                self.set_current_user(Some(User::from("Kim".to_owned())));
                self.current_user_as::<u8>().await?;
            }
            "/redirect" => {
                self.finish();
                self.redirect("/");
            }
            _ => {
                self.finish();
                self.write("more");
            }
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_mistake_names_the_line_that_makes_it() {
    let client = client([url("/.*", Misuse)]);
    for path in [
        "/array",
        "/header",
        "/status",
        "/state",
        "/url",
        "/setting",
        "/limit",
        "/groups",
        "/signed",
        "/static",
        "/user",
        "/redirect",
        "/write",
    ] {
        let _failure = failure(&format!(r"GET {path} .*\(at .*errors.rs:\d+:\d+\)"));
        client.get(path).await;
    }
    let error = Application::new([], Settings::new().set("debug", 7)).unwrap_err();
    let place = concat!(file!(), ":");
    assert!(error.to_string().starts_with(place), "{error}");
}

#[test]
fn what_main_returns_is_words() {
    let error = Application::new([url("/(", Short)], Settings::new()).unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
    let error =
        HttpError::new(503).with_source(BookError::Broken(std::io::Error::other("disk gone")));
    let text =
        "HTTP 503: Service Unavailable\ncaused by: can't read the books\ncaused by: disk gone";
    assert_eq!(format!("{error:?}"), text);
    let error = Settings::from_toml_str("debug = 7").unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct TooLate(Exchange);

impl RequestHandler for TooLate {
    async fn get(&mut self) -> Result {
        self.write("page");
        self.flush().await?;
        self.set_status(404);
        self.set_header("X-Late", "yes");
        self.add_header("X-Late", "yes");
        self.set_cookie("late", "yes");
        Ok(())
    }
}

#[tokio::test]
async fn what_comes_too_late_for_the_headers_is_logged() {
    let logs = ["set_status", "set_header", "add_header", "set_cookie"].map(|service| {
        let line = format!(
            "^{service} has no effect, since the headers have been sent \\(at .*it/errors.rs:"
        );
        ExpectLog::new(APPLICATION, &line)
    });
    let response = client([url("/", TooLate)]).get("/").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.header("X-Late"), None);
    assert_eq!(response.set_cookie("late"), None);
    assert_eq!(response.text(), "page");
    for log in logs {
        assert_eq!(log.matched(), 1);
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Members(Exchange);

impl RequestHandler for Members {
    async fn get(&mut self) -> Result {
        self.authenticated().await?;
        Ok(())
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct KnownMembers(Members);

impl RequestHandler for KnownMembers {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(None)
    }
}

#[tokio::test]
async fn with_debug_a_handler_that_knows_nobody_says_so() {
    let rules = || [url("/", Members), url("/known", KnownMembers)];
    let settings = Settings::new().login_url("/login");
    let quiet = client_with(rules(), settings.clone());
    assert_eq!(quiet.get("/").await.status(), 302);

    let debug = client_with(rules(), settings.debug(true));
    assert_eq!(debug.get("/known").await.status(), 302);
    let log = ExpectLog::new(
        APPLICATION,
        "^nobody is known to `it::errors::Members`: it has no hook `get_current_user`",
    );
    assert_eq!(debug.get("/").await.status(), 302);
    assert_eq!(log.matched(), 1);
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct NoSecret(Exchange);

impl RequestHandler for NoSecret {
    async fn get(&mut self) -> Result {
        self.get_secure_cookie("user")?;
        Ok(())
    }
}

#[tokio::test]
async fn a_missing_secret_names_the_line_of_the_handler() {
    let line = "GET / .*You must define the 'cookie_secret' setting .*\\(at .*it/errors.rs:";
    let log = failure(line);
    let client = client([url("/", NoSecret)]);
    assert_eq!(client.get("/").await.status(), 500);
    assert_eq!(log.matched(), 1);
}
