//! `CrossOriginProtectionTest` and its relatives: requests that another site
//! makes the browser send.

use tornado_web::prelude::*;

use super::simple;
use super::xsrf::TokenHandler;
use crate::app::{AppResult, Apps};
use crate::events;
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("CrossOriginProtectionTest", cross_origin_protection_test),
    ("CrossOriginProtectionDisabledTest", |_: &Spec| {
        simple(OkHandler)
    }),
    (
        "CrossOriginProtectionCheckTrustedOriginTest",
        check_trusted_origin_test,
    ),
    (
        "CrossOriginProtectionBeforePrepareTest",
        before_prepare_test,
    ),
    (
        "CrossOriginProtectionWithXSRFCookiesTest",
        with_xsrf_cookies_test,
    ),
];

fn cross_origin_protection_test(_: &Spec) -> AppResult {
    let settings = Settings::new()
        .cross_origin_protection(true)
        .trusted_origins(["https://trusted.example.com"]);
    Ok(Application::new([url("/", OkHandler)], settings)?.into())
}

#[derive(Handler)]
struct OkHandler(Exchange);

impl RequestHandler for OkHandler {
    async fn get(&mut self) -> Result {
        self.write("ok");
        Ok(())
    }

    async fn head(&mut self) -> Result {
        Ok(())
    }

    async fn options(&mut self) -> Result {
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.write("ok");
        Ok(())
    }
}

fn check_trusted_origin_test(_: &Spec) -> AppResult {
    let settings = Settings::new().cross_origin_protection(true);
    Ok(Application::new([url("/", TrustingHandler)], settings)?.into())
}

/// A hook decides which origins are trusted.
#[derive(Handler)]
struct TrustingHandler(Exchange);

impl RequestHandler for TrustingHandler {
    fn check_trusted_origin(&self, origin: &str) -> bool {
        origin.ends_with(".example.com")
    }

    async fn post(&mut self) -> Result {
        self.write("ok");
        Ok(())
    }
}

fn before_prepare_test(_: &Spec) -> AppResult {
    let settings = Settings::new().cross_origin_protection(true);
    Ok(Application::new([url("/", PreparedHandler)], settings)?.into())
}

/// The check comes before `prepare`.
#[derive(Handler)]
struct PreparedHandler(Exchange);

impl RequestHandler for PreparedHandler {
    async fn prepare(&mut self) -> Result {
        events::set("Handler.prepared", true);
        Ok(())
    }

    async fn get(&mut self) -> Result {
        self.write("ok");
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.write("ok");
        Ok(())
    }
}

fn with_xsrf_cookies_test(_: &Spec) -> AppResult {
    let settings = Settings::new()
        .cross_origin_protection(true)
        .xsrf_cookies(true);
    Ok(Application::new([url("/", TokenHandler)], settings)?.into())
}
