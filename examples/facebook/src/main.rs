//! A login with Facebook, and what its Graph says, as Tornado's demo facebook has it.
//!
//! `FACEBOOK_API_KEY` and `FACEBOOK_SECRET` are what Facebook gives, which has to know the
//! address `http://localhost:8888/auth/login`.

use std::env;

use tornado_web::auth::{FacebookGraphMixin, OAuth2Mixin, OAuth2Provider, OAuth2Request};
use tornado_web::escape::xhtml_escape;
use tornado_web::prelude::*;

#[derive(Handler)]
struct BaseHandler {
    base: Exchange,
    #[state]
    facebook: OAuth2Provider,
}

impl RequestHandler for BaseHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(self.get_session().await?.owner().map(User::from))
    }
}

#[derive(Handler)]
struct MainHandler(BaseHandler);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        self.authenticated().await?;
        let facebook = self.facebook.clone();
        let Some(token) = self.access_token(&facebook).await? else {
            self.redirect("/auth/login");
            return Ok(());
        };
        let feed = OAuth2Request::new("/me/feed").access_token(token);
        let feed = self.facebook_request(&facebook, feed).await?;
        for post in feed["data"].as_array().into_iter().flatten() {
            let message = post["message"].as_str().unwrap_or_default();
            self.write(format!("<p>{}</p>\n", xhtml_escape(message)));
        }
        self.write("<a href=\"/auth/logout\">Log out</a>");
        Ok(())
    }
}

#[derive(Handler)]
struct AuthLoginHandler(BaseHandler);

impl RequestHandler for AuthLoginHandler {
    async fn get(&mut self) -> Result {
        let facebook = self.facebook.clone();
        let user = self.sign_in_with(&facebook).await?;
        self.login(&user).await?;
        self.keep_tokens(&facebook, &user).await?;
        self.redirect(user.next());
        Ok(())
    }
}

#[derive(Handler)]
struct AuthLogoutHandler(BaseHandler);

impl RequestHandler for AuthLogoutHandler {
    async fn get(&mut self) -> Result {
        self.logout().await?;
        self.redirect("/");
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let facebook = OAuth2Provider::facebook()
        .client(env::var("FACEBOOK_API_KEY")?, env::var("FACEBOOK_SECRET")?)
        .scope(["public_profile", "user_posts"]);
    let settings = Settings::new()
        .cookie_secret("32 random bytes, or more of text, and no example")
        .login_url("/auth/login")
        .state(facebook);
    let rules = [
        route::<MainHandler>(r"/"),
        route::<AuthLoginHandler>(r"/auth/login"),
        route::<AuthLogoutHandler>(r"/auth/logout"),
    ];
    Application::new(rules, settings)?
        .listen(env_port(8888))
        .await?;
    Ok(())
}
