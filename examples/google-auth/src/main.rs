//! A login with Google, as Tornado's demo google_auth has it.
//!
//! `CLIENT_ID` and `CLIENT_SECRET` are what Google's console gives, which has to know the
//! address `http://localhost:8888/auth/login`. `ISSUER` is another provider, by its address.

use std::env;

use tornado_web::auth::{OAuth2Mixin, OAuth2Provider};
use tornado_web::prelude::*;

#[derive(Handler)]
struct BaseHandler {
    base: Exchange,
    #[state]
    provider: OAuth2Provider,
}

impl RequestHandler for BaseHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        let session = self.get_session().await?;
        let name: Option<String> = session.get("name")?;
        Ok(session.owner().and(name).map(User::from))
    }
}

#[derive(Handler)]
struct IndexHandler(BaseHandler);

impl RequestHandler for IndexHandler {
    async fn get(&mut self) -> Result {
        let name = self.authenticated_as::<String>().await?;
        let name = tornado_web::escape::xhtml_escape(&name);
        self.write(format!(
            "Hello, {name}! <a href=\"/auth/logout\">Log out</a>"
        ));
        Ok(())
    }
}

#[derive(Handler)]
struct LoginHandler(BaseHandler);

impl RequestHandler for LoginHandler {
    async fn get(&mut self) -> Result {
        let provider = self.provider.clone();
        let user = self.sign_in_with(&provider).await?;
        let name = user.get("name")?.unwrap_or(user.id().to_owned());
        self.login(&user).await?.set("name", name)?;
        self.keep_tokens(&provider, &user).await?;
        self.redirect(user.next());
        Ok(())
    }
}

#[derive(Handler)]
struct LogoutHandler(BaseHandler);

impl RequestHandler for LogoutHandler {
    async fn get(&mut self) -> Result {
        let provider = self.provider.clone();
        self.logout_at(&provider, "/").await
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let provider = match env::var("ISSUER") {
        Ok(issuer) => OAuth2Provider::discover(issuer),
        Err(_) => OAuth2Provider::google(),
    };
    let provider = provider.client(env::var("CLIENT_ID")?, env::var("CLIENT_SECRET")?);
    let settings = Settings::new()
        .cookie_secret("32 random bytes, or more of text, and no example")
        .login_url("/auth/login")
        .state(provider);
    let rules = [
        route::<IndexHandler>(r"/"),
        route::<LoginHandler>(r"/auth/login"),
        route::<LogoutHandler>(r"/auth/logout"),
    ];
    Application::new(rules, settings)?
        .listen(env_port(8888))
        .await?;
    Ok(())
}
