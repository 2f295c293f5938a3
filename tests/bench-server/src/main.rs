//! The server whose speed is measured: one handler per workload.
//!
//! It listens on `$PORT`, and serves `$ROUTES` routes of the form
//! `/r{i}/([^/]+)` in addition to the others. Sessions are in memory, or in the
//! store whose URL is `$STORE`; with `REQUEST_IDS=1`, requests have ids. The static
//! files are in `$FILES`, the templates in `$PAGES`. `$LOGGING` is the setting of
//! that name. All other settings are the defaults, so that the measurements reflect
//! what users run.

mod pages;
mod sockets;

use http::HeaderValue;
use http::header::CONTENT_TYPE;
use serde_json::json;
use tornado_web::prelude::*;
use tornado_web::websocket::Rooms;

/// Known to be a header value, so no request has to check and copy it.
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

#[derive(Handler)]
struct Plaintext(Exchange);

impl RequestHandler for Plaintext {
    async fn get(&mut self) -> Result {
        self.set_header(CONTENT_TYPE, TEXT);
        self.write("Hello, World!");
        Ok(())
    }
}

#[derive(Handler)]
struct Json(Exchange);

impl RequestHandler for Json {
    async fn get(&mut self) -> Result {
        self.write(json!({"message": "Hello, World!"}));
        Ok(())
    }
}

#[derive(Handler)]
struct Cookie(Exchange);

impl RequestHandler for Cookie {
    async fn get(&mut self) -> Result {
        let name = self.get_signed_cookie("username")?;
        let name = name
            .as_deref()
            .and_then(|name| std::str::from_utf8(name).ok());
        self.write(format!("Hello, {}!", name.unwrap_or("anonymous")));
        Ok(())
    }
}

#[derive(Handler)]
struct SetCookie(Exchange);

impl RequestHandler for SetCookie {
    async fn get(&mut self) -> Result {
        self.set_signed_cookie("username", "alice");
        self.write("ok");
        Ok(())
    }
}

#[derive(Handler)]
struct Session(Exchange);

impl RequestHandler for Session {
    async fn get(&mut self) -> Result {
        let session = self.get_session().await?;
        let name = session.get_or("username", "anonymous")?;
        self.write(format!("Hello, {name}!"));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let name = self.get_argument("username")?;
        self.get_session().await?.set("username", name)?;
        self.write("ok");
        Ok(())
    }
}

#[derive(Handler)]
struct Numbered(Exchange);

impl RequestHandler for Numbered {
    async fn get(&mut self) -> Result {
        let word: String = self.path_args_as()?;
        self.write(word);
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbered: usize = std::env::var("ROUTES").map_or(Ok(0), |routes| routes.parse())?;
    let rules = [
        url("/plaintext", Plaintext),
        url("/json", Json),
        url("/cookie", Cookie),
        url("/setcookie", SetCookie),
        url("/session", Session),
        url("/page", pages::Page),
        url("/upload", pages::Upload),
        route::<sockets::Echo>("/echo"),
        route::<sockets::Room>("/room"),
    ];
    let rules = rules
        .into_iter()
        .chain((0..numbered).map(|i| url(&format!("/r{i}/([^/]+)"), Numbered)));
    let mut settings = Settings::new()
        .cookie_secret("a-long-secret-for-the-benchmark-only")
        .request_ids(std::env::var_os("REQUEST_IDS").is_some())
        .state(Rooms::new());
    if let Ok(level) = std::env::var("LOGGING") {
        settings = settings.logging(&level);
    }
    if let Ok(store) = std::env::var("STORE") {
        settings = settings.session_store(store);
    }
    if let Ok(files) = std::env::var("FILES") {
        settings = settings.static_path(files);
    }
    if let Ok(pages) = std::env::var("PAGES") {
        settings = settings.template_path(pages);
    }
    Application::new(rules, settings)?
        .listen(env_port(8080))
        .await?;
    Ok(())
}
