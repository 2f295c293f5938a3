//! Jinja templates behind `render`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use minijinja::{Environment, UndefinedBehavior};
use tornado_core::log::APPLICATION;
use tornado_core::template::{
    Args, Error as TemplateError, Object, TemplateObject, Value, context,
};
use tornado_core::{
    Context as _, Cookies as _, Exchange, Handler, Render as _, RequestHandler, Result, Settings,
    Ui, UiMethods, UiModule, UiModules, User, raise, url,
};
use tornado_testing::{ExpectLog, TestClient};

use crate::support::client_with;

#[derive(Debug, TemplateObject)]
#[template(crate = tornado_core::template, methods(teaser(length)))]
struct Entry {
    title: String,
    tags: Vec<String>,
}

impl Entry {
    fn teaser(&self, length: usize) -> String {
        self.title.chars().take(length).collect()
    }
}

/// Renders the template of its path.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Page(Exchange);

thread_local! {
    /// How often the user was looked up: the handlers run in the test's thread.
    static LOOKUPS: Arc<AtomicUsize> = Arc::default();
}

impl RequestHandler for Page {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        LOOKUPS.with(|lookups| lookups.fetch_add(1, Ordering::Relaxed));
        Ok(self.get_cookie("user").map(User::from))
    }

    async fn get_template_namespace(&mut self) -> Result<tornado_core::template::Context> {
        let mut namespace = self.base_mut().get_template_namespace().await?;
        namespace.insert("site", "A site");
        Ok(namespace)
    }

    async fn get(&mut self) -> Result {
        let name = self.request().path()[1..].to_owned();
        let entry = |title: &str| {
            Arc::new(Entry {
                title: title.to_owned(),
                tags: vec!["a".to_owned(), "<b>".to_owned()],
            })
        };
        let context = context! {
            entries = vec![entry("First <post>"), entry("Second")],
            prices = Value::dict([("tea", 450), ("pot", 2900)]),
            nothing = Value::none(),
            slow = Value::from_object(Slow),
        };
        self.render(&name, context).await
    }
}

/// Only a page that waits could call it.
#[derive(Debug)]
struct Slow;

impl Object for Slow {
    fn type_name(&self) -> &str {
        "Slow"
    }

    fn is_async_method(&self, name: &str) -> bool {
        name == "load"
    }

    fn call_method(&self, name: &str, _: Args) -> Option<Result<Value, TemplateError>> {
        (name == "fail").then(|| Err(TemplateError::with_class("ValueError", "it is broken")))
    }
}

struct Box_;

impl UiModule for Box_ {
    async fn render(&self, ui: &mut Ui<'_>, args: Args) -> Result<String> {
        let entry: Value = args.get(0, "entry")?;
        let mark = args.get_or(1, "mark", "-".to_owned())?;
        if mark == "missing" {
            raise!(404);
        }
        ui.render_string("box.html", context! { entry, mark }).await
    }

    fn embedded_css(&self) -> Option<String> {
        Some("b { color: red }".to_owned())
    }
}

async fn shout(_: &mut Ui<'_>, args: Args) -> Result<String> {
    Ok(args.get::<String>(0, "text")?.to_uppercase())
}

fn client(text: &str) -> TestClient {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let files = [
        ("page.html", text),
        ("box.html", "<b>{{ mark }} {{ entry.title }}</b>"),
        (
            "base.html",
            "<title>{% block title %}{% endblock %}</title>{{ site }}",
        ),
    ];
    for (name, text) in files {
        let added = environment.add_template_owned(name, text.to_owned());
        added.expect("its syntax is right");
    }
    let settings = Settings::new()
        .static_path("static")
        .cookie_secret("a secret of the tests")
        .set("blog_title", "Tea & more")
        .ui_modules(UiModules::new().add("Box", || Box_))
        .ui_methods(UiMethods::new().add("shout", shout))
        .template_loader(environment);
    client_with([url("/.*", Page).name("page")], settings)
}

async fn page(text: &str) -> String {
    let response = client(text).get("/page.html").await;
    assert_eq!(response.status(), 200, "{response:?}");
    response.text().to_owned()
}

#[tokio::test]
async fn values_are_those_of_minijinja() {
    assert_eq!(
        page("{% for e in entries %}{{ loop.index }} {{ e.title }} {{ e.tags|join(',') }}|{% endfor %}").await,
        "1 First &lt;post&gt; a,&lt;b&gt;|2 Second a,&lt;b&gt;|"
    );
    assert_eq!(
        page("{{ entries[0].teaser(5) }} {{ entries[1].teaser(length=3) }}").await,
        "First Sec"
    );
    assert_eq!(
        page("{{ prices.tea + 1 }} {{ prices['pot'] }} {% for k, v in prices|items %}{{ k }}={{ v }} {% endfor %}").await,
        "451 2900 tea=450 pot=2900 "
    );
    assert_eq!(
        page("{{ nothing is none }} {{ entries|length }} {{ prices|length }}").await,
        "True 2 2"
    );
    assert_eq!(page("{{ {'a': 1}.a }} {{ range(3)|sum }}").await, "1 3");
}

#[tokio::test]
async fn templates_inherit_and_have_the_namespace_of_the_hook() {
    let text = "{% extends 'base.html' %}{% block title %}{{ entries[0].title }}{% endblock %}";
    assert_eq!(page(text).await, "<title>First &lt;post&gt;</title>A site");
}

#[tokio::test]
async fn a_page_has_what_tornados_have() {
    assert_eq!(
        page("{{ request.method }} {{ request.host_name }}").await,
        "GET localhost"
    );
    assert_eq!(
        page("{{ handler.settings.blog_title }}").await,
        "Tea &amp; more"
    );
    assert_eq!(
        page("{{ handler.get_argument('a', 'none') }}").await,
        "none"
    );
    assert_eq!(
        page("{{ _('Sign in') }} {{ locale.code }}").await,
        "Sign in en_US"
    );
    assert_eq!(
        page("{{ static_url('x.png', include_version=false)|safe }}").await,
        "/static/x.png"
    );
    assert_eq!(page("{{ shout('tea') }}").await, "TEA");
    let form = page("{{ xsrf_form_html() }}").await;
    assert!(
        form.starts_with("<input type=\"hidden\" name=\"_xsrf\" value=\""),
        "{form}"
    );
}

#[tokio::test]
async fn ui_modules_have_their_resources_once() {
    let text = "<head></head>{% for e in entries %}{{ modules.Box(e, mark='*') }}{% endfor %}";
    assert_eq!(
        page(text).await,
        "<head><style type=\"text/css\">\nb { color: red }\n</style>\n</head><b>* First &lt;post&gt;</b><b>* Second</b>"
    );
}

#[tokio::test]
async fn the_user_is_asked_for_once_and_where_the_page_says_so() {
    let lookups = LOOKUPS.with(Arc::clone);
    assert_eq!(page("{{ request.path }}").await, "&#x2f;page.html");
    assert_eq!(lookups.load(Ordering::Relaxed), 0);
    let text = "{% if current_user %}{{ shout(current_user) }}{% else %}nobody{% endif %}";
    assert_eq!(page(text).await, "nobody");
    assert_eq!(lookups.load(Ordering::Relaxed), 1);
    let kim = client(text).get("/page.html").header("Cookie", "user=kim");
    assert_eq!(kim.await.text(), "KIM");
    assert_eq!(lookups.load(Ordering::Relaxed), 2);
}

/// The page is a 500, and the log contains this.
async fn fails(text: &str, log: &str) {
    let _line = ExpectLog::new(APPLICATION, &format!("(?s).*{log}"));
    assert_eq!(client(text).get("/page.html").await.status(), 500, "{text}");
}

#[tokio::test]
async fn what_goes_wrong_is_said() {
    fails("{{ entri.title }}", "undefined value.*page.html:1").await;
    fails(
        "\n{{ slow.load() }}",
        "`Slow.load` waits for something.*page.html:2",
    )
    .await;
    fails("{{ slow.fail() }}", "ValueError: it is broken").await;
    fails("{{ entries[0].missing() }}", "unknown method").await;
    fails("{{ modules.Other() }}", "Other").await;
    fails("{% include 'nothing.html' %}", "nothing.html").await;
    let missing = client("{{ modules.Box(1, 'missing') }}")
        .get("/page.html")
        .await;
    assert_eq!(missing.status(), 404);
    let _line = ExpectLog::new(APPLICATION, "(?s).*other.html");
    assert_eq!(client("").get("/other.html").await.status(), 500);
}

#[tokio::test]
async fn a_page_that_asks_without_an_end_is_stopped() {
    let mut environment = Environment::new();
    let asked = AtomicUsize::new(0);
    environment.add_function("number", move || asked.fetch_add(1, Ordering::Relaxed));
    environment
        .add_template("page.html", "{{ shout(number()|string) }}")
        .expect("its syntax is right");
    let settings = Settings::new()
        .ui_methods(UiMethods::new().add("shout", shout))
        .template_loader(environment);
    let client = client_with([url("/.*", Page)], settings);
    let _line = ExpectLog::new(APPLICATION, "(?s).*asks something new each time");
    assert_eq!(client.get("/page.html").await.status(), 500);
}

#[test]
fn another_engine_has_checks_of_its_own() {
    let app =
        tornado_core::Application::new([], Settings::new().template_loader(Environment::new()));
    let error = app.unwrap().check_templates().unwrap_err();
    assert!(error.to_string().contains("another engine"), "{error}");
}
