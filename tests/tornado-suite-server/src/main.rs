//! The applications of Tornado's own tests, on tornado-web.
//!
//! `tornado-suite-server web_test.CookieTest 8888` serves what the class
//! `CookieTest` in `tornado/test/web_test.py` serves, on 127.0.0.1:8888. The
//! runner in `tests/tornado_suite` starts it for each class, and Tornado's
//! tests, unmodified, are its clients.
//!
//! A module here is a module of Tornado's tests, and a file in it is a group of
//! classes. Each handler does what the Python one does, with the same names
//! where those exist. Exit status 64 means that the application does not exist.

mod app;
mod auth;
mod events;
mod gen_test;
mod httpserver;
mod routing;
mod security_corpus;
mod spec;
mod web;
mod websocket;
mod wsgi;

use std::error::Error;
use std::process::ExitCode;

use app::{Apps, Make};
use spec::Spec;

/// The modules of Tornado's tests, and the applications of each.
const MODULES: &[(&str, &[Apps])] = &[
    ("web_test", web::APPS),
    ("httpserver_test", httpserver::APPS),
    ("websocket_test", websocket::APPS),
    ("routing_test", routing::APPS),
    ("security_corpus_test", security_corpus::APPS),
    ("gen_test", gen_test::APPS),
    ("auth_test", auth::APPS),
    ("wsgi_test", wsgi::APPS),
];

/// `EX_USAGE` of sysexits.h: to the runner, "there is no such application".
const NO_SUCH_APP: u8 = 64;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [app, port] = arguments.as_slice() else {
        eprintln!("usage: tornado-suite-server APP PORT, such as web_test.CookieTest 8888");
        return Ok(ExitCode::FAILURE);
    };
    let Some(make) = find(app) else {
        eprintln!("there is no application {app} here");
        return Ok(ExitCode::from(NO_SUCH_APP));
    };
    let spec = Spec::from_env()?;
    make(&spec)?.serve(port.parse()?).await?;
    Ok(ExitCode::SUCCESS)
}

/// The application for a name such as `web_test.CookieTest`, or for the full
/// Python name of the class, `tornado.test.web_test.CookieTest`.
fn find(name: &str) -> Option<Make> {
    let name = name.strip_prefix("tornado.test.").unwrap_or(name);
    let (module, class) = name.split_once('.')?;
    let (_, groups) = MODULES.iter().find(|(name, _)| *name == module)?;
    let mut apps = groups.iter().flat_map(|group| group.iter());
    apps.find(|(name, _)| *name == class).map(|(_, make)| *make)
}
