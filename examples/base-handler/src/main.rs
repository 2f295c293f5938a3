//! Handlers that inherit from a base of your own, and a mixin of your own.
//!
//! Run it, and then `curl -i localhost:8888/` and
//! `curl -i -H 'X-User: kim' localhost:8888/admin`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tornado_web::prelude::*;

// ANCHOR: base
/// class BaseHandler(tornado.web.RequestHandler):
#[derive(Handler)]
struct BaseHandler(Exchange);

impl RequestHandler for BaseHandler {
    fn set_default_headers(&mut self) {
        self.set_header("X-Frame-Options", "DENY");
    }

    async fn prepare(&mut self) -> Result {
        self.count_visit();
        Ok(())
    }

    async fn get_current_user(&mut self) -> Result<Option<User>> {
        let name = self.request().headers().get("X-User");
        Ok(name.and_then(|name| name.to_str().ok()).map(User::from))
    }

    async fn write_error(&mut self, status: u16, _error: Option<&Error>) -> Result {
        let reason = self.get_reason();
        self.write(format!("Sorry: {status} {reason}\n"));
        Ok(())
    }
}
// ANCHOR_END: base

// ANCHOR: inherit
/// class MainHandler(BaseHandler): what it leaves out is its base's.
#[derive(Handler)]
struct MainHandler(BaseHandler);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        let visits = self.visits();
        self.write(format!("Hello! Visit number {visits}.\n"));
        Ok(())
    }
}

/// class AdminHandler(BaseHandler): a class between, for users alone.
#[derive(Handler)]
struct AdminHandler(BaseHandler);

impl RequestHandler for AdminHandler {
    async fn prepare(&mut self) -> Result {
        self.base_mut().prepare().await?; // super().prepare()
        match self.current_user().await? {
            Some(_) => Ok(()),
            None => Err(HttpError::new(403).into()),
        }
    }
}

/// class ReportHandler(AdminHandler): three classes deep, and
/// def initialize(self, title).
#[derive(Handler)]
struct ReportHandler {
    base: AdminHandler,
    title: Arc<str>,
}

impl RequestHandler for ReportHandler {
    async fn get(&mut self) -> Result {
        let user = self.authenticated().await?;
        let name = user.get::<String>().map_or("?", String::as_str);
        self.write(format!("{}, for {name}\n", self.title));
        Ok(())
    }
}
// ANCHOR_END: inherit

// ANCHOR: mixin
/// A mixin is a trait with methods, and one line that gives it to every
/// handler. What it keeps for the application is in a slot of its own.
trait VisitsMixin: RequestHandler {
    fn count_visit(&self) {
        self.application()
            .slot(|_| AtomicU64::new(0))
            .fetch_add(1, Ordering::Relaxed);
    }

    fn visits(&self) -> u64 {
        self.application()
            .slot(|_| AtomicU64::new(0))
            .load(Ordering::Relaxed)
    }
}

impl<H: RequestHandler> VisitsMixin for H {}
// ANCHOR_END: mixin

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let title: Arc<str> = "Quarterly report".into();
    let app = Application::new(
        [
            url(r"/", MainHandler),
            url(r"/admin", move |base| ReportHandler {
                base,
                title: title.clone(),
            })
            .name("report"),
        ],
        Settings::new(),
    )?;
    app.listen(env_port(8888)).await?;
    Ok(())
}
