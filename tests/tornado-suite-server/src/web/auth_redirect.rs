//! `AuthRedirectTest`: `@authenticated` redirects users who must log in.

use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("AuthRedirectTest", auth_redirect_test)];

fn auth_redirect_test(_: &Spec) -> AppResult {
    let handler = |login_url| move |base| AuthRedirectRequestHandler { base, login_url };
    let handlers = [
        url("/relative", handler("/login")),
        url("/absolute", handler("http://example.com/login")),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

#[derive(Handler)]
struct AuthRedirectRequestHandler {
    base: Exchange,
    login_url: &'static str,
}

impl RequestHandler for AuthRedirectRequestHandler {
    fn get_login_url(&self) -> Result<String> {
        Ok(self.login_url.to_owned())
    }

    async fn get(&mut self) -> Result {
        self.authenticated().await?;
        // Nobody logs in, so nobody gets here.
        self.send_error(500).await;
        Ok(())
    }
}
