//! `HostMatchingTest`, `NamedURLSpecGroupsTest`, `Custom404Test` and others:
//! which handler answers, and what it knows about the route.

use serde_json::{Map, json};
use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("HostMatchingTest", host_matching_test),
    ("NamedURLSpecGroupsTest", named_url_spec_groups_test),
    ("PathArgsInPrepareTest", path_args_in_prepare_test),
    ("Default404Test", default_404_test),
    ("Custom404Test", custom_404_test),
    ("HandlerByNameTest", handler_by_name_test),
];

fn host_matching_test(_: &Spec) -> AppResult {
    let handler = |reply| move |base| ReplyHandler { base, reply };
    let application = Application::builder(Settings::new())
        .handlers([url("/foo", handler("wildcard"))])
        .add_handlers("www.example.com", [url("/foo", handler("[0]"))])
        .add_handlers(r"www\.example\.com", [url("/bar", handler("[1]"))])
        .add_handlers("www.example.com", [url("/baz", handler("[2]"))])
        .add_handlers("www.e.*e.com", [url("/baz", handler("[3]"))])
        .build()?;
    Ok(application.into())
}

#[derive(Handler)]
struct ReplyHandler {
    base: Exchange,
    reply: &'static str,
}

impl RequestHandler for ReplyHandler {
    async fn get(&mut self) -> Result {
        self.write(self.reply);
        Ok(())
    }
}

fn named_url_spec_groups_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/str/(?P<path>.*)", EchoPathHandler),
        url("/unicode/(?P<path>.*)", EchoPathHandler),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

#[derive(Handler)]
struct EchoPathHandler(Exchange);

impl RequestHandler for EchoPathHandler {
    async fn get(&mut self) -> Result {
        let path = self.path_kwarg("path").unwrap_or_default().to_owned();
        self.write(path);
        Ok(())
    }
}

fn path_args_in_prepare_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/pos/(.*)", PathArgsHandler),
        url("/kw/(?P<path>.*)", PathArgsHandler),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

/// The groups are already known in `prepare`.
#[derive(Handler)]
struct PathArgsHandler(Exchange);

impl RequestHandler for PathArgsHandler {
    async fn prepare(&mut self) -> Result {
        let kwargs: Map<_, _> = self
            .path_kwargs()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        self.write(json!({"args": self.path_args(), "kwargs": kwargs}));
        Ok(())
    }

    async fn get(&mut self) -> Result {
        let path: String = self.path_args_as()?;
        assert_eq!(path, "foo");
        self.finish();
        Ok(())
    }
}

fn default_404_test(_: &Spec) -> AppResult {
    Ok(Application::new([url("/foo", HelloHandler)], Settings::new())?.into())
}

fn custom_404_test(_: &Spec) -> AppResult {
    let application = Application::builder(Settings::new())
        .handlers([url("/foo", HelloHandler)])
        .default_handler(Custom404Handler)
        .build()?;
    Ok(application.into())
}

#[derive(Handler)]
struct Custom404Handler(Exchange);

impl RequestHandler for Custom404Handler {
    async fn get(&mut self) -> Result {
        self.set_status(404);
        self.write("custom 404 response");
        Ok(())
    }
}

/// In Python two of the handlers are given as text, the name of the class. Rust
/// can't look up classes by name, so all three are the handler.
fn handler_by_name_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/hello1", HelloHandler),
        url("/hello2", HelloHandler),
        url("/hello3", HelloHandler),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

#[derive(Handler)]
struct HelloHandler(Exchange);

impl RequestHandler for HelloHandler {
    async fn get(&mut self) -> Result {
        self.write("hello");
        Ok(())
    }
}
