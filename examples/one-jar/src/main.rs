//! One cookie jar for all parts of a stack: a layer, a tornado-web handler and an
//! axum handler. Each sees the cookies that the others set, and so does a Tornado
//! process with the same secret.
//!
//! Run it, and then `curl -i localhost:8888/login` and `curl -b user=.. localhost:8888/axum`.

// ANCHOR: program
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::{Router, routing::get};
use tornado_web::cookies::{CookieSecret, TornadoCookies as _};
use tornado_web::prelude::*;
use tower_cookies::{Cookie, CookieManagerLayer, Cookies};

const SECRET: &str = "my_cookie_secret";

#[derive(Handler)]
struct LoginHandler(Exchange);

impl RequestHandler for LoginHandler {
    async fn get(&mut self) -> Result {
        let theme = self.get_cookie("theme"); // set by the layer
        self.set_signed_cookie("user", "Kim").http_only(true);
        self.write(format!("Welcome, in {}!\n", theme.unwrap_or_default()));
        Ok(())
    }
}

/// An axum page that knows who has logged in.
async fn page(cookies: Cookies) -> String {
    let user = cookies.get_signed_cookie(&CookieSecret::from(SECRET), "user");
    let user = user.and_then(|user| String::from_utf8(user).ok());
    format!("Hello, {}!\n", user.as_deref().unwrap_or("Guest"))
}

/// A layer that sets a cookie before the handler runs, and afterwards sees the
/// cookies that the handler has set.
async fn layer(cookies: Cookies, request: Request, next: Next) -> Response {
    if cookies.get("theme").is_none() {
        cookies.add(Cookie::new("theme", "dark"));
    }
    let was_there = cookies.get("user").is_some();
    let response = next.run(request).await;
    if !was_there && cookies.get("user").is_some() {
        eprintln!("somebody has logged in");
    }
    response
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::new().cookie_secret(SECRET);
    let app = Application::new([url(r"/login", LoginHandler)], settings)?;
    let router = Router::new()
        .route("/axum", get(page))
        .merge(Router::from(app))
        .layer(from_fn(layer))
        .layer(CookieManagerLayer::new()); // the outermost one

    let port = std::env::var("PORT").map_or(Ok(8888), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
// ANCHOR_END: program
