//! actix-web: its own signed cookies, sessions by actix-session, files by
//! actix-files, pages by tera.

mod memory;

use actix_files::Files;
use actix_multipart::Multipart;
use actix_session::storage::{RedisSessionStore, SessionStore};
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::{Cookie, CookieJar, Key};
use actix_web::web::{self, Data, Html, ServiceConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Responder};
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use tera::{Context, Kwargs, State, Tera};

use crate::memory::MemoryStore;

#[derive(Serialize)]
struct Message {
    message: &'static str,
}

#[derive(Deserialize)]
struct Login {
    username: String,
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

async fn json() -> impl Responder {
    web::Json(Message {
        message: "Hello, World!",
    })
}

async fn read_cookie(request: HttpRequest, key: Data<Key>) -> String {
    let mut jar = CookieJar::new();
    if let Some(cookie) = request.cookie("username") {
        jar.add_original(cookie);
    }
    let cookie = jar.signed(&key).get("username");
    let name = cookie.as_ref().map_or("anonymous", Cookie::value);
    format!("Hello, {name}!")
}

async fn set_cookie(key: Data<Key>) -> HttpResponse {
    let mut jar = CookieJar::new();
    let cookie = Cookie::build("username", "alice").path("/").finish();
    jar.signed_mut(&key).add(cookie);
    let mut response = HttpResponse::Ok();
    for cookie in jar.delta() {
        response.cookie(cookie.clone());
    }
    response.body("ok")
}

async fn read_session(session: Session) -> String {
    let name: Option<String> = session.get("username").unwrap();
    format!("Hello, {}!", name.as_deref().unwrap_or("anonymous"))
}

async fn write_session(session: Session, form: web::Form<Login>) -> &'static str {
    session.insert("username", &form.username).unwrap();
    "ok"
}

async fn numbered(word: web::Path<String>) -> String {
    word.into_inner()
}

async fn page(pages: Data<Tera>) -> Html {
    let row = Row {
        id: 4,
        name: "Item <4> & co".to_owned(),
        active: true,
    };
    let mut context = Context::new();
    context.insert("row", &row);
    Html::new(pages.render("small.html", &context).unwrap())
}

async fn upload(mut form: Multipart) -> String {
    let (mut name, mut bytes) = (Vec::new(), 0);
    while let Some(mut field) = form.try_next().await.unwrap() {
        let is_name = field.name() == Some("name");
        while let Some(chunk) = field.try_next().await.unwrap() {
            if is_name {
                name.extend_from_slice(&chunk);
            } else {
                bytes += chunk.len();
            }
        }
    }
    format!("{} {bytes}", String::from_utf8(name).unwrap())
}

fn pages() -> Tera {
    let mut pages = Tera::default();
    let translate = |arguments: Kwargs, _state: &State<'_>| arguments.must_get::<String>("text");
    pages.register_function("translate", translate);
    let files = [
        (
            "base.html",
            include_str!("../../../templates/pages/tera/base.html"),
        ),
        (
            "small.html",
            include_str!("../../../templates/pages/tera/small.html"),
        ),
    ];
    pages.add_raw_templates(files).unwrap();
    pages
}

fn variable(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

fn routes(config: &mut ServiceConfig) {
    config
        .route("/plaintext", web::get().to(plaintext))
        .route("/json", web::get().to(json))
        .route("/cookie", web::get().to(read_cookie))
        .route("/setcookie", web::get().to(set_cookie))
        .route("/page", web::get().to(page))
        .route("/upload", web::post().to(upload));
    for i in 0..variable("ROUTES", "0").parse().unwrap() {
        config.route(&format!("/r{i}/{{word}}"), web::get().to(numbered));
    }
    config.service(Files::new("/static", variable("FILES", ".")));
}

async fn serve<S: SessionStore + Clone + Send + 'static>(store: S) -> std::io::Result<()> {
    let key = Key::from(&[7; 64]);
    let pages = Data::new(pages());
    let port = variable("PORT", "8080").parse().unwrap();
    HttpServer::new(move || {
        let session = web::resource("/session")
            .route(web::get().to(read_session))
            .route(web::post().to(write_session))
            .wrap(SessionMiddleware::new(store.clone(), key.clone()));
        App::new()
            .app_data(Data::new(key.clone()))
            .app_data(pages.clone())
            .service(session)
            .configure(routes)
    })
    .bind(("127.0.0.1", port))?
    .run()
    .await
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let store = variable("STORE", "memory");
    if store == "memory" {
        return serve(MemoryStore::default()).await;
    }
    serve(RedisSessionStore::new(store).await.unwrap()).await
}
