//! `render` over the wire: loaders and settings, the names in a page, hooks, UI modules, errors.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use tornado_core::locale::{Locale, Translations};
use tornado_core::log::{APPLICATION, GENERAL};
use tornado_core::template::{
    Args, Context, DictLoader, Limits, Loader, TemplateObject, Value, context, embedded_templates,
};
use tornado_core::{
    Application, Context as _, Cookies as _, Error, Exchange, Finish, Handler, HttpError,
    Output as _, Render as _, RequestHandler, Result, Settings, TemplateLoader, Ui, UiMethods,
    UiModule, UiModules, User, url,
};
use tornado_testing::{ExpectLog, TestClient};

use crate::support::{client_with, failure};

/// Renders the template of its path.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Page(Exchange);

impl RequestHandler for Page {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        LOOKUPS.with(|lookups| lookups.fetch_add(1, Ordering::Relaxed));
        Ok(self.get_cookie("user").map(User::from))
    }

    async fn get(&mut self) -> Result {
        let name = self.request().path()[1..].to_owned();
        self.render(&name, context! { title = "<T>" }).await
    }
}

thread_local! {
    /// How often the user was looked up: the handlers run in the test's thread.
    static LOOKUPS: Arc<AtomicUsize> = Arc::default();
}

fn settings<const N: usize>(files: [(&str, &str); N]) -> Settings {
    Settings::new().template_loader(DictLoader::new(files))
}

fn pages<const N: usize>(files: [(&str, &str); N]) -> TestClient {
    client_with([url("/.*", Page)], settings(files))
}

/// A page with one template.
async fn page(text: &str, settings: Settings) -> String {
    let loader = DictLoader::new([("p", text)]);
    let client = client_with([url("/.*", Page)], settings.template_loader(loader));
    client.get("/p").await.text().to_owned()
}

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(directory.path(), name, text);
    }
    directory
}

fn write(directory: &Path, name: &str, text: &str) {
    std::fs::write(directory.join(name), text).unwrap();
}

#[tokio::test]
async fn a_page_is_html_with_a_tag_and_a_length() {
    let client = pages([("p.html", "<p>{{ title }}</p>")]);
    let response = client.get("/p.html").await;
    assert_eq!(response.text(), "<p>&lt;T&gt;</p>");
    assert_eq!(
        response.header("Content-Type"),
        Some("text/html; charset=UTF-8")
    );
    assert_eq!(response.header("Content-Length"), Some("16"));
    let etag = response.header("Etag").unwrap();
    assert_eq!(
        client
            .get("/p.html")
            .header("If-None-Match", etag)
            .await
            .status(),
        304
    );
    assert_eq!(client.head("/p.html").await.text(), "");
}

#[tokio::test]
async fn the_settings_of_tornado_are_those_of_the_directory() {
    let files = directory(&[("p.html", "{{ title }}  <b>\n\n x</b>")]);
    let text = async |settings: Settings| {
        let settings = settings.template_path(files.path());
        client_with([url("/.*", Page)], settings)
            .get("/p.html")
            .await
            .text()
            .to_owned()
    };
    assert_eq!(text(Settings::new()).await, "&lt;T&gt; <b>\nx</b>");
    assert_eq!(
        text(Settings::new().autoescape(None)).await,
        "<T> <b>\nx</b>"
    );
    let escape = Some("url_escape");
    assert_eq!(
        text(Settings::new().autoescape(escape)).await,
        "%3CT%3E <b>\nx</b>"
    );
    for (mode, wanted) in [
        ("all", "&lt;T&gt;  <b>\n\n x</b>"),
        ("single", "&lt;T&gt; <b>\nx</b>"),
        ("oneline", "&lt;T&gt; <b> x</b>"),
    ] {
        assert_eq!(
            text(Settings::new().template_whitespace(mode)).await,
            wanted
        );
    }
    let wrong = Settings::new().template_whitespace("none");
    let error = Application::new([], wrong).unwrap_err();
    let wanted =
        "the setting `template_whitespace` can't be used: it is `all`, `single` or `oneline`";
    assert!(error.to_string().contains(wanted), "{error}");
}

#[tokio::test]
async fn an_edited_file_shows_where_nothing_is_kept() {
    for (settings, shows) in [
        (Settings::new(), false),
        (
            Settings::new().compiled_template_cache(true).debug(true),
            false,
        ),
        (Settings::new().compiled_template_cache(false), true),
        (Settings::new().debug(true), true),
    ] {
        for as_loader in [false, true] {
            let files = directory(&[("p.html", "{% include 'i.html' %}"), ("i.html", "old")]);
            let settings = match as_loader {
                false => settings.clone().template_path(files.path()),
                true => settings.clone().template_loader(Loader::new(files.path())),
            };
            let client = client_with([url("/.*", Page)], settings);
            assert_eq!(client.get("/p.html").await.text(), "old");
            write(files.path(), "i.html", "new");
            let wanted = if shows { "new" } else { "old" };
            assert_eq!(client.get("/p.html").await.text(), wanted);
        }
    }
}

#[tokio::test]
async fn without_a_path_there_is_an_error_that_says_so() {
    let _failure = failure(
        "GET /p.html .*You must define the 'template_path' setting in your application to use render .at .*templates.rs",
    );
    let client = client_with([url("/.*", Page)], Settings::new());
    assert_eq!(client.get("/p.html").await.status(), 500);
}

#[tokio::test]
async fn the_user_is_asked_for_where_the_page_asks() {
    let client = pages([
        (
            "with",
            "{{ current_user }}{{ current_user }}{{ handler.current_user }}",
        ),
        ("without", "{% if False %}{{ current_user }}{% end %}"),
    ]);
    let lookups = || LOOKUPS.with(|lookups| lookups.load(Ordering::Relaxed));
    client.set_cookie("user", "Kim");
    assert_eq!(client.get("/without").await.text(), "");
    assert_eq!(lookups(), 0);
    assert_eq!(client.get("/with").await.text(), "KimKimKim");
    assert_eq!(lookups(), 1);
}

#[derive(Debug, TemplateObject)]
#[template(crate = tornado_core::template)]
struct Account {
    name: String,
}

struct Plain;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Profile(Exchange);

impl RequestHandler for Profile {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        let name = "Kim".to_owned();
        Ok(Some(match self.request().query() {
            "object" => User::object(Account { name }),
            "str" => User::from("Kim"),
            "number" => User::new(7_i64),
            "json" => User::new(serde_json::json!({"name": "Kim"})),
            _ => User::new(Plain),
        }))
    }

    async fn get(&mut self) -> Result {
        self.render("p", context! {}).await
    }
}

#[tokio::test]
async fn a_user_is_what_a_template_can_look_into() {
    let client = |text: &str| client_with([url("/", Profile)], settings([("p", text)]));
    let name = client("{{ current_user.name }}");
    assert_eq!(name.get("/?object").await.text(), "Kim");
    let item = client("{{ current_user['name'] }}");
    assert_eq!(item.get("/?json").await.text(), "Kim");
    let user = client("{{ current_user }}{% if current_user %}!{% end %}");
    assert_eq!(user.get("/?str").await.text(), "Kim!");
    assert_eq!(user.get("/?number").await.text(), "7!");
    assert_eq!(user.get("/?plain").await.text(), "&lt;current_user&gt;!");
    for text in ["{{ current_user.name }}", "{{ current_user.name() }}"] {
        let _failure = failure(
            r"GET /\?plain .*AttributeError: 'name' of the user, which is a `.*Plain`: .*User::object",
        );
        assert_eq!(client(text).get("/?plain").await.status(), 500, "{text}");
    }
}

#[tokio::test]
async fn no_secret_gets_into_a_page() {
    let all = |settings: Settings| {
        settings
            .cookie_secret("hidden")
            .set("db", "postgres://user:hidden@host/db")
            .set("api_token", "hidden")
            .set("smtp_pass", "hidden")
            .set(
                "store",
                serde_json::json!({"host": "h", "password": "hidden"}),
            )
            .set("mirrors", ["redis://kim:hidden@host"])
            .set("page_size", 20)
            .set("site_url", "http://example.com")
            .login_url("/login")
    };
    let shown = "{{ handler.settings['page_size'] }} {{ handler.settings.get('login_url') }} \
                 {{ handler.application.settings['site_url'] }} {{ 'cookie_secret' in handler.settings }}";
    assert_eq!(
        page(shown, all(Settings::new())).await,
        "20 /login http://example.com False"
    );
    let within = "{{ handler.settings['store'] }} {{ handler.settings.get('mirrors') }}";
    assert_eq!(
        page(
            &format!("{{% autoescape None %}}{within}"),
            all(Settings::new())
        )
        .await,
        "{'host': 'h', 'password': '**redacted**'} ['**redacted**']"
    );
    for key in ["cookie_secret", "db", "api_token", "smtp_pass", "nothing"] {
        let _failures = [
            failure(&format!("GET /p .*KeyError: '{key}'")),
            failure("GET /p .*AttributeError: 'dict' object has no attribute 'keys'"),
        ];
        let text = page(
            &format!("{{{{ handler.settings['{key}'] }}}}"),
            all(Settings::new()),
        )
        .await;
        assert!(text.contains("500: Internal Server Error"), "{text}");
        page("{{ handler.settings.keys() }}", all(Settings::new())).await;
        if key != "nothing" {
            let text = format!(
                "{{% try %}}{{{{ handler.settings.get('{key}') }}}}{{% except KeyError %}}refused{{% end %}}"
            );
            assert_eq!(page(&text, all(Settings::new())).await, "refused");
        }
    }
    let shown = page(
        "{{ handler.settings }}{{ handler }}{{ request }}",
        all(Settings::new()),
    )
    .await;
    assert!(!shown.contains("hidden"), "{shown}");
}

#[tokio::test]
async fn a_page_speaks_the_language_of_its_reader() {
    let translations = Translations::new()
        .add_csv(
            "de",
            "Hello,Hallo\n%(n)d day,%(n)d Tag,singular\n%(n)d days,%(n)d Tage,plural\n".as_bytes(),
        )
        .unwrap();
    let settings = Settings::new().translations(translations);
    let loader = DictLoader::new([(
        "p",
        "{{ _('Hello') }} {{ _('%(n)d day', '%(n)d days', count=3) % {'n': 3} }} {{ pgettext('x', 'Hello') }} {{ locale.code }}",
    )]);
    let _contexts = ExpectLog::new(GENERAL, "pgettext");
    let client = client_with([url("/.*", Page)], settings.template_loader(loader));
    let response = client.get("/p").header("Accept-Language", "de").await;
    assert_eq!(response.text(), "Hallo 3 Tage Hallo de");
}

#[tokio::test]
async fn the_token_of_a_form_comes_with_its_cookie() {
    let client = client_with(
        [url("/.*", Page)],
        settings([(
            "p",
            "{% raw xsrf_form_html() %}{% module xsrf_form_html() %}|{{ handler.xsrf_token }}",
        )])
        .xsrf_cookies(true),
    );
    let text = client.get("/p").await.text().to_owned();
    let token = client.get_cookie("_xsrf").unwrap();
    let form = format!("<input type=\"hidden\" name=\"_xsrf\" value=\"{token}\"/>");
    assert_eq!(text, format!("{form}{form}|{token}"));
}

#[tokio::test]
async fn a_loader_brings_functions_modules_names_and_limits() {
    let mut limits = Limits::default();
    limits.steps = 100;
    let loader = DictLoader::new([
        (
            "p",
            "{% from models import team %}{{ site }} {{ twice(4) }} {{ team }}",
        ),
        ("long", "{% for i in range(1000) %}{% end %}"),
    ])
    .name("site", "Ours")
    .function("twice", |n: i64| 2 * n)
    .module("models", context! { team = "us" })
    .limits(limits);
    let client = client_with([url("/.*", Page)], Settings::new().template_loader(loader));
    assert_eq!(client.get("/p").await.text(), "Ours 8 us");
    let _failure = failure("GET /long .*RuntimeError: the template runs for too long # long:1");
    assert_eq!(client.get("/long").await.status(), 500);
}

#[tokio::test]
async fn a_page_may_be_only_a_text() {
    #[derive(Handler)]
    #[handler(crate = tornado_core)]
    struct Mail(Exchange);
    impl RequestHandler for Mail {
        async fn get(&mut self) -> Result {
            let entries = vec!["a".to_owned()];
            let text = self.render_string("mail.txt", context! { entries }).await?;
            self.set_header("Content-Type", "text/plain");
            self.write(text + "!");
            Ok(())
        }
    }
    let files = [
        ("mail.txt", "{{ entries[0] }}{% module Template('t') %}"),
        ("t", "{{ set_resources(css_files='/x') }}"),
    ];
    let response = client_with([url("/", Mail)], settings(files))
        .get("/")
        .await;
    assert_eq!(response.text(), "a!");
    assert_eq!(response.header("Content-Type"), Some("text/plain"));
}

#[tokio::test]
async fn what_is_finished_is_not_rendered() {
    #[derive(Handler)]
    #[handler(crate = tornado_core)]
    struct Twice(Exchange);
    impl RequestHandler for Twice {
        async fn get(&mut self) -> Result {
            self.render("p", context! {}).await?;
            self.render("p", context! {}).await
        }
    }
    let _failure = failure(r"GET / .*Cannot render\(\) after finish\(\) \(at .*it.templates.rs");
    let client = client_with([url("/", Twice)], settings([("p", "once")]));
    // As in Tornado, what was finished is sent, and the error is in the log.
    assert_eq!(client.get("/").await.text(), "once");
}

// Hooks, and which class is asked.

/// A base whose code renders. It uses the hooks of its subclass.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Base(Exchange);

impl Base {
    async fn show(&mut self) -> Result {
        self.render("p.html", context! {}).await
    }
}

impl RequestHandler for Base {
    async fn get(&mut self) -> Result {
        self.show().await
    }

    async fn get_template_namespace(&mut self) -> Result<Context> {
        Ok(context! { who = "base", base = true })
    }

    async fn template_attribute(
        &mut self,
        name: &str,
        _args: Option<Args>,
    ) -> Result<Option<Value>> {
        Ok((name == "kind").then(|| "base".into()))
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Heir(Base);

impl RequestHandler for Heir {
    async fn get_template_namespace(&mut self) -> Result<Context> {
        let mut namespace = self.base_mut().get_template_namespace().await?;
        namespace.extend(context! { who = "heir" });
        Ok(namespace)
    }

    async fn template_attribute(
        &mut self,
        name: &str,
        args: Option<Args>,
    ) -> Result<Option<Value>> {
        Ok(match name {
            "of_heir" => Some(args.map_or("attribute", |_| "call").into()),
            _ => self.base_mut().template_attribute(name, args).await?,
        })
    }

    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(Some(User::from("user of heir")))
    }

    async fn get_user_locale(&mut self) -> Result<Option<Locale>> {
        Ok(None)
    }

    fn get_template_path(exchange: &Exchange) -> Option<PathBuf> {
        let root = Exchange::get_template_path(exchange)?;
        Some(root.join("heir"))
    }

    fn create_template_loader(_: &Exchange, path: Option<&Path>) -> Result<TemplateLoader> {
        Ok(Loader::new(path.unwrap()).name("by", "heir").into())
    }

    fn render_linked_js(_: &Exchange, files: &[String]) -> Result<String> {
        Ok(format!("<js {}>", files.join(" ")))
    }

    fn render_embed_js(_: &Exchange, scripts: &[String]) -> Result<String> {
        Ok(format!("<script {}>", scripts.join(" ")))
    }

    fn render_linked_css(_: &Exchange, files: &[String]) -> Result<String> {
        Ok(format!("<css {}>", files.join(" ")))
    }

    fn render_embed_css(_: &Exchange, styles: &[String]) -> Result<String> {
        Ok(format!("<style {}>", styles.join(" ")))
    }
}

/// It writes no template hooks.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Grandchild {
    base: Heir,
    visits: u32,
}

impl RequestHandler for Grandchild {
    async fn prepare(&mut self) -> Result {
        self.visits += 1;
        Ok(())
    }
}

/// It has a field that would be lost, and its own hook.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Stateful {
    base: Base,
    word: &'static str,
}

impl RequestHandler for Stateful {
    async fn get_template_namespace(&mut self) -> Result<Context> {
        Ok(context! { word = self.word })
    }
}

const RESOURCES: &str = "{{ set_resources(javascript_files=['a.js', 'a.js'], embedded_javascript='j', css_files='a.css', embedded_css='c') }}";

#[tokio::test]
async fn the_code_of_a_base_renders_with_the_hooks_of_its_heir() {
    let files = directory(&[]);
    std::fs::create_dir(files.path().join("heir")).unwrap();
    let text = "{{ who }} {{ base }} {{ by }} {{ handler.of_heir }} {{ handler.of_heir() }} {{ handler.kind }} \
                {{ current_user }} {% module Template('r') %}</head></body>";
    write(&files.path().join("heir"), "p.html", text);
    write(&files.path().join("heir"), "r", RESOURCES);
    let grandchild = |base| Grandchild { base, visits: 0 };
    let rules = [url("/heir", Heir), url("/grandchild", grandchild)];
    let client = client_with(rules, Settings::new().template_path(files.path()));
    let wanted = "heir True heir attribute call base user of heir <css a.css>\n<style c>\n</head><js a.js a.js>\n<script j>\n</body>";
    for path in ["/heir", "/grandchild"] {
        assert_eq!(client.get(path).await.text(), wanted, "{path}");
    }
}

#[tokio::test]
async fn a_hook_that_can_t_be_asked_is_an_error_that_says_why() {
    let _failure = failure(
        "GET /base .*`get_template_namespace` of `.*Stateful` can't be asked by the code of its base `.*Base`.*`word`",
    );
    let rules = [url("/base", |base| Stateful { base, word: "kept" })];
    let client = client_with(rules, settings([("p.html", "{{ word }}")]));
    assert_eq!(client.get("/base").await.status(), 500);
}

// UI modules and UI methods.

struct Shows;

impl UiModule for Shows {
    async fn render(&self, ui: &mut Ui<'_>, args: Args) -> Result<String> {
        let what: String = args.get(0, "what")?;
        Ok(match &*what {
            "base" => ui.handler::<Base>()?.0.request().path().to_owned(),
            "heir" => ui.handler::<Heir>()?.0.0.request().path().to_owned(),
            "page" => ui.handler::<Page>().map(|_| String::new())?,
            "later" => {
                tokio::task::yield_now().await;
                ui.set_header("X-Later", "yes");
                ui.render_string("later", context! { name = ui.get_cookie("name") })
                    .await?
            }
            "404" => return Err(HttpError::new(404).into()),
            "finish" => return Err(Finish::new().into()),
            "io" => return Err(std::io::Error::other("the disk is gone").into()),
            "endless" => ui.render_string("endless", context! {}).await?,
            _ => panic!("the module has no idea"),
        })
    }
}

async fn visits(ui: &mut Ui<'_>, args: Args) -> Result<Value> {
    tokio::task::yield_now().await;
    let factor: i64 = args.get_or(0, "factor", 1)?;
    let user = ui.current_user().await?;
    let name = user.as_ref().and_then(User::get::<String>).cloned();
    Ok(Value::from([
        name.unwrap_or_default(),
        (factor * 2).to_string(),
    ]))
}

/// Returns something that becomes a value, and knows no handler.
async fn seven(_ui: &mut Ui<'_>, _args: Args) -> i64 {
    7
}

fn with_ui(settings: Settings) -> Settings {
    settings
        .ui_modules(UiModules::new().add("Shows", || Shows))
        .ui_methods(UiMethods::new().add("visits", visits).add("max", seven))
}

fn shows<const N: usize>(files: [(&str, &str); N]) -> TestClient {
    let rules = [url("/base", Base), url("/heir", Other), url("/.*", Page)];
    client_with(rules, with_ui(settings(files)))
}

/// Derived from `Heir`, with its templates where everyone's are.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Other(Heir);

impl RequestHandler for Other {
    fn get_template_path(_: &Exchange) -> Option<PathBuf> {
        None
    }

    fn create_template_loader(exchange: &Exchange, path: Option<&Path>) -> Result<TemplateLoader> {
        Exchange::create_template_loader(exchange, path)
    }
}

#[tokio::test]
async fn a_module_reaches_the_bases_of_the_handler() {
    let client = shows([("p.html", "{% module Shows('base') %}")]);
    for path in ["/base", "/heir"] {
        assert_eq!(client.get(path).await.text(), path);
    }
    let _failure =
        failure("GET /p .*the handler is a `.*::Page`, which does not inherit from `.*::Base`");
    let client = shows([("p", "{% module Shows('base') %}")]);
    assert_eq!(client.get("/p").await.status(), 500);
    let client = shows([("p", "{% module Shows('page') %}")]);
    assert_eq!(client.get("/p").await.status(), 200);
}

#[tokio::test]
async fn modules_and_methods_may_wait_and_do_what_a_handler_does() {
    let client = shows([
        (
            "p",
            "{% module Shows(what='later') %} {{ visits(3) }} {{ visits()[1] }} {{ max([1]) }}",
        ),
        ("later", "later for {{ name }}, {{ max() }}"),
    ]);
    client.set_cookie("name", "Lou");
    client.set_cookie("user", "Kim");
    let response = client.get("/p").await;
    assert_eq!(
        response.text(),
        "later for Lou, 7 [&#x27;Kim&#x27;, &#x27;6&#x27;] 2 7"
    );
    assert_eq!(response.header("X-Later"), Some("yes"));
}

#[tokio::test]
async fn many_modules_are_no_burden() {
    let client = shows([
        (
            "p",
            "{% for i in range(500) %}{% module Shows('later') %}{% end %}",
        ),
        ("later", "x"),
    ]);
    assert_eq!(client.get("/p").await.text(), "x".repeat(500));
}

#[tokio::test]
async fn an_error_in_a_module_is_the_error_of_the_request() {
    let client = shows([
        ("404", "\n{% module Shows('404') %}"),
        ("finish", "{% module Shows('finish') %}"),
        ("io", "{% module Template('inner') %}"),
        ("inner", "\n\n{% module Shows('io') %}"),
        (
            "caught",
            "{% try %}{% module Shows('io') %}{% except Exception as e %}{{ e }}{% end %}",
        ),
        ("panic", "{% module Shows('panic') %}"),
        ("endless", "{% module Shows('endless') %}"),
        ("unknown", "{% module Show('x') %}"),
        ("wrong", "{{ visits(factor='x') }}"),
    ]);
    assert_eq!(client.get("/404").await.status(), 404);
    assert_eq!(client.get("/finish").await.status(), 200);
    assert_eq!(client.get("/caught").await.text(), "the disk is gone");
    let _failures = [
        failure(
            r"GET /io .*the disk is gone \(at .*it.templates.rs:\d+:\d+\)\n\s*# inner:3\n\s*# io:1$",
        ),
        failure("GET /panic .*panicked at .*the module has no idea"),
        failure("GET /endless .*50 templates are within one another"),
        failure(
            "GET /unknown .*AttributeError: there is no UI module Show; the setting ui_modules has Shows, Template, linkify, xsrf_form_html # unknown:1",
        ),
        failure(
            "GET /wrong .*TypeError: argument 'factor': a whole number is needed, not str # wrong:1",
        ),
    ];
    for path in ["/io", "/panic", "/endless", "/unknown", "/wrong"] {
        assert_eq!(client.get(path).await.status(), 500, "{path}");
    }
}

#[tokio::test]
async fn an_error_of_a_module_has_the_status_that_the_settings_say() {
    let files = [("p", "{% module Shows('io') %}")];
    let settings = with_ui(settings(files)).map_error(|error: &std::io::Error| {
        HttpError::new(503).with_log_message(error.to_string())
    });
    let _failure = failure(r"GET /p .*the disk is gone .*# p:1");
    let client = client_with([url("/.*", Page)], settings);
    assert_eq!(client.get("/p").await.status(), 503);
}

/// Its page has modules, and fails; the error page has none of them.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Failing(Exchange);

impl RequestHandler for Failing {
    async fn get(&mut self) -> Result {
        self.render("fails", context! {}).await
    }

    async fn write_error(&mut self, status: u16, error: Option<&Error>) -> Result {
        let is_template = error.is_some_and(Error::is::<tornado_core::template::Error>);
        let name = if self.request().query() == "bad" {
            "fails"
        } else {
            "error"
        };
        self.render(name, context! { status = i64::from(status), is_template })
            .await
    }
}

#[tokio::test]
async fn a_page_of_an_error_may_be_a_template() {
    let client = client_with(
        [url("/", Failing)],
        settings([
            ("error", "<h1>{{ status }}</h1> {{ is_template }}"),
            ("fails", "{% module Template('r') %}{{ 1 / 0 }}"),
            ("r", RESOURCES),
        ]),
    );
    let _failure = failure("GET / .*ZeroDivisionError: division by zero # fails:1");
    let response = client.get("/").await;
    assert_eq!(
        (response.status().as_u16(), response.text()),
        (500, "<h1>500</h1> True")
    );
}

#[tokio::test]
async fn a_page_of_an_error_that_fails_is_empty() {
    let client = client_with([url("/", Failing)], settings([("fails", "{{ 1 / 0 }}")]));
    let _failures = [
        failure(r"GET /\?bad .*ZeroDivisionError"),
        ExpectLog::new(
            APPLICATION,
            "(?s)Uncaught exception in write_error.*ZeroDivisionError: .* # fails:1",
        ),
    ];
    let response = client.get("/?bad").await;
    assert_eq!((response.status().as_u16(), response.text()), (500, ""));
}

#[tokio::test]
async fn a_developer_sees_the_line() {
    let files = [
        ("base", "<p>\n{% block b %}{% end %}</p>"),
        (
            "p",
            "{% extends 'base' %}\n{% block b %}\n{{ title }}\n{{ 1 / 0 }}\nlast\n{% end %}",
        ),
    ];
    for debug in [false, true] {
        let _failure = failure("GET /p .*ZeroDivisionError: division by zero # p:4 .via base:2.");
        let client = client_with(
            [url("/.*", Page)],
            settings(files)
                .serve_traceback(debug)
                .cookie_secret("hidden"),
        );
        let text = client.get("/p").await.text().to_owned();
        if debug {
            let wanted = "ZeroDivisionError: division by zero # p:4 (via base:2)";
            assert!(text.contains(wanted), "{text}");
            assert!(
                text.contains("  >    4  {{ 1 / 0 }}\n       5  last"),
                "{text}"
            );
            assert!(text.contains("it/templates.rs:"), "{text}");
            assert!(!text.contains("hidden"), "{text}");
        } else {
            assert_eq!(
                text,
                "<html><title>500: Internal Server Error</title><body>500: Internal Server Error</body></html>"
            );
        }
    }
}

#[tokio::test]
async fn a_developer_s_browser_shows_the_line() {
    let client = client_with(
        [url("/.*", Page)],
        settings([("p", "<p>\n{{ 1 / 0 }}\n</p>")]).debug(true),
    );
    let _failure = failure("GET /p .*ZeroDivisionError");
    let response = client.get("/p").header("Accept", "text/html").await;
    let text = response.text();
    assert!(
        text.contains("&lt;p&gt;\n  &gt;    2  {{ 1 / 0 }}\n"),
        "{text}"
    );
    assert!(text.contains("::templates::Page</code>"), "{text}");
}

// The nonce.

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Strict(Exchange);

impl RequestHandler for Strict {
    async fn prepare(&mut self) -> Result {
        if self.request().query() == "strict" {
            let nonce = self.csp_nonce()?;
            self.set_header(
                "Content-Security-Policy",
                format!("script-src 'nonce-{nonce}'"),
            );
        }
        Ok(())
    }

    async fn get(&mut self) -> Result {
        self.render("p", context! {}).await
    }
}

#[tokio::test]
async fn scripts_and_styles_have_the_nonce_where_there_is_one() {
    let text = "<head></head><body>{% module Template('r') %}</body>";
    let files = directory(&[("a.js", ""), ("a.css", "")]);
    let settings = settings([("p", text), ("r", RESOURCES)]).static_path(files.path());
    let client = client_with([url("/", Strict)], settings);
    assert!(!client.get("/").await.text().contains("nonce"));
    let (one, other) = (client.get("/?strict").await, client.get("/?strict").await);
    assert_ne!(one.text(), other.text());
    let policy = one.header("Content-Security-Policy").unwrap();
    let nonce = policy
        .split('\'')
        .nth(1)
        .unwrap()
        .strip_prefix("nonce-")
        .unwrap();
    assert_eq!(nonce.len(), 32);
    let text = one.text();
    assert_eq!(
        text.matches(&format!(" nonce=\"{nonce}\"")).count(),
        4,
        "{text}"
    );
    for tag in [
        format!("type=\"text/javascript\" nonce=\"{nonce}\"></script>"),
        format!("<script type=\"text/javascript\" nonce=\"{nonce}\">\n"),
        format!("type=\"text/css\" rel=\"stylesheet\" nonce=\"{nonce}\"/>"),
        format!("<style type=\"text/css\" nonce=\"{nonce}\">\n"),
    ] {
        assert!(text.contains(&tag), "{tag} in {text}");
    }
    let once = page(
        "{{ csp_nonce() }} {{ handler.csp_nonce() }}",
        Settings::new(),
    )
    .await;
    let (a, b) = once.split_once(' ').unwrap();
    assert_eq!((a.len(), a), (32, b));
}

// Client input.

async fn echo(_ui: &mut Ui<'_>, args: Args) -> Result<Value> {
    Ok(args.get(0, "text")?)
}

struct Echo;

impl UiModule for Echo {
    async fn render(&self, _ui: &mut Ui<'_>, args: Args) -> Result<String> {
        Ok(args.get(0, "text")?)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bracket_of_a_request_reaches_the_page(text in "[<>\"'&a ]{0,8}", other: String) {
        let page = "{{ handler.get_argument('q') }}{{ handler.get_arguments('q') }}{{ request.uri }}{{ request.query }}\
                    {{ request.arguments }}{{ request.headers['X-A'] }}{{ request.headers.items() }}{{ request.cookies['user'].value }}\
                    {{ current_user }}{{ handler.get_cookie('user') }}{{ echo(current_user) }}{{ modules.Echo(handler.get_argument('q')) }}\
                    {{ _(handler.get_argument('q')) }}{{ handler.settings['motto'] }}\
                    {% try %}{{ {}[current_user] }}{% except KeyError as e %}{{ e }}{% end %}";
        let settings = settings([("p", page)])
            .set("motto", &other)
            .ui_modules(UiModules::new().add("Echo", || Echo))
            .ui_methods(UiMethods::new().add("echo", echo));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let client = client_with([url("/.*", Page)], settings);
            let query = tornado_core::escape::url_escape(&format!("{text}{other}"), true);
            let cookie = format!("user={}", text.replace(['"', ' '], ""));
            let request = client.get(&format!("/p?q={query}")).header("X-A", &text).header("Cookie", &cookie);
            let response = request.await;
            assert_eq!(response.status(), 200, "{}", response.text());
            assert!(!response.text().contains(['<', '>', '"', '\'']), "{}", response.text());
        });
    }
}

// What is checked.

#[test]
fn an_application_knows_what_its_templates_need() {
    let app = |text: &str| {
        let settings = with_ui(settings([("p.html", text)]));
        Application::new([url("/.*", Page)], settings).unwrap()
    };
    let good = "{% module Shows('x') %}{% module Template('p.html') %}{{ visits() }}{{ csp_nonce() }}{{ title }}";
    app(good).assert_templates_run();
    let found = app("{% module Show() %}\n{{ visit() }}")
        .check_templates()
        .unwrap();
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        found[0],
        "p.html:1: module: there is no UI module Show; did you mean Shows?"
    );
    assert!(
        found[1].starts_with("p.html:2: function: visit is called"),
        "{found:?}"
    );
    let none = Application::new([], Settings::new()).unwrap();
    assert!(
        none.check_templates()
            .unwrap_err()
            .to_string()
            .contains("template_path")
    );
}

#[test]
#[should_panic(
    expected = "these templates will not run:\np.html:1: module: there is no UI module Shows"
)]
fn a_template_that_does_not_run_fails_the_test() {
    let settings = settings([("p.html", "{% module Shows() %}")]);
    Application::new([], settings)
        .unwrap()
        .assert_templates_run();
}

#[tokio::test]
async fn templates_may_be_in_the_binary() {
    let loader = embedded_templates!("tests/it/templates");
    let client = client_with([url("/.*", Page)], Settings::new().template_loader(loader));
    assert_eq!(
        client.get("/page.html").await.text(),
        "<h1>&lt;T&gt;</h1>\n"
    );
}

#[tokio::test]
async fn the_loaders_of_two_applications_are_their_own() {
    let one = pages([("p", "one")]);
    let other = pages([("p", "other")]);
    assert_eq!(one.get("/p").await.text(), "one");
    assert_eq!(other.get("/p").await.text(), "other");
}
