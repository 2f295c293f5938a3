//! Handlers that inherit from your own base, and your own mixin.
//!
//! Run it, and then `curl -i localhost:8888/` and
//! `curl -i -H 'X-User: kim' localhost:8888/report`.

// ANCHOR: program
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tornado_web::prelude::*;

// ANCHOR: mixin
/// A mixin is a trait with methods, and one line that implements it for every
/// handler. Data that it keeps for the application is created on first use.
trait VisitsMixin: RequestHandler {
    fn count_visit(&self) {
        let visits = self.application().state_or_init(|_| AtomicU64::new(0));
        visits.fetch_add(1, Relaxed);
    }

    fn visits(&self) -> u64 {
        let visits = self.application().state_or_init(|_| AtomicU64::new(0));
        visits.load(Relaxed)
    }
}

impl<H: RequestHandler> VisitsMixin for H {}
// ANCHOR_END: mixin

// ANCHOR: base
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

    async fn write_error(&mut self, status: u16, _: Option<&Error>) -> Result {
        let reason = self.get_reason();
        self.write(format!("Sorry: {status} {reason}\n"));
        Ok(())
    }
}
// ANCHOR_END: base

// ANCHOR: inherit
#[derive(Handler)]
struct MainHandler(BaseHandler);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        self.write(format!("Hello! Visit number {}.\n", self.visits()));
        Ok(())
    }
}

#[derive(Handler)]
struct AdminHandler(BaseHandler);

impl RequestHandler for AdminHandler {
    async fn prepare(&mut self) -> Result {
        self.base_mut().prepare().await?;
        if self.current_user().await?.is_none() {
            raise!(403);
        }
        Ok(())
    }
}

#[derive(Handler)]
struct ReportHandler {
    base: AdminHandler,
    #[given]
    title: &'static str,
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

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // ANCHOR: routes
    let title = "Quarterly report";
    let app = Application::new(
        [
            url(r"/", MainHandler),
            url(r"/report", move |base| ReportHandler { base, title }).name("report"),
        ],
        Settings::new(),
    )?;
    // ANCHOR_END: routes
    app.listen(env_port(8888)).await?;
    Ok(())
}
// ANCHOR_END: program
