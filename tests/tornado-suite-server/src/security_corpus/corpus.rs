//! `SecurityCorpusTest`: four applications, to which the test sends what has
//! broken Tornado in the past.

use serde_json::json;
use tornado_web::cookies::{SameSite, SetCookie};
use tornado_web::prelude::*;
use tornado_web::{IntoHeaderValue as _, Rule};

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("SecurityCorpusTest:default", default)];

fn default(_: &Spec) -> AppResult {
    Ok(Application::new(handlers(), Settings::new())?.into())
}

fn handlers() -> Vec<Rule> {
    vec![
        url("/echo", EchoHandler),
        url("/status", StatusHandler),
        url("/cookie", CookieHandler),
        url("/header", HeaderHandler),
        url("/redirect", RedirectHandler),
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
            return Err(HttpError::new(code).with_reason(reason).into());
        }
        self.write("ok");
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
            Some(_) => return Err(HttpError::new(400).into()),
        }
        if cookie.to_header_value().is_err() {
            return Err(HttpError::new(400).into());
        }
        self.add_cookie(cookie);
        Ok(())
    }
}

#[derive(Handler)]
struct HeaderHandler(Exchange);

impl RequestHandler for HeaderHandler {
    async fn get(&mut self) -> Result {
        match self.get_argument("value")?.into_header_value() {
            Ok(value) => self.set_header("X-Test", value),
            Err(_) => return Err(HttpError::new(400).into()),
        }
        Ok(())
    }
}

#[derive(Handler)]
struct RedirectHandler(Exchange);

impl RequestHandler for RedirectHandler {
    async fn get(&mut self) -> Result {
        let location = self.get_argument("url")?;
        if location.as_str().into_header_value().is_err() {
            return Err(HttpError::new(400).into());
        }
        self.redirect(&location);
        Ok(())
    }
}
