//! Cookies, plain and signed, and XSRF tokens.

use std::collections::BTreeMap;

use serde_json::json;
use tornado_web::Rule;
use tornado_web::cookies::{DecodeOptions, SameSite, SetCookie, SignOptions, SignedVersion};
use tornado_web::prelude::*;

use crate::base::Base;

pub(crate) fn routes() -> Vec<Rule> {
    vec![
        url("/cookies", Cookies),
        url("/setcookie", SetCookieHandler),
        url("/clearcookie", ClearCookie),
        url("/signed", Signed),
        url("/sign", Sign),
        url("/xsrf", Xsrf),
    ]
}

#[derive(Handler)]
struct Cookies(Base);

impl RequestHandler for Cookies {
    async fn get(&mut self) -> Result {
        let cookies: BTreeMap<&str, &str> = self.request().cookies().iter().collect();
        self.write(json!(cookies));
        Ok(())
    }
}

#[derive(Handler)]
struct SetCookieHandler(Base);

impl SetCookieHandler {
    /// The cookie that the query describes, or `None` if it can't be sent.
    fn asked_for(&self) -> Result<Option<SetCookie>> {
        let mut cookie = SetCookie::new(
            self.get_argument_or(Argument::query("name"), "a")?,
            self.get_argument_or(Argument::query("value"), "b")?,
        );
        if let Some(domain) = self.get_argument_opt(Argument::query("domain"))? {
            cookie.domain(domain);
        }
        if let Some(path) = self.get_argument_opt(Argument::query("path"))? {
            cookie.path(path);
        }
        if let Some(same_site) = self.get_argument_opt(Argument::query("samesite"))? {
            match &*same_site {
                "Lax" => cookie.same_site(SameSite::Lax),
                "Strict" => cookie.same_site(SameSite::Strict),
                _ => return Ok(None),
            };
        }
        if let Some(seconds) = self.get_argument_opt(Argument::query("max_age"))? {
            cookie.max_age(seconds.parse()?);
        }
        if let Some(days) = self.get_argument_opt(Argument::query("expires_days"))? {
            cookie.expires_days(days.parse::<f64>()?);
        }
        if let Some(on) = self.get_argument_opt(Argument::query("httponly"))? {
            cookie.http_only(on == "1");
        }
        if let Some(on) = self.get_argument_opt(Argument::query("secure"))? {
            cookie.secure(on == "1");
        }
        Ok(cookie.to_header_value().is_ok().then_some(cookie))
    }
}

impl RequestHandler for SetCookieHandler {
    async fn get(&mut self) -> Result {
        let Some(cookie) = self.asked_for()? else {
            self.send_error(400).await;
            return Ok(());
        };
        self.add_cookie(cookie);
        self.write("ok");
        Ok(())
    }
}

#[derive(Handler)]
struct ClearCookie(Base);

impl RequestHandler for ClearCookie {
    async fn get(&mut self) -> Result {
        self.clear_cookie("a");
        self.clear_all_cookies();
        self.write("ok");
        Ok(())
    }
}

#[derive(Handler)]
struct Signed(Base);

impl RequestHandler for Signed {
    async fn get(&mut self) -> Result {
        let name = self.get_argument_or(Argument::query("name"), "s")?;
        let days = self.get_argument_or(Argument::query("days"), "40000")?;
        let mut options = DecodeOptions::new().max_age_days(days.parse()?);
        if let Some(version) = self.get_argument_opt(Argument::query("min"))? {
            options = options.min_version(signed_version(&version)?);
        }
        let value = self.get_signed_cookie_with(&name, &options)?;
        let text = value.map(|bytes| bytes.into_iter().map(char::from).collect::<String>());
        let key_version = self.get_signed_cookie_key_version(&name);
        self.write(json!({"value": text, "key_version": key_version}));
        Ok(())
    }
}

#[derive(Handler)]
struct Sign(Base);

impl RequestHandler for Sign {
    async fn get(&mut self) -> Result {
        let value = self.get_argument_or(Argument::query("v"), "x")?;
        let version = self.get_argument_or(Argument::query("version"), "2")?;
        let options = SignOptions::new().version(signed_version(&version)?);
        self.set_signed_cookie_with("s", value, &options);
        self.write("ok");
        Ok(())
    }
}

/// The only handler with the check: it does not inherit from [`Base`].
#[derive(Handler)]
struct Xsrf(Exchange);

impl RequestHandler for Xsrf {
    async fn get(&mut self) -> Result {
        self.set_header("Content-Type", "text/plain");
        let token = self.xsrf_token().await?;
        self.write(token);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.write("ok");
        Ok(())
    }

    async fn put(&mut self) -> Result {
        self.post().await
    }

    async fn delete(&mut self) -> Result {
        self.post().await
    }
}

fn signed_version(text: &str) -> Result<SignedVersion> {
    match text {
        "1" => Ok(SignedVersion::V1),
        "2" => Ok(SignedVersion::V2),
        _ => Err(Error::msg(format!("unsupported version {text}"))),
    }
}
