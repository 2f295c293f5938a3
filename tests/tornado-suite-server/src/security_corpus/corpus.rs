//! `SecurityCorpusTest`: four applications, to which the test sends what has
//! broken Tornado in the past.

use serde_json::json;
use tornado_web::cookies::{SameSite, SetCookie};
use tornado_web::prelude::*;
use tornado_web::websocket::{Message, WebSocket, WebSocketHandler};
use tornado_web::{Rule, StaticHandlerArgs};

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("SecurityCorpusTest:default", default),
    ("SecurityCorpusTest:xsrf", xsrf),
    ("SecurityCorpusTest:large_headers", large_headers),
    ("SecurityCorpusTest:static", static_files),
];

fn default(_: &Spec) -> AppResult {
    Ok(Application::new(handlers(), Settings::new())?.into())
}

fn xsrf(_: &Spec) -> AppResult {
    let handlers = [
        url("/xsrf", XsrfHandler),
        url("/signed", SignedCookieHandler),
    ];
    let settings = Settings::new().xsrf_cookies(true).cookie_secret("secret");
    Ok(Application::new(handlers, settings)?.into())
}

fn large_headers(_: &Spec) -> AppResult {
    let settings = Settings::new().max_header_size(1 << 20);
    Ok(Application::new(handlers(), settings)?.into())
}

fn static_files(spec: &Spec) -> AppResult {
    let settings = Settings::new()
        .static_path(spec.data("static"))
        .static_url_prefix("/")
        .static_handler_args(StaticHandlerArgs::new().default_filename("index.html"));
    Ok(Application::new([], settings)?.into())
}

fn handlers() -> Vec<Rule> {
    vec![
        url("/echo", EchoHandler),
        url("/status", StatusHandler),
        url("/cookie", CookieHandler),
        url("/header", HeaderHandler),
        url("/redirect", RedirectHandler),
        url("/ws", EchoWebSocket),
    ]
}

#[derive(Handler)]
struct EchoHandler(Exchange);

impl RequestHandler for EchoHandler {
    async fn get(&mut self) -> Result {
        self.post().await
    }

    async fn post(&mut self) -> Result {
        let request = self.request();
        let names = request.query_arguments().names();
        let names: std::collections::HashSet<&str> =
            names.chain(request.body_arguments().names()).collect();
        let counts = json!({
            "cookies": request.cookies().iter().count(),
            "arguments": names.len(),
            "files": request.files().len(),
        });
        self.write(counts);
        Ok(())
    }
}

#[derive(Handler)]
struct StatusHandler(Exchange);

impl RequestHandler for StatusHandler {
    async fn get(&mut self) -> Result {
        let code = self.get_argument("code")?.parse()?;
        let reason = self.get_argument("reason")?;
        self.set_status_and_reason(code, Some(&reason));
        if code >= 400 {
            self.send_error_with_reason(code, &reason).await;
        } else {
            self.write("ok");
        }
        Ok(())
    }
}

#[derive(Handler)]
struct CookieHandler(Exchange);

impl RequestHandler for CookieHandler {
    async fn get(&mut self) -> Result {
        let mut cookie = SetCookie::new("a", "b");
        cookie.path(self.get_argument_or("path", "/")?);
        if let Some(domain) = self.get_argument_opt("domain")? {
            cookie.domain(domain);
        }
        match self.get_argument_opt("samesite")?.as_deref() {
            None => {}
            Some("Lax") => drop(cookie.same_site(SameSite::Lax)),
            Some("Strict") => drop(cookie.same_site(SameSite::Strict)),
            Some("None") => drop(cookie.same_site(SameSite::None)),
            Some(_) => {
                self.send_error(400).await;
                return Ok(());
            }
        }
        match cookie.to_header_value() {
            Ok(_) => drop(self.add_cookie(cookie)),
            Err(_) => self.send_error(400).await,
        }
        Ok(())
    }
}

#[derive(Handler)]
struct HeaderHandler(Exchange);

impl RequestHandler for HeaderHandler {
    async fn get(&mut self) -> Result {
        self.set_header("X-Test", self.get_argument("value")?);
        if self.take_raised().is_err() {
            self.send_error(400).await;
        }
        Ok(())
    }
}

#[derive(Handler)]
struct RedirectHandler(Exchange);

impl RequestHandler for RedirectHandler {
    async fn get(&mut self) -> Result {
        let url = self.get_argument("url")?;
        // A redirect is made when the method has returned, so mistakes in it are detected
        // beforehand.
        self.set_header("Location", &url);
        match self.take_raised() {
            Ok(()) => self.redirect(&url),
            Err(_) => self.send_error(400).await,
        }
        Ok(())
    }
}

#[derive(Handler)]
struct XsrfHandler(Exchange);

impl RequestHandler for XsrfHandler {
    async fn get(&mut self) -> Result {
        let token = self.xsrf_token().await?;
        self.write(token);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.write("ok");
        Ok(())
    }
}

#[derive(Handler)]
struct SignedCookieHandler(Exchange);

impl RequestHandler for SignedCookieHandler {
    async fn get(&mut self) -> Result {
        let name = self.get_argument("name")?;
        match self.get_signed_cookie(&name)? {
            Some(_) => self.write("ok"),
            None => self.send_error(403).await,
        }
        Ok(())
    }
}

#[derive(Handler)]
#[handler(websocket)]
struct EchoWebSocket(WebSocketHandler);

impl RequestHandler for EchoWebSocket {}

impl WebSocket for EchoWebSocket {
    async fn on_message(&mut self, message: Message) -> Result {
        Ok(self.write_message(message).await?)
    }
}
