//! `XSRFTest`, `XSRFCookieNameTest`, `XSRFCookieKwargsTest`: tokens for forms.

use http::Request;
use tornado_web::prelude::*;
use tornado_web::{Body, CookieKwargs};
use tower::{ServiceExt as _, service_fn};

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("XSRFTest", xsrf_test),
    ("XSRFCookieNameTest", xsrf_cookie_name_test),
    ("XSRFCookieKwargsTest", xsrf_cookie_kwargs_test),
];

/// Returns the token, and accepts it.
#[derive(Handler)]
pub(super) struct TokenHandler(pub(super) Exchange);

impl RequestHandler for TokenHandler {
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

/// In Python the argument `version` changes the setting `xsrf_cookie_version`.
/// Here settings can't change, so there is an application for each version, and
/// a service in front of them that reads the argument.
fn xsrf_test(_: &Spec) -> AppResult {
    let version = |version| {
        let settings = Settings::new()
            .xsrf_cookies(true)
            .xsrf_cookie_version(version);
        Application::new([url("/", TokenHandler)], settings)
    };
    let (first, second) = (version(1)?, version(2)?);
    let chosen = service_fn(move |request: Request<Body>| {
        let application = match request.uri().query() {
            Some("version=1") => first.clone(),
            _ => second.clone(),
        };
        application.oneshot(request)
    });
    Ok(Application::new([mount("/", chosen)], Settings::new())?.into())
}

fn xsrf_cookie_name_test(_: &Spec) -> AppResult {
    let settings = Settings::new()
        .xsrf_cookies(true)
        .xsrf_cookie_name("__Host-xsrf")
        .xsrf_cookie_kwargs(CookieKwargs::new().secure(true));
    Ok(Application::new([url("/", TokenHandler)], settings)?.into())
}

fn xsrf_cookie_kwargs_test(_: &Spec) -> AppResult {
    let kwargs = CookieKwargs::new().http_only(true).expires_days(2.0);
    let settings = Settings::new()
        .xsrf_cookies(true)
        .xsrf_cookie_kwargs(kwargs);
    Ok(Application::new([url("/", TokenHandler)], settings)?.into())
}
