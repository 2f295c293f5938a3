//! `docs/guide/templates.md`.

use std::sync::Arc;

use tornado_web::prelude::*;
use tornado_web::template::{
    self, Args, Loader, TemplateObject, Value, context, embedded_templates,
};
use tornado_web::testing::{ExpectLog, TestClient};
use tornado_web::{Ui, UiMethods, UiModule, UiModules};

use crate::support::ask_both;

const TEMPLATES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/python/templates");

// ANCHOR: entry
#[derive(Debug, TemplateObject)]
#[template(methods(teaser(length)))]
struct Entry {
    title: String,
    #[template(skip)]
    text: String,
    path: String,
}

impl Entry {
    fn teaser(&self, length: usize) -> String {
        self.text.chars().take(length).collect::<String>() + "…"
    }
}
// ANCHOR_END: entry

fn entries() -> Vec<Arc<Entry>> {
    let entry = |title: &str, text: &str| Entry {
        title: title.to_owned(),
        text: text.to_owned(),
        path: format!("/entry/{}", title.to_lowercase()),
    };
    vec![
        Arc::new(entry("News", "A <new> entry, which is a long one.")),
        Arc::new(entry("Older", "What was there before, & more of it.")),
    ]
}

// ANCHOR: base
#[derive(Handler)]
struct BaseHandler(Exchange);

impl RequestHandler for BaseHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(self.get_cookie("user").map(User::from))
    }

    async fn get_template_namespace(&mut self) -> Result<template::Context> {
        let mut namespace = self.base_mut().get_template_namespace().await?;
        namespace.insert("site", "A site");
        Ok(namespace)
    }

    async fn write_error(&mut self, status: u16, _error: Option<&Error>) -> Result {
        let message = self.get_reason();
        let context = context! { status = u32::from(status), message };
        self.render("error.html", context).await
    }
}
// ANCHOR_END: base

// ANCHOR: handler
#[derive(Handler)]
struct HomeHandler(BaseHandler);

impl RequestHandler for HomeHandler {
    async fn get(&mut self) -> Result {
        let entries: Vec<Arc<Entry>> = entries();
        self.render("home.html", context! { title = "Home", entries })
            .await
    }
}
// ANCHOR_END: handler

#[derive(Handler)]
struct NotFoundHandler(BaseHandler);

impl RequestHandler for NotFoundHandler {
    async fn prepare(&mut self) -> Result {
        self.send_error(404).await;
        Ok(())
    }
}

// ANCHOR: module
struct EntryModule;

impl UiModule for EntryModule {
    async fn render(&self, ui: &mut Ui<'_>, args: Args) -> Result<String> {
        let entry: Value = args.get(0, "entry")?;
        let mark = args.get_or(1, "mark", String::new())?;
        ui.render_string("modules/entry.html", context! { entry, mark })
            .await
    }

    fn embedded_css(&self) -> Option<String> {
        Some(".active { font-weight: bold }".to_owned())
    }
}
// ANCHOR_END: module

// ANCHOR: method
async fn active(ui: &mut Ui<'_>, args: Args) -> Result<&'static str> {
    let path: String = args.get(0, "path")?;
    Ok(if ui.request().path() == path {
        "active"
    } else {
        ""
    })
}
// ANCHOR_END: method

fn app() -> Application {
    // ANCHOR: settings
    let settings = Settings::new()
        .template_path(TEMPLATES)
        .ui_modules(UiModules::new().add("Entry", || EntryModule))
        .ui_methods(UiMethods::new().add("active", active));
    let app = Application::new(
        [
            url(r"/", HomeHandler),
            url(r"/entry/\w+", HomeHandler),
            url(r"/.*", NotFoundHandler),
        ],
        settings,
    );
    // ANCHOR_END: settings
    app.unwrap()
}

#[tokio::test]
async fn pages_are_those_of_python() {
    let [home, entry, missing] = ask_both(
        app(),
        "docs/python/templates.py",
        [
            ("/", &[]),
            ("/entry/news", &[("Cookie", "user=Kim<")]),
            ("/nothing", &[]),
        ],
    )
    .await;
    assert!(home.text().contains("Log in"), "{}", home.text());
    assert!(entry.text().contains("Hello, Kim&lt;"));
    assert!(entry.text().contains("<article class=\"active\">"));
    assert_eq!(
        missing.text(),
        "<h1>404</h1>\n<p>/nothing does not work. Not Found</p>\n"
    );
}

// ANCHOR: check
#[test]
fn the_templates_run() {
    app().assert_templates_run();
}
// ANCHOR_END: check

// ANCHOR: attribute
#[derive(Handler)]
struct Story {
    base: BaseHandler,
    #[default]
    title: String,
}

impl RequestHandler for Story {
    async fn template_attribute(
        &mut self,
        name: &str,
        args: Option<Args>,
    ) -> Result<Option<Value>> {
        Ok(match (name, args) {
            ("title", None) => Some(self.title.as_str().into()), // handler.title
            ("plural", Some(args)) => {
                let count: i64 = args.get(0, "count")?; // handler.plural(3)
                Some(if count == 1 { "" } else { "s" }.into())
            }
            (name, args) => self.base_mut().template_attribute(name, args).await?,
        })
    }

    async fn get(&mut self) -> Result {
        self.title = "Once upon a time".to_owned();
        self.render("story.html", context! {}).await
    }
}
// ANCHOR_END: attribute

#[tokio::test]
async fn a_page_may_ask_for_what_the_handler_has() {
    let story = "{{ handler.title }}: 3 page{{ handler.plural(3) }}";
    let loader = template::DictLoader::new([("story.html", story)]);
    let settings = Settings::new().template_loader(loader);
    let app = Application::new([route::<Story>("/")], settings).unwrap();
    let page = TestClient::new(app).get("/").await;
    assert_eq!(page.text(), "Once upon a time: 3 pages");
}

fn with_loader() -> Settings {
    // ANCHOR: loader
    let loader = Loader::new("templates")
        .name("site", "A site")
        .function("euros", |cents: i64| {
            format!("{:.2} €", cents as f64 / 100.0)
        })
        .module("models.team", context! { members = ["Kim", "Lou"] });
    let settings = Settings::new().template_loader(loader);
    // ANCHOR_END: loader
    settings
}

#[test]
fn a_loader_is_a_setting() {
    let text =
        "{% from models.team import members %}{{ euros(1250) }} {{ members[0] }} of {{ site }}";
    let loader = template::DictLoader::new([("t", text)])
        .name("site", "A site")
        .function("euros", |cents: i64| {
            format!("{:.2} €", cents as f64 / 100.0)
        })
        .module("models.team", context! { members = ["Kim", "Lou"] });
    let page = loader.load("t").unwrap().generate(context! {}).unwrap();
    assert_eq!(page, "12.50 € Kim of A site");
    assert!(Application::new([], with_loader()).is_ok());
}

#[tokio::test]
async fn templates_may_be_in_the_binary() {
    // ANCHOR: embedded
    let loader = embedded_templates!("tests/guide/templates");
    let settings = Settings::new().template_loader(loader);
    // ANCHOR_END: embedded
    let app = Application::new([route::<Story>("/")], settings).unwrap();
    assert_eq!(
        TestClient::new(app).get("/").await.text(),
        "<h1>Once upon a time</h1>\n"
    );
}

#[tokio::test]
async fn an_error_names_the_line() {
    let files = [
        ("base.html", "{% block b %}{% end %}"),
        (
            "story.html",
            "{% extends 'base.html' %}\n{% block b %}\n{{ 1 / 0 }}{% end %}",
        ),
        ("error.html", "{{ status }}"),
    ];
    let settings = Settings::new().template_loader(template::DictLoader::new(files));
    let app = Application::new([route::<Story>("/")], settings).unwrap();
    let wanted = r"(?s)Uncaught exception.*ZeroDivisionError: division by zero # story.html:3 \(via base.html:1\)";
    let _failure = ExpectLog::new("tornado.application", wanted);
    assert_eq!(TestClient::new(app).get("/").await.text(), "500");
}

// ANCHOR: nonce
#[derive(Handler)]
struct StrictHandler(Exchange);

impl RequestHandler for StrictHandler {
    async fn prepare(&mut self) -> Result {
        let policy = format!(
            "script-src 'nonce-{0}'; style-src 'nonce-{0}'",
            self.csp_nonce()?
        );
        self.set_header("Content-Security-Policy", policy);
        Ok(())
    }

    async fn get(&mut self) -> Result {
        self.render("story.html", context! {}).await
    }
}
// ANCHOR_END: nonce

#[tokio::test]
async fn scripts_have_the_nonce_of_the_policy() {
    let story = "<script nonce=\"{{ csp_nonce() }}\"></script>";
    let loader = template::DictLoader::new([("story.html", story)]);
    let settings = Settings::new().template_loader(loader);
    let app = Application::new([url("/", StrictHandler)], settings).unwrap();
    let page = TestClient::new(app).get("/").await;
    let nonce = page.text().split('"').nth(1).unwrap();
    let policy = page.header("Content-Security-Policy").unwrap();
    assert_eq!(
        policy,
        format!("script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'")
    );
}

// ANCHOR: minijinja
fn jinja() -> Settings {
    let mut environment = minijinja::Environment::new();
    environment.set_loader(minijinja::path_loader("templates/jinja"));
    Settings::new().template_loader(environment)
}
// ANCHOR_END: minijinja

#[tokio::test]
async fn another_engine_is_behind_render() {
    let mut environment = minijinja::Environment::new();
    let text = "<h1>{{ handler.title }}</h1>";
    environment.add_template("story.html", text).unwrap();
    let settings = jinja().template_loader(environment);
    let app = Application::new([route::<Story>("/")], settings).unwrap();
    assert_eq!(
        TestClient::new(app).get("/").await.text(),
        "<h1>Once upon a time</h1>"
    );
}
