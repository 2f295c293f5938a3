//! poem: its own cookies, sessions, files and forms, pages by askama.

use askama::Template;
use poem::endpoint::{StaticFilesEndpoint, make_sync};
use poem::listener::TcpListener;
use poem::middleware::CookieJarManager;
use poem::session::{CookieConfig, MemoryStorage, RedisStorage, ServerSession, Session};
use poem::web::cookie::{Cookie, CookieJar, CookieKey};
use poem::web::{Form, Html, Json, Multipart, Path};
use poem::{EndpointExt, Route, Server, get, handler, post};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Message {
    message: &'static str,
}

#[derive(Deserialize)]
struct Login {
    username: String,
}

struct Row {
    id: i64,
    name: String,
    active: bool,
}

#[derive(Template)]
#[template(path = "small.html")]
struct Small {
    row: Row,
}

impl Small {
    fn translate<'t>(&self, text: &'t str) -> &'t str {
        text
    }
}

#[handler]
fn json() -> Json<Message> {
    Json(Message {
        message: "Hello, World!",
    })
}

#[handler]
fn read_cookie(jar: &CookieJar) -> String {
    let cookie = jar.signed().get("username");
    let name = cookie.as_ref().map_or("anonymous", Cookie::value_str);
    format!("Hello, {name}!")
}

#[handler]
fn set_cookie(jar: &CookieJar) -> &'static str {
    let mut cookie = Cookie::new_with_str("username", "alice");
    cookie.set_path("/");
    jar.signed().add(cookie);
    "ok"
}

#[handler]
fn read_session(session: &Session) -> String {
    let name: Option<String> = session.get("username");
    format!("Hello, {}!", name.as_deref().unwrap_or("anonymous"))
}

#[handler]
fn write_session(session: &Session, Form(form): Form<Login>) -> &'static str {
    session.set("username", form.username);
    "ok"
}

#[handler]
fn numbered(Path(word): Path<String>) -> String {
    word
}

#[handler]
fn page() -> Html<String> {
    let row = Row {
        id: 4,
        name: "Item <4> & co".to_owned(),
        active: true,
    };
    Html(Small { row }.render().unwrap())
}

#[handler]
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

fn variable(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = CookieKey::from(&[7; 64]);
    let cookies = || CookieJarManager::with_key(key.clone());
    let mut app = Route::new()
        .at("/plaintext", get(make_sync(|_| "Hello, World!")))
        .at("/json", get(json))
        .at("/cookie", get(read_cookie).with(cookies()))
        .at("/setcookie", get(set_cookie).with(cookies()))
        .at("/page", get(page))
        .at("/upload", post(upload))
        .nest("/static", StaticFilesEndpoint::new(variable("FILES", ".")));
    let session = get(read_session).post(write_session);
    let config = CookieConfig::default();
    let store = variable("STORE", "memory");
    app = if store == "memory" {
        app.at(
            "/session",
            session.with(ServerSession::new(config, MemoryStorage::new())),
        )
    } else {
        let client = redis::Client::open(store)?;
        let storage = RedisStorage::new(redis::aio::ConnectionManager::new(client).await?);
        app.at(
            "/session",
            session.with(ServerSession::new(config, storage)),
        )
    };
    for i in 0..variable("ROUTES", "0").parse()? {
        app = app.at(format!("/r{i}/:word"), get(numbered));
    }
    let port: u16 = variable("PORT", "8080").parse()?;
    Server::new(TcpListener::bind(("127.0.0.1", port)))
        .run(app)
        .await?;
    Ok(())
}
