//! `AllHTTPMethodsTest`, `PatchMethodTest` and others: which HTTP methods reach
//! which hook.

use http::Method;
use tornado_web::prelude::*;

use super::simple;
use crate::app::Apps;
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("UnimplementedHTTPMethodsTest", |_: &Spec| {
        simple(UnimplementedHandler)
    }),
    ("UnimplementedNonStandardMethodsTest", |_: &Spec| {
        simple(NonStandardHandler)
    }),
    ("AllHTTPMethodsTest", |_: &Spec| simple(AllMethodsHandler)),
    ("PatchMethodTest", |_: &Spec| simple(PatchHandler)),
    ("FinishInPrepareTest", |_: &Spec| {
        simple(FinishInPrepareHandler)
    }),
];

/// A handler without methods: they all get a 405.
#[derive(Handler)]
struct UnimplementedHandler(Exchange);

impl RequestHandler for UnimplementedHandler {}

/// `OTHER` is not in `SUPPORTED_METHODS`, so it does not get here.
#[derive(Handler)]
struct NonStandardHandler(Exchange);

impl RequestHandler for NonStandardHandler {
    async fn custom_method(&mut self, _method: Method) -> Result {
        self.write("other");
        Ok(())
    }
}

#[derive(Handler)]
struct AllMethodsHandler(Exchange);

impl AllMethodsHandler {
    fn method(&mut self) {
        let method = self.request().method().to_string();
        self.write(method);
    }
}

impl RequestHandler for AllMethodsHandler {
    async fn get(&mut self) -> Result {
        self.method();
        Ok(())
    }

    async fn delete(&mut self) -> Result {
        self.method();
        Ok(())
    }

    async fn options(&mut self) -> Result {
        self.method();
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.method();
        Ok(())
    }

    async fn put(&mut self) -> Result {
        self.method();
        Ok(())
    }
}

#[derive(Handler)]
struct PatchHandler(Exchange);

impl RequestHandler for PatchHandler {
    const SUPPORTED_METHODS: &'static [&'static str] = &[
        "GET", "HEAD", "POST", "DELETE", "PATCH", "PUT", "OPTIONS", "OTHER",
    ];

    async fn patch(&mut self) -> Result {
        self.write("patch");
        Ok(())
    }

    async fn custom_method(&mut self, _method: Method) -> Result {
        self.write("other");
        Ok(())
    }
}

#[derive(Handler)]
struct FinishInPrepareHandler(Exchange);

impl RequestHandler for FinishInPrepareHandler {
    async fn prepare(&mut self) -> Result {
        self.write("done");
        self.finish();
        Ok(())
    }

    async fn get(&mut self) -> Result {
        Err(Error::msg("should not reach this method"))
    }
}
