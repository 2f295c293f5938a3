//! Pages of handlers, compared with Tornado's: `tests/golden/templates.py` has the same
//! handler, UI modules and UI methods.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::Deserialize;
use tornado_core::template::{Args, Context, DictLoader, Error as TemplateError, Value, context};
use tornado_core::{
    Context as _, Cookies as _, Exchange, Handler, Render as _, RequestHandler, Result, Settings,
    Ui, UiMethods, UiModule, UiModules, User, url,
};

use crate::support::{client_with, failure, with};

#[derive(Deserialize)]
struct Case {
    files: BTreeMap<String, String>,
    kwargs: serde_json::Value,
    path: String,
    headers: BTreeMap<String, String>,
    method: String,
    body: Option<String>,
    status: u16,
    response: String,
}

struct Entry;

impl UiModule for Entry {
    async fn render(&self, ui: &mut Ui<'_>, args: Args) -> Result<String> {
        let title: Value = args.get(0, "title")?;
        let big: Value = args.get_or(1, "big", false.into())?;
        ui.render_string("entry.html", context! { title, big })
            .await
    }

    fn embedded_javascript(&self) -> Option<String> {
        Some("entry();".to_owned())
    }

    fn javascript_files(&self) -> Vec<String> {
        let files = [
            "entry.js",
            "/abs.js",
            "entry.js",
            "https://cdn.example.com/x.js?a=1&b=2",
        ];
        files.map(str::to_owned).into()
    }

    fn embedded_css(&self) -> Option<String> {
        Some(".entry { }".to_owned())
    }

    fn css_files(&self) -> Vec<String> {
        ["entry.css", "http://cdn.example.com/y.css"]
            .map(str::to_owned)
            .into()
    }

    fn html_head(&self) -> Option<String> {
        Some("<!-- head of Entry -->".to_owned())
    }

    fn html_body(&self) -> Option<String> {
        Some("<!-- body of Entry -->".to_owned())
    }
}

#[derive(Default)]
struct Counter(AtomicU32);

impl UiModule for Counter {
    async fn render(&self, _ui: &mut Ui<'_>, _args: Args) -> Result<String> {
        let count = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(format!("<i>{count}</i>"))
    }

    fn javascript_files(&self) -> Vec<String> {
        ["entry.js", "counter.js"].map(str::to_owned).into()
    }

    fn html_body(&self) -> Option<String> {
        let count = self.0.load(Ordering::Relaxed);
        Some(format!("<!-- counted {count} -->"))
    }
}

#[derive(Default)]
struct Tree(AtomicU32);

impl UiModule for Tree {
    async fn render(&self, ui: &mut Ui<'_>, args: Args) -> Result<String> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let node: Value = args.get(0, "node")?;
        ui.render_string("tree.html", context! { node }).await
    }

    fn embedded_css(&self) -> Option<String> {
        let count = self.0.load(Ordering::Relaxed);
        Some(format!(".tree {{ /* {count} */ }}"))
    }
}

struct Who;

impl UiModule for Who {
    async fn render(&self, ui: &mut Ui<'_>, _args: Args) -> Result<String> {
        let user = ui.current_user().await?;
        let user = user.as_ref().and_then(User::get::<String>);
        let locale = ui.locale().await?;
        let path = ui.request().path();
        Ok(format!(
            "{} {path} {}",
            user.map_or("None", String::as_str),
            locale.code()
        ))
    }
}

struct Fails;

impl UiModule for Fails {
    async fn render(&self, _ui: &mut Ui<'_>, _args: Args) -> Result<String> {
        Err(TemplateError::with_class("ValueError", "no <luck>").into())
    }
}

async fn active(ui: &mut Ui<'_>, args: Args) -> Result<String> {
    let path: String = args.get(0, "path")?;
    let mark = args.get_or(1, "mark", "active".to_owned())?;
    Ok(if ui.request().path() == path {
        mark
    } else {
        String::new()
    })
}

async fn linkify(_ui: &mut Ui<'_>, args: Args) -> Result<String> {
    let text: String = args.get(0, "text")?;
    Ok(format!("<<{text}>>"))
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Page(Exchange);

impl RequestHandler for Page {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(self.get_cookie("user").map(User::from))
    }

    async fn get_template_namespace(&mut self) -> Result<Context> {
        let mut namespace = self.base_mut().get_template_namespace().await?;
        namespace.extend(context! { site = "Site", title = "of the namespace" });
        Ok(namespace)
    }

    async fn template_attribute(
        &mut self,
        name: &str,
        args: Option<Args>,
    ) -> Result<Option<Value>> {
        Ok(match (name, args) {
            ("color", None) => Some("blue".into()),
            ("twice", Some(args)) => Some((2 * args.get::<i64>(0, "n")?).into()),
            _ => None,
        })
    }

    async fn get(&mut self) -> Result {
        let kwargs: serde_json::Value = self.settings().get("kwargs")?.unwrap_or_default();
        self.render("page.html", Value::from_serialize(&kwargs)?)
            .await
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }
}

#[tokio::test]
async fn pages_are_tornado_s() {
    let text = include_str!("../golden/templates.json");
    let cases: Vec<Case> = serde_json::from_str(text).unwrap();
    assert!(cases.len() > 60);
    let files = tempfile::tempdir().unwrap();
    for name in ["entry.js", "counter.js", "entry.css", "sub.js", "sub.css"] {
        std::fs::write(files.path().join(name), name).unwrap();
    }
    let mut differences = Vec::new();
    for case in cases {
        let page = &case.files["page.html"];
        let settings = Settings::new()
            .template_loader(DictLoader::new(case.files.clone()))
            .static_path(files.path())
            .login_url("/login")
            .set("site_name", "<The site>")
            .set("kwargs", &case.kwargs)
            .ui_modules(
                UiModules::new()
                    .add("Entry", || Entry)
                    .add("Counter", Counter::default)
                    .add("Tree", Tree::default)
                    .add("Who", || Who)
                    .add("Fails", || Fails),
            )
            .ui_methods(
                UiMethods::new()
                    .add("active", active)
                    .add("linkify", linkify),
            );
        let rules = [
            url("/word/([^/]+)", Page).name("word"),
            url("/.*", Page).name("all"),
        ];
        let _failure = (case.status == 500).then(|| failure(&case.method));
        let _refusal = (case.status == 400)
            .then(|| tornado_testing::ExpectLog::new(tornado_core::log::GENERAL, "400 GET"));
        let client = client_with(rules, settings);
        let mut request = client.request(case.method.as_str(), &case.path);
        let headers = case.headers.iter().map(|(name, value)| (&**name, &**value));
        request = with(request, &headers.collect::<Vec<_>>());
        if let Some(body) = &case.body {
            request = request
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(body.clone());
        }
        let response = request.await;
        let (status, text) = (response.status(), response.text());
        if status != case.status || status == 200 && text != case.response {
            let wanted = format!("{} {}", case.status, case.response);
            differences.push(format!("{page}\nTornado: {wanted}\nours: {status} {text}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}
