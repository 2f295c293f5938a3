//! `CookieTest`, `ClearAllCookiesTest`: what `set_cookie` and `get_cookie` write
//! and read.

use tornado_web::cookies::SetCookie;
use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("CookieTest", cookie_test),
    ("ClearAllCookiesTest", clear_all_cookies_test),
];

fn cookie_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/set", SetCookieHandler),
        url("/get", GetCookieHandler),
        url("/set_domain", SetCookieDomainHandler),
        url("/special_char", SetCookieSpecialCharHandler),
        url("/forbidden_char", SetCookieForbiddenCharHandler),
        url("/set_overwrite", SetCookieOverwriteHandler),
        url("/set_max_age", SetCookieMaxAgeHandler),
        url("/set_max_age_sanitized", SetCookieMaxAgeSanitizedHandler),
        url("/set_expires_days", SetCookieExpiresDaysHandler),
        url("/set_falsy_flags", SetCookieFalsyFlags),
        url("/set_deprecated", SetCookieDeprecatedArgs),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

#[derive(Handler)]
struct SetCookieHandler(Exchange);

impl RequestHandler for SetCookieHandler {
    async fn get(&mut self) -> Result {
        self.set_cookie("str", "asdf");
        self.set_cookie("unicode", "qwer");
        self.set_cookie("bytes", "zxcv");
        Ok(())
    }
}

#[derive(Handler)]
struct GetCookieHandler(Exchange);

impl RequestHandler for GetCookieHandler {
    async fn get(&mut self) -> Result {
        let cookie = self.get_cookie("foo").unwrap_or("default".to_owned());
        self.write(cookie);
        Ok(())
    }
}

#[derive(Handler)]
struct SetCookieDomainHandler(Exchange);

impl RequestHandler for SetCookieDomainHandler {
    async fn get(&mut self) -> Result {
        self.set_cookie("unicode_args", "blah")
            .domain("foo.com")
            .path("/foo");
        Ok(())
    }
}

/// "Special" characters are allowed in values, and quoted.
#[derive(Handler)]
struct SetCookieSpecialCharHandler(Exchange);

impl RequestHandler for SetCookieSpecialCharHandler {
    async fn get(&mut self) -> Result {
        self.set_cookie("equals", "a=b");
        self.set_cookie("semicolon", "a;b");
        self.set_cookie("quote", "a\"b");
        Ok(())
    }
}

/// Control characters and semicolons are errors in names and attributes.
/// `SameSite` can't contain them, since it is an enum.
#[derive(Handler)]
struct SetCookieForbiddenCharHandler(Exchange);

impl RequestHandler for SetCookieForbiddenCharHandler {
    async fn get(&mut self) -> Result {
        for char in ('\0'..' ').chain(['\x7f', ';']) {
            let name = SetCookie::new(format!("foo{char}"), "bar");
            let mut domain = SetCookie::new("foo", "bar");
            domain.domain(format!("example{char}.com"));
            let mut path = SetCookie::new("foo", "bar");
            path.path(format!("/{char}"));
            for (part, cookie) in [("name", name), ("domain", domain), ("path", path)] {
                match cookie.to_header_value() {
                    Ok(_) => self.write(format!("Didn't get an error for {char:?} in {part}\n")),
                    Err(error) if error.to_string().contains(part) => {}
                    Err(error) => self.write(format!(
                        "unexpected error for {char:?} in {part}: {error}\n"
                    )),
                }
            }
        }
        Ok(())
    }
}

/// The second call with the same name replaces the first, attributes included.
#[derive(Handler)]
struct SetCookieOverwriteHandler(Exchange);

impl RequestHandler for SetCookieOverwriteHandler {
    async fn get(&mut self) -> Result {
        self.set_cookie("a", "b").domain("example.com");
        self.set_cookie("c", "d").domain("example.com");
        self.set_cookie("a", "e");
        Ok(())
    }
}

#[derive(Handler)]
struct SetCookieMaxAgeHandler(Exchange);

impl RequestHandler for SetCookieMaxAgeHandler {
    async fn get(&mut self) -> Result {
        self.set_cookie("foo", "bar").max_age(10);
        Ok(())
    }
}

/// `max_age` takes a number, so text from a client must be parsed before it can
/// get into the header.
#[derive(Handler)]
struct SetCookieMaxAgeSanitizedHandler(Exchange);

impl RequestHandler for SetCookieMaxAgeSanitizedHandler {
    async fn get(&mut self) -> Result {
        match "1; Path=/x".parse() {
            Ok(max_age) => drop(self.set_cookie("foo", "bar").max_age(max_age)),
            Err(_) => self.set_status(400),
        }
        Ok(())
    }
}

#[derive(Handler)]
struct SetCookieExpiresDaysHandler(Exchange);

impl RequestHandler for SetCookieExpiresDaysHandler {
    async fn get(&mut self) -> Result {
        self.set_cookie("foo", "bar").expires_days(10.0);
        Ok(())
    }
}

#[derive(Handler)]
struct SetCookieFalsyFlags(Exchange);

impl RequestHandler for SetCookieFalsyFlags {
    async fn get(&mut self) -> Result {
        self.set_cookie("a", "1").secure(true);
        self.set_cookie("b", "1").secure(false);
        self.set_cookie("c", "1").http_only(true);
        self.set_cookie("d", "1").http_only(false);
        Ok(())
    }
}

/// In Python the arguments are in mixed case, which is deprecated there.
#[derive(Handler)]
struct SetCookieDeprecatedArgs(Exchange);

impl RequestHandler for SetCookieDeprecatedArgs {
    async fn get(&mut self) -> Result {
        self.set_cookie("a", "b").http_only(true).path("/foo");
        Ok(())
    }
}

fn clear_all_cookies_test(_: &Spec) -> AppResult {
    Ok(Application::new([url("/", ClearAllCookiesHandler)], Settings::new())?.into())
}

#[derive(Handler)]
struct ClearAllCookiesHandler(Exchange);

impl RequestHandler for ClearAllCookiesHandler {
    async fn get(&mut self) -> Result {
        self.clear_all_cookies();
        self.write("ok");
        Ok(())
    }
}
