//! The code of a base class calls services, and these call hooks of the
//! outermost handler. `tests/golden/inheritance.py` has the same classes, and
//! Tornado's answers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::HeaderValue;
use serde::Deserialize;
use tornado_cookies::SetCookie;
use tornado_core::arguments::ArgumentSource;
use tornado_core::locale::{Locale, Translations};
use tornado_core::{
    Application, AsyncHook, Chunk, Context as _, Cookies as _, Error, Exchange, Handler, HttpError,
    Input as _, Localization as _, Output as _, PathArgs as _, RequestHandler, Result, Rule,
    Settings, StaticUrlOptions, User, Xsrf as _, url,
};
use tornado_testing::TestClient;

use crate::support::{client_with, failure};

/// A base whose code calls services, without knowledge of its subclasses.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Base(Exchange);

impl Base {
    async fn enter(&mut self) -> Result {
        self.authenticated().await?;
        self.finish_with("entered");
        Ok(())
    }
}

impl RequestHandler for Base {
    async fn prepare(&mut self) -> Result {
        if named(self, "kind") == "service" {
            return Ok(());
        }
        match &*named(self, "service") {
            "current_user" => {
                let user = self.current_user().await?;
                let name = user.as_ref().and_then(User::get::<String>);
                self.finish_with(name.map_or("None", String::as_str));
            }
            "authenticated" => self.enter().await?,
            "locale" => {
                let locale = self.locale().await?;
                self.finish_with(locale.code());
            }
            "send_error" => self.send_error(403).await,
            "raise" => return Err(HttpError::new(404).into()),
            "clear" => {
                self.set_header("X-Lost", 1);
                self.clear();
                self.finish_with("cleared");
            }
            "argument" => {
                let text = self.get_argument("a")?;
                self.finish_with(text);
            }
            "path" => {
                let text = named(self, "rest");
                self.finish_with(text);
            }
            "static_url" => {
                let options = StaticUrlOptions::new().include_version(false);
                let url = self.static_url_with("robots.txt", &options)?;
                self.finish_with(url);
            }
            "etag" => {
                self.set_etag_header();
                self.finish_with("tagged");
            }
            other => panic!("{other}"),
        }
        Ok(())
    }

    async fn get(&mut self) -> Result {
        call(self).await
    }
}

/// A group of the path.
fn named<H: RequestHandler>(handler: &H, name: &str) -> String {
    let mut groups = handler.path_kwargs();
    let found = groups.find(|(key, _)| *key == name);
    found.unwrap().1.unwrap().to_owned()
}

/// Calls the service that the path names.
async fn call<H: RequestHandler>(handler: &mut H) -> Result {
    let options = StaticUrlOptions::new().include_version(false);
    match &*named(handler, "service") {
        "implicit" => {}
        "finish" => handler.finish(),
        "finish_with" => handler.finish_with("last"),
        "write" => {
            handler.write("a");
            handler.write("b");
        }
        "redirect" => handler.redirect("/there"),
        "redirect_permanent" => handler.redirect_permanent("/there"),
        "redirect_303" => handler.redirect_with_status("/there", 303),
        "send_error" => handler.send_error_with_reason(418, "Teapot").await,
        "raise" => return Err(HttpError::new(409).into()),
        "authenticated" => drop(handler.authenticated().await?),
        "static_url" => {
            let url = handler.static_url_with("robots.txt", &options)?;
            handler.finish_with(url);
        }
        "static_url_host" => {
            let url = handler.static_url_with("robots.txt", &options.include_host(true))?;
            handler.finish_with(url);
        }
        "reverse_url" => {
            let url = handler.reverse_url("entry", ["7"])?;
            handler.finish_with(url);
        }
        "argument" => {
            let text = handler.get_argument("a")?;
            handler.finish_with(text);
        }
        "query_argument" => {
            let text = handler.get_query_argument("a")?;
            handler.finish_with(text);
        }
        "xsrf_token" => {
            let token = handler.xsrf_token().await?;
            handler.finish_with(token);
        }
        "set_cookie" => {
            handler.set_cookie("c", "v");
        }
        "clear_cookie" => {
            handler.clear_cookie("c");
        }
        "set_signed_cookie" => {
            handler.set_signed_cookie("c", "v");
        }
        other => panic!("{other}"),
    }
    Ok(())
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Middle(Base);

impl RequestHandler for Middle {}

/// All hooks that services call, each of which uses the handler's own value.
macro_rules! hooks {
    ($handler:ty, |$this:ident| $value:expr $(, $prepare:item)?) => {
        impl RequestHandler for $handler {
            $($prepare)?

            async fn get_current_user(&mut self) -> Result<Option<User>> {
                let $this = self;
                let value: &str = $value;
                let user = User::from(value);
                let out = $this.path_kwargs().any(|group| group == ("service", Some("authenticated")));
                Ok((!out).then_some(user))
            }

            async fn get_user_locale(&mut self) -> Result<Option<Locale>> {
                let $this = self;
                let code = if $value.is_empty() { "fr" } else { "de" };
                Ok(Some($this.translations().get_closest([code])))
            }

            fn get_login_url(&self) -> Result<String> {
                let $this = self;
                Ok(format!("/login-{}", $value))
            }

            fn set_default_headers(&mut self) {
                let $this = self;
                let value = $value.to_owned();
                $this.set_header("X-Value", value);
            }

            async fn write_error(&mut self, status: u16, _error: Option<&Error>) -> Result {
                let $this = self;
                let text = format!("error {status} {}", $value);
                $this.write(text);
                Ok(())
            }

            fn decode_argument(
                _exchange: &Exchange,
                value: &[u8],
                name: Option<&str>,
            ) -> Result<String> {
                let text = String::from_utf8(value.to_vec())?;
                Ok(match name {
                    Some("a" | "rest") => format!("<{text}>"),
                    _ => text,
                })
            }

            fn include_host(_exchange: &Exchange) -> bool {
                true
            }

            fn compute_etag(&self) -> Option<HeaderValue> {
                let $this = self;
                HeaderValue::try_from(format!("\"{}\"", $value)).ok()
            }
        }
    };
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Bare2(Base);
hooks!(Bare2, |this| {
    let _ = &this;
    "own"
});

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Bare3(Middle);
hooks!(Bare3, |this| {
    let _ = &this;
    "own"
});

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct State2 {
    base: Base,
    #[state]
    value: &'static str,
}
hooks!(State2, |this| this.value);

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct State3 {
    base: Middle,
    #[state]
    value: &'static str,
}
hooks!(State3, |this| this.value);

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Given2 {
    base: Base,
    #[given]
    value: String,
}
hooks!(Given2, |this| &*this.value);

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Given3 {
    base: Middle,
    #[given]
    value: String,
}
hooks!(Given3, |this| &*this.value);

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Set2 {
    base: Base,
    value: Option<&'static str>,
}
hooks!(
    Set2,
    |this| this.value.unwrap_or("early"),
    async fn prepare(&mut self) -> Result {
        self.value = Some("set");
        self.base_mut().prepare().await
    }
);

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Set3 {
    base: Middle,
    #[default]
    value: Option<&'static str>,
}
hooks!(
    Set3,
    |this| this.value.unwrap_or("early"),
    async fn prepare(&mut self) -> Result {
        self.value = Some("set");
        self.base_mut().prepare().await
    }
);

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Author(Base);
hooks!(Author, |this| {
    let _ = &this;
    "own"
});

/// The hooks are those of the class in between; this one also has a value that
/// changes.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Middle2 {
    base: Author,
    count: u32,
}

impl RequestHandler for Middle2 {
    async fn prepare(&mut self) -> Result {
        self.count += 1;
        self.base_mut().prepare().await
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Between(Author);

impl RequestHandler for Between {}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Middle3 {
    base: Between,
    count: u32,
}

impl RequestHandler for Middle3 {
    async fn prepare(&mut self) -> Result {
        self.count += 1;
        self.base_mut().prepare().await
    }
}

/// The services that bases override.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Overrides(Base);

impl RequestHandler for Overrides {
    fn do_finish(&mut self, chunk: Option<Chunk>) {
        self.set_header("X-Finish", 1);
        self.base_mut().do_finish(chunk);
    }

    fn do_write(exchange: &mut Exchange, chunk: Chunk) {
        let text = chunk.as_bytes().map(<[u8]>::to_vec).unwrap();
        let text = String::from_utf8(text).unwrap();
        Base::do_write(exchange, format!("[{text}]").into());
    }

    fn do_redirect(&mut self, url: &str, status: u16) {
        self.base_mut()
            .do_redirect(&format!("/prefix{url}"), status);
    }

    async fn do_send_error(
        &mut self,
        status: u16,
        reason: Option<&str>,
        error: Option<&Error>,
    ) -> Result {
        self.set_cookie("errors", "1");
        let status = if status == 409 { 410 } else { status };
        self.base_mut().do_send_error(status, reason, error).await
    }

    fn do_static_url(
        exchange: &Exchange,
        path: &str,
        options: &StaticUrlOptions,
    ) -> Result<String> {
        let options = options.clone().include_host(false);
        Ok(format!(
            "//cdn{}",
            Base::do_static_url(exchange, path, &options)?
        ))
    }

    fn do_reverse_url(exchange: &Exchange, name: &str, args: &[&str]) -> Result<String> {
        Ok(format!(
            "/site{}",
            Base::do_reverse_url(exchange, name, args)?
        ))
    }

    fn do_get_argument(
        exchange: &Exchange,
        name: &str,
        source: ArgumentSource,
        strip: bool,
    ) -> Result<Option<String>> {
        let found = Base::do_get_argument(exchange, name, source, strip)?;
        Ok(match source {
            ArgumentSource::Both => found.map(|text| text.to_uppercase()),
            _ => found,
        })
    }

    fn do_xsrf_token(exchange: &mut Exchange) -> Result<String> {
        Base::do_xsrf_token(exchange)?;
        Ok("T".to_owned())
    }

    fn do_set_cookie(exchange: &mut Exchange, mut cookie: SetCookie) -> &mut SetCookie {
        cookie.path("/site");
        Base::do_set_cookie(exchange, cookie)
    }

    fn get_login_url(&self) -> Result<String> {
        Ok("/login".to_owned())
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Services2(Overrides);

impl RequestHandler for Services2 {}

/// It has nothing of its own except a value that changes.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Services3 {
    base: Services2,
    count: u32,
}

impl RequestHandler for Services3 {
    async fn prepare(&mut self) -> Result {
        self.count += 1;
        self.base_mut().prepare().await
    }
}

/// The handler itself calls the services.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct OwnCode(Overrides);

impl RequestHandler for OwnCode {
    async fn get(&mut self) -> Result {
        call(self).await
    }
}

fn path(kind: &str, name: &str) -> String {
    format!(r"/(?P<kind>{kind})/{name}/(?P<service>\w+)/(?P<rest>\w+)")
}

fn rules() -> Vec<Rule> {
    let hook = |name| path("hook", name);
    let service = |name| path("service", name);
    let given = || "given".to_owned();
    vec![
        url(&hook("bare2"), Bare2),
        url(&hook("bare3"), Bare3),
        url(&hook("state2"), |base| State2 {
            base,
            value: "state",
        }),
        url(&hook("state3"), |base| State3 {
            base,
            value: "state",
        }),
        url(&hook("given2"), move |base| Given2 {
            base,
            value: given(),
        }),
        url(&hook("given3"), move |base| Given3 {
            base,
            value: given(),
        }),
        url(&hook("set2"), |base| Set2 { base, value: None }),
        url(&hook("set3"), |base| Set3 { base, value: None }),
        url(&hook("middle2"), |base| Middle2 { base, count: 0 }),
        url(&hook("middle3"), |base| Middle3 { base, count: 0 }),
        url(&service("services2"), Services2),
        url(&service("services3"), |base| Services3 { base, count: 0 }),
        url(&service("own"), OwnCode),
        url(r"/entry/(\w+)", |exchange: Exchange| exchange).name("entry"),
    ]
}

fn settings() -> Settings {
    let translations = Translations::new();
    let translations = translations.add_csv("de", b"").unwrap();
    Settings::new()
        .cookie_secret("secret")
        .static_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"))
        .state("state")
        .translations(translations.add_csv("fr", b"").unwrap())
}

#[derive(Debug, Deserialize)]
struct Expected {
    path: String,
    status: u16,
    reason: String,
    body: String,
    headers: std::collections::BTreeMap<String, String>,
    cookies: Vec<String>,
}

/// Whether the hook can't be called, because it has `&mut self` or `&self` and
/// a value would be lost, so that the answer is a 500 that says so.
fn is_loud(path: &str) -> bool {
    let mut parts = path.split('/').skip(2);
    match (parts.next(), parts.next()) {
        (Some("set2" | "set3"), Some(service)) => {
            matches!(
                service,
                "current_user" | "authenticated" | "locale" | "clear" | "etag"
            )
        }
        // For a hook that is not async, it can't be determined which class has
        // written it.
        (Some("middle2" | "middle3"), Some(service)) => matches!(service, "clear" | "etag"),
        _ => false,
    }
}

#[tokio::test]
async fn each_hook_and_service_is_the_outermost_handlers_as_in_tornado() {
    let client = client_with(rules(), settings());
    let all: Vec<Expected> =
        serde_json::from_str(include_str!("../golden/inheritance.json")).unwrap();
    assert_eq!(all.len(), 157);
    let mut loud = 0;
    for expected in all {
        let path = &expected.path;
        if is_loud(path) {
            let outer = r"`late_binding::(Set|Middle)\d`|`it::late_binding::(Set|Middle)\d`";
            let message = format!(
                r"GET {}.*\n.*\n(?s:.*)`\w+` of (?:{outer}) can't be asked by the code of its base `it::late_binding::Base`.*`(value|count)`",
                regex_like(path)
            );
            let log = failure(&message);
            let response = client.get(path).header("Host", "example.com").await;
            assert_eq!(response.status(), 500, "{path}");
            drop(log);
            loud += 1;
            continue;
        }
        let response = client.get(path).header("Host", "example.com").await;
        assert_eq!(
            response.status(),
            expected.status,
            "{path}: {}",
            response.text()
        );
        assert_eq!(response.reason(), expected.reason, "{path}");
        assert_eq!(response.text(), expected.body, "{path}");
        for (name, value) in &expected.headers {
            assert_eq!(response.header(name), Some(&**value), "{path}");
        }
        for name in ["X-Finish", "X-Lost", "Location"] {
            assert_eq!(
                response.header(name).is_some(),
                expected.headers.contains_key(name),
                "{path}: {name}"
            );
        }
        let mut cookies: Vec<String> = response
            .headers()
            .get_all("Set-Cookie")
            .iter()
            .map(|line| without_value(line.to_str().unwrap()))
            .collect();
        cookies.sort();
        assert_eq!(cookies, expected.cookies, "{path}");
    }
    assert_eq!(loud, 14);
}

fn regex_like(path: &str) -> String {
    path.replace('?', r"\?")
}

/// The name and attributes of a cookie, without its times.
fn without_value(line: &str) -> String {
    let (name, rest) = line.split_once('=').unwrap();
    let attributes = rest.split(';').skip(1);
    let attributes: Vec<_> = attributes
        .filter(|part| !part.trim().starts_with("expires"))
        .collect();
    format!("{name};{}", attributes.join(";"))
}

/// What a base holds while a hook of its subclass runs, and how that ends.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Keeper {
    base: Exchange,
    #[default]
    mark: u32,
    #[state]
    closed: Closed,
}

/// What `on_connection_close` has seen.
#[derive(Clone, Default)]
struct Closed(Arc<Mutex<Vec<(u32, String)>>>);

impl RequestHandler for Keeper {
    async fn prepare(&mut self) -> Result {
        self.mark = 7;
        self.set_cookie("kept", "1");
        let patience = if self.get_argument("how")? == "stays" {
            60_000
        } else {
            20
        };
        let asks = async {
            match &*self.get_argument("asks")? {
                "user" => Ok(self.current_user().await?.is_some()),
                "locale" => Ok(self.locale().await?.code() == "de"),
                _ => Err(Error::msg("asks for what?")),
            }
        };
        let asked = tokio::time::timeout(Duration::from_millis(patience), asks).await;
        let text = match asked {
            Ok(answer) => format!("{}", answer?),
            Err(_) => "too late".to_owned(),
        };
        let uri = self.request().uri().to_owned();
        self.finish_with(format!("{text}, {}, {uri}", self.mark));
        Ok(())
    }

    fn on_connection_close(&mut self) {
        let seen = (self.mark, self.request().uri().to_owned());
        self.closed.0.lock().unwrap().push(seen);
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct BetweenKeeper(Keeper);

impl RequestHandler for BetweenKeeper {}

/// Ends the hook in the way the request says.
async fn end_somehow<H: RequestHandler>(handler: &mut H) -> Result {
    match &*handler.get_argument("how")? {
        "answers" => {}
        "waits" | "stays" => tokio::time::sleep(Duration::from_secs(60)).await,
        "panics" => {
            tokio::task::yield_now().await;
            panic!("in the hook")
        }
        _ => return Err(HttpError::new(409).into()),
    }
    Ok(())
}

macro_rules! asked {
    ($($handler:ty),*) => {$(
        impl RequestHandler for $handler {
            async fn get_current_user(&mut self) -> Result<Option<User>> {
                end_somehow(self).await?;
                Ok(Some("Kim".into()))
            }

            async fn get_user_locale(&mut self) -> Result<Option<Locale>> {
                end_somehow(self).await?;
                Ok(Some(self.translations().get_closest(["de"])))
            }
        }
    )*};
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct BareAsked(Keeper);

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct StateAsked {
    base: BetweenKeeper,
    #[state]
    _value: &'static str,
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct GivenAsked {
    base: BetweenKeeper,
    #[given]
    _value: String,
}

asked!(BareAsked, StateAsked, GivenAsked);

fn asked(closed: &Closed) -> Application {
    let rules = [
        url("/bare", BareAsked),
        tornado_core::route::<StateAsked>("/state"),
        url("/given", |base| GivenAsked {
            base,
            _value: String::new(),
        }),
    ];
    Application::new(rules, settings().state(closed.clone())).unwrap()
}

#[tokio::test]
async fn a_base_has_its_own_again_however_the_hook_ends() {
    let closed = Closed::default();
    let client = TestClient::new(asked(&closed));
    for chain in ["bare", "state", "given"] {
        for asks in ["user", "locale"] {
            let uri = |how| format!("/{chain}?asks={asks}&how={how}");
            let response = client.get(&uri("answers")).await;
            assert_eq!(response.text(), format!("true, 7, {}", uri("answers")));

            let response = client.get(&uri("waits")).await;
            assert_eq!(response.text(), format!("too late, 7, {}", uri("waits")));

            let response = client.get(&uri("fails")).await;
            assert_eq!(response.status(), 409);
            assert!(response.set_cookie("kept").is_some());

            let message = format!(r"GET /{chain}\?asks={asks}(?s:.*)panicked at .*: in the hook");
            let log = failure(&message);
            let response = client.get(&uri("panics")).await;
            assert_eq!(response.status(), 500);
            assert!(response.set_cookie("kept").is_some());
            drop(log);
        }
    }
    assert!(closed.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_client_that_leaves_during_the_hook_closes_the_handler_that_it_was() {
    let closed = Closed::default();
    let app = asked(&closed);
    for chain in ["bare", "state", "given"] {
        for asks in ["user", "locale"] {
            let uri = format!("/{chain}?asks={asks}&how=stays");
            let request = http::Request::get(&uri).body(tornado_core::Body::empty());
            let answer = tower::ServiceExt::oneshot(app.clone(), request.unwrap());
            let waited = tokio::time::timeout(Duration::from_millis(20), answer).await;
            assert!(waited.is_err());
            assert_eq!(closed.0.lock().unwrap().pop(), Some((7, uri)));
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Template(&'static str);

#[derive(Clone)]
struct Roles(Vec<&'static str>);

/// Its code reads the attributes of its subclasses.
#[derive(Handler)]
#[handler(crate = tornado_core)]
#[class(Template("page.html"))]
struct Guarded(Exchange);

impl RequestHandler for Guarded {
    async fn prepare(&mut self) -> Result {
        if let Some(Roles(roles)) = self.attribute() {
            let role = self.get_argument_or("role", "none")?;
            if !roles.contains(&&*role) {
                return Err(HttpError::new(403).into());
            }
        }
        Ok(())
    }

    async fn get(&mut self) -> Result {
        let Template(name) = self.attribute().unwrap();
        self.write(name);
        Ok(())
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
#[class(Template("admin.html"), Roles(vec!["admin"]))]
struct AdminPage(Guarded);

impl RequestHandler for AdminPage {}

#[derive(Handler)]
#[handler(crate = tornado_core)]
#[class(Roles(vec!["admin", "editor"]))]
struct EditorPage {
    base: AdminPage,
    #[default]
    edits: u32,
}

impl RequestHandler for EditorPage {
    async fn prepare(&mut self) -> Result {
        self.edits += 1;
        self.base_mut().prepare().await
    }
}

#[tokio::test]
async fn the_code_of_a_base_sees_the_class_attributes_of_its_heirs() {
    let client = client_with(
        [
            url("/", Guarded),
            url("/admin", AdminPage),
            url("/editor", |base| EditorPage { base, edits: 0 }),
        ],
        Settings::new(),
    );
    assert_eq!(client.get("/").await.text(), "page.html");
    assert_eq!(client.get("/admin").await.status(), 403);
    assert_eq!(client.get("/admin?role=editor").await.status(), 403);
    assert_eq!(client.get("/admin?role=admin").await.text(), "admin.html");
    assert_eq!(client.get("/editor?role=none").await.status(), 403);
    assert_eq!(client.get("/editor?role=editor").await.text(), "admin.html");
}

/// A hook that calls the service from which it is called, instead of its base's
/// hook.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Endless(Exchange);

impl RequestHandler for Endless {
    fn do_write(exchange: &mut Exchange, chunk: Chunk) {
        exchange.write(chunk);
    }

    fn do_finish(&mut self, chunk: Option<Chunk>) {
        if self.request().path() == "/finish" {
            self.finish();
        } else {
            self.base_mut().do_finish(chunk);
        }
    }

    async fn get(&mut self) -> Result {
        if self.request().path() != "/finish" {
            self.write("a");
        }
        Ok(())
    }

    async fn write_error(&mut self, _status: u16, _error: Option<&Error>) -> Result {
        Ok(())
    }
}

#[tokio::test]
async fn a_hook_that_asks_for_itself_is_an_error_and_not_the_end_of_the_process() {
    let client = client_with([url("/.*", Endless)], Settings::new());
    let log = failure("(?s).*`do_write` calls the service that asks it");
    assert_eq!(client.get("/write").await.status(), 500);
    drop(log);
    let _log =
        failure("(?s).*the hooks that end a request keep calling one another without an end");
    let _page = tornado_testing::ExpectLog::new(
        tornado_core::log::APPLICATION,
        "Uncaught exception in the page of an error|No error page could be made",
    );
    assert_eq!(client.get("/finish").await.status(), 500);
}

/// Wraps the static file handler, which has its own state.
#[derive(Handler)]
#[handler(crate = tornado_core, static_files)]
struct Downloads(tornado_core::StaticFileHandler<Members>);

impl RequestHandler for Downloads {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(self.get_argument_opt("user")?.map(User::from))
    }
}

impl tornado_core::StaticFiles for Downloads {}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Members(Exchange);

impl RequestHandler for Members {
    async fn prepare(&mut self) -> Result {
        match self.current_user().await? {
            Some(_) => Ok(()),
            None => Err(HttpError::new(403).into()),
        }
    }
}

#[tokio::test]
async fn the_base_of_static_files_asks_their_heir() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("a.txt"), "hello").unwrap();
    let root = directory.path().to_owned();
    let rule = url(
        r"/(.*)",
        move |files: tornado_core::StaticFileHandler<Members>| Downloads(files.path(&root)),
    );
    let client = client_with([rule], Settings::new());
    assert_eq!(client.get("/a.txt").await.status(), 403);
    let response = client.get("/a.txt?user=Kim").await;
    assert_eq!(response.text(), "hello");
    assert!(response.header("Etag").is_some_and(|tag| tag.len() > 40));
}

/// Shows the user that its own code finds.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Shows(Exchange);

fn user(name: &str) -> std::future::Ready<Result<Option<User>>> {
    std::future::ready(Ok(Some(name).filter(|n| !n.is_empty()).map(User::from)))
}

async fn named_user(name: &'static str) -> Result<Option<User>> {
    user(name).await
}

impl RequestHandler for Shows {
    fn get_current_user(&mut self) -> impl AsyncHook<Result<Option<User>>> + Send {
        user("the base's")
    }

    async fn prepare(&mut self) -> Result {
        let user = self.current_user().await?;
        let name = user.as_ref().and_then(User::get::<String>);
        self.finish_with(name.map_or("nobody", String::as_str));
        Ok(())
    }
}

macro_rules! written_without_async {
    ($($name:ident($base:ty): $future:expr;)*) => {$(
        #[derive(Handler)]
        #[handler(crate = tornado_core)]
        struct $name($base);

        impl RequestHandler for $name {
            fn get_current_user(&mut self) -> impl AsyncHook<Result<Option<User>>> + Send {
                $future
            }
        }
    )*};
}

written_without_async! {
    Ready(Shows): user("");
    ReadyAgain(Ready): user("the heir's");
    Named(Shows): named_user("one");
    NamedAgain(Named): named_user("another");
}

/// It checks, and asks its base.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Looks(Shows);

impl RequestHandler for Looks {
    fn get_current_user(&mut self) -> impl AsyncHook<Result<Option<User>>> + Send {
        self.set_header("X-Looked", 1);
        self.base_mut().get_current_user()
    }
}

#[tokio::test]
async fn a_hook_counts_in_whatever_way_it_is_written() {
    let client = client_with(
        [
            url("/base", Shows),
            url("/ready", Ready),
            url("/again", ReadyAgain),
            url("/named", Named),
            url("/named-again", NamedAgain),
            url("/looks", Looks),
        ],
        Settings::new(),
    );
    for (path, user) in [
        ("/base", "the base's"),
        ("/ready", "nobody"),
        ("/again", "the heir's"),
        ("/named", "one"),
        ("/named-again", "another"),
        ("/looks", "the base's"),
    ] {
        assert_eq!(client.get(path).await.text(), user, "{path}");
    }
    let response = client.get("/looks").await;
    assert_eq!(response.header("X-Looked"), Some("1"));
}

/// Its hook asks its base, whose code calls the hook.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Circle(Shows);

impl Shows {
    async fn who(&mut self) -> Result<bool> {
        Ok(self.current_user().await?.is_some())
    }
}

impl RequestHandler for Circle {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        let known = self.who().await?;
        user(if known { "known" } else { "" }).await
    }

    async fn prepare(&mut self) -> Result {
        self.current_user().await?;
        Ok(())
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct ClearsAlways(Exchange);

impl RequestHandler for ClearsAlways {
    fn set_default_headers(&mut self) {
        if self.request().path() != "/calm" {
            self.clear();
        }
    }

    async fn get(&mut self) -> Result {
        Ok(())
    }
}

#[tokio::test]
async fn hooks_that_ask_for_themselves_are_a_500() {
    let rules = [url("/circle", Circle), url("/.*", ClearsAlways)];
    let client = client_with(rules, Settings::new());
    let log = failure("GET /circle (?s:.*)asks the code of its base .* without an end");
    assert_eq!(client.get("/circle").await.status(), 500);
    drop(log);
    let log = tornado_testing::ExpectLog::new(
        tornado_core::log::APPLICATION,
        "Uncaught panic in a hook: .*`set_default_headers` calls the service",
    );
    assert_eq!(client.get("/always").await.status(), 500);
    drop(log);
    assert_eq!(client.get("/calm").await.status(), 200);
}

/// Its code ignores the reason why the hook can't be called.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Careless(Exchange);

impl RequestHandler for Careless {
    async fn prepare(&mut self) -> Result {
        let user = self.current_user().await.unwrap_or(None);
        self.finish_with(if user.is_some() { "somebody" } else { "nobody" });
        Ok(())
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct CarelessHeir {
    base: Careless,
    count: u32,
}

impl RequestHandler for CarelessHeir {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        self.count += 1;
        user("Kim").await
    }

    async fn do_send_error(
        &mut self,
        status: u16,
        reason: Option<&str>,
        error: Option<&Error>,
    ) -> Result {
        if self.request().query() == "silent" {
            return Ok(());
        }
        self.base_mut().do_send_error(status, reason, error).await
    }
}

#[tokio::test]
async fn no_code_passes_over_a_hook_that_could_not_be_asked() {
    let rule = url("/", |base| CarelessHeir { base, count: 0 });
    let client = client_with([rule], Settings::new());
    let log = failure("GET / (?s:.*)`count` of .*CarelessHeir` would be lost");
    assert_eq!(client.get("/").await.status(), 500);
    drop(log);
    // An error that nobody answers must not become a 200.
    let _logs = failure(r"GET /\?silent ");
    let _page = tornado_testing::ExpectLog::new(
        tornado_core::log::APPLICATION,
        "Uncaught exception in the page of an error(?s:.*)has neither answered|No error page could be made",
    );
    assert_eq!(client.get("/?silent").await.status(), 500);
}
