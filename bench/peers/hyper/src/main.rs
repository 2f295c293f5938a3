//! hyper, and what an application needs by hand: the floor under all of this. The
//! cookies are Tornado's, the sessions a map behind a lock.

mod cookies;

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, RwLock};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue, SET_COOKIE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rand::Rng;
use serde::Serialize;

use crate::cookies::Secret;

struct App {
    secret: Secret,
    sessions: RwLock<HashMap<String, HashMap<String, String>>>,
}

#[derive(Serialize)]
struct Message {
    message: &'static str,
}

type Answer = Response<Full<Bytes>>;

fn answer(content_type: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    let content_type = HeaderValue::from_static(content_type);
    answer.headers_mut().insert(CONTENT_TYPE, content_type);
    answer
}

fn text(body: impl Into<Bytes>) -> Answer {
    answer("text/plain; charset=utf-8", body)
}

fn cookie(answer: &mut Answer, name: &str, value: &str) {
    let cookie = format!("{name}={value}; Path=/").try_into().unwrap();
    answer.headers_mut().insert(SET_COOKIE, cookie);
}

async fn handle(app: &App, request: Request<Incoming>) -> Answer {
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/plaintext") => text("Hello, World!"),
        (&Method::GET, "/json") => {
            let message = Message {
                message: "Hello, World!",
            };
            answer("application/json", serde_json::to_vec(&message).unwrap())
        }
        (&Method::GET, "/cookie") => {
            let cookie = cookies::find(&request, "username");
            let name = cookie.and_then(|cookie| app.secret.verify("username", cookie));
            text(format!(
                "Hello, {}!",
                name.as_deref().unwrap_or("anonymous")
            ))
        }
        (&Method::GET, "/setcookie") => {
            let mut answer = text("ok");
            cookie(
                &mut answer,
                "username",
                &app.secret.sign("username", "alice"),
            );
            answer
        }
        (&Method::GET, "/session") => {
            let sessions = app.sessions.read().unwrap();
            let session = cookies::find(&request, "id").and_then(|id| sessions.get(id));
            let name = session.and_then(|session| session.get("username"));
            text(format!(
                "Hello, {}!",
                name.map_or("anonymous", String::as_str)
            ))
        }
        (&Method::POST, "/session") => {
            let id = cookies::find(&request, "id").map(str::to_owned);
            let body = request.into_body().collect().await.unwrap().to_bytes();
            let mut form = form_urlencoded::parse(&body);
            let name = form.find(|(name, _)| name == "username").unwrap().1;
            let mut sessions = app.sessions.write().unwrap();
            let mut answer = text("ok");
            let id = id.filter(|id| sessions.contains_key(id));
            let id = id.unwrap_or_else(|| {
                let id = format!("{:032x}", rand::rng().random::<u128>());
                cookie(&mut answer, "id", &id);
                id
            });
            let session = sessions.entry(id).or_default();
            session.insert("username".to_owned(), name.into_owned());
            answer
        }
        _ => {
            let mut answer = text("404");
            *answer.status_mut() = StatusCode::NOT_FOUND;
            answer
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Arc::new(App {
        secret: Secret::new(b"a-long-secret-for-the-benchmark-only"),
        sessions: RwLock::default(),
    });
    let port: u16 = std::env::var("PORT")?.parse()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let app = &app;
                async move { Ok::<_, Infallible>(handle(app, request).await) }
            });
            // It ends when the client leaves.
            http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await
                .ok();
        });
    }
}
