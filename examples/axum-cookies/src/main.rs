//! Tornado's signed cookies in a plain axum application, without tornado-web
//! handlers: a login that a Tornado process with the same secret also accepts.
//!
//! Run it, and then `curl -c jar -d name=Kim localhost:8888/login` and
//! `curl -b jar localhost:8888`.

// ANCHOR: program
use axum::extract::Form;
use axum::routing::{get, post};
use axum::{Router, response::Redirect};
use serde::Deserialize;
use tornado_cookies::{CookieSecret, SetCookie, SignedCookies};

// ANCHOR: handlers
async fn greet(cookies: SignedCookies) -> String {
    let user = cookies.get_signed_cookie("user");
    let user = user.and_then(|user| String::from_utf8(user).ok());
    format!("Hello, {}!\n", user.as_deref().unwrap_or("Guest"))
}

#[derive(Deserialize)]
struct Login {
    name: String,
}

async fn login(cookies: SignedCookies, Form(login): Form<Login>) -> (SetCookie, Redirect) {
    let mut cookie = cookies.set_signed_cookie("user", login.name);
    cookie.http_only(true);
    (cookie, Redirect::to("/"))
}

async fn logout() -> (SetCookie, Redirect) {
    (SetCookie::removal("user"), Redirect::to("/"))
}
// ANCHOR_END: handlers

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let router = Router::new()
        .route("/", get(greet))
        .route("/login", post(login))
        .route("/logout", post(logout))
        .with_state(CookieSecret::from("my_cookie_secret"));

    let port = std::env::var("PORT").map_or(Ok(8888), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
// ANCHOR_END: program
