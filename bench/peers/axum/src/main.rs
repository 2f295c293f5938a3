//! axum: signed cookies by axum-extra, sessions by tower-sessions, files by
//! tower-http, pages by minijinja.

mod sessions;
mod sockets;

use std::error::Error;
use std::sync::Arc;

use axum::extract::{FromRef, Multipart, Path, State};
use axum::response::Html;
use axum::routing::{get, post};
use axum::{Json, Router};
use axum_extra::extract::cookie::{Cookie, Key, SignedCookieJar};
use minijinja::value::Serde;
use minijinja::{Environment, context};
use serde::Serialize;
use tower_http::services::ServeDir;

#[derive(Clone)]
struct App {
    key: Key,
    pages: Arc<Environment<'static>>,
}

impl FromRef<App> for Key {
    fn from_ref(app: &App) -> Key {
        app.key.clone()
    }
}

#[derive(Serialize)]
struct Message {
    message: &'static str,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    active: bool,
}

async fn plaintext() -> &'static str {
    "Hello, World!"
}

async fn json() -> Json<Message> {
    Json(Message {
        message: "Hello, World!",
    })
}

async fn read_cookie(jar: SignedCookieJar) -> String {
    let cookie = jar.get("username");
    let name = cookie.as_ref().map_or("anonymous", Cookie::value);
    format!("Hello, {name}!")
}

async fn set_cookie(jar: SignedCookieJar) -> (SignedCookieJar, &'static str) {
    let cookie = Cookie::build(("username", "alice")).path("/");
    (jar.add(cookie), "ok")
}

async fn numbered(Path(word): Path<String>) -> String {
    word
}

async fn page(State(app): State<App>) -> Html<String> {
    let row = Row {
        id: 4,
        name: "Item <4> & co".to_owned(),
        active: true,
    };
    let page = app.pages.get_template("small.html").unwrap();
    Html(page.render(context! { row => Serde(row) }).unwrap())
}

async fn upload(mut form: Multipart) -> String {
    let (mut name, mut bytes) = (String::new(), 0);
    while let Some(field) = form.next_field().await.unwrap() {
        if field.name() == Some("name") {
            name = field.text().await.unwrap();
        } else {
            bytes += field.bytes().await.unwrap().len();
        }
    }
    format!("{name} {bytes}")
}

fn pages() -> Result<Environment<'static>, minijinja::Error> {
    let mut pages = Environment::new();
    pages.add_function("_", |text: String| text);
    pages.add_template(
        "base.html",
        include_str!("../../../templates/pages/jinja/base.html"),
    )?;
    pages.add_template(
        "small.html",
        include_str!("../../../templates/pages/jinja/small.html"),
    )?;
    Ok(pages)
}

fn variable(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = App {
        key: Key::from(&[7; 64]),
        pages: Arc::new(pages()?),
    };
    let mut router = Router::new()
        .route("/plaintext", get(plaintext))
        .route("/json", get(json))
        .route("/cookie", get(read_cookie))
        .route("/setcookie", get(set_cookie))
        .route("/page", get(page))
        .route("/upload", post(upload))
        .nest_service("/static", ServeDir::new(variable("FILES", ".")));
    for i in 0..variable("ROUTES", "0").parse()? {
        router = router.route(&format!("/r{i}/{{word}}"), get(numbered));
    }
    let router = router
        .with_state(app)
        .merge(sockets::routes())
        .merge(sessions::routes(&variable("STORE", "memory")).await?);
    let port = variable("PORT", "8080").parse()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, router).await?;
    Ok(())
}
