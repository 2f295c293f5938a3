//! `GoogleOAuth2Test`.

use serde_json::json;
use tornado_web::auth::{
    AuthSettings as _, GoogleOAuth, GoogleOAuth2Mixin as _, OAuth2Mixin as _, OAuth2Provider,
    OAuth2Request,
};
use tornado_web::httputil::url_concat;
use tornado_web::prelude::*;

use super::get_url;
use crate::app::AppResult;
use crate::spec::Spec;

pub(super) fn google_oauth2_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/client/login", GoogleLoginHandler),
        url("/google/oauth2/authorize", GoogleOAuth2AuthorizeHandler),
        url("/google/oauth2/token", GoogleOAuth2TokenHandler),
        url("/google/oauth2/userinfo", GoogleOAuth2UserinfoHandler),
    ];
    let client = GoogleOAuth::new("fake_google_client_id", "fake_google_client_secret");
    let settings = Settings::new().google_oauth(client);
    Ok(Application::new(handlers, settings)?.into())
}

#[derive(Handler)]
struct GoogleLoginHandler(Exchange);

impl RequestHandler for GoogleLoginHandler {
    async fn get(&mut self) -> Result {
        let client = self.get_google_oauth_settings()?;
        let provider = OAuth2Provider::new(
            &get_url(self, "/google/oauth2/authorize"),
            &get_url(self, "/google/oauth2/token"),
        )
        .client(client.key(), client.secret())
        .redirect_uri(get_url(self, "/client/login"))
        .scope(["profile", "email"])
        .extra_param("prompt", "select_account")
        .insecure_as_tornado();
        if self.get_argument_opt("code")?.is_none() {
            return self.authorize_redirect(&provider).await;
        }
        let access = self.get_authenticated_user(&provider).await?;
        let request = OAuth2Request::new(get_url(self, "/google/oauth2/userinfo"))
            .access_token(access.access_token());
        let mut user = self.oauth2_request(&provider, request).await?;
        user["access_token"] = access.access_token().into();
        self.write(user);
        Ok(())
    }
}

#[derive(Handler)]
struct GoogleOAuth2AuthorizeHandler(Exchange);

impl RequestHandler for GoogleOAuth2AuthorizeHandler {
    async fn get(&mut self) -> Result {
        let code = [("code", "fake-authorization-code")];
        let back = url_concat(&self.get_argument("redirect_uri")?, code);
        self.redirect(&back);
        Ok(())
    }
}

#[derive(Handler)]
struct GoogleOAuth2TokenHandler(Exchange);

impl RequestHandler for GoogleOAuth2TokenHandler {
    async fn post(&mut self) -> Result {
        assert_eq!(self.get_argument("code")?, "fake-authorization-code");
        self.write(json!({"access_token": "fake-access-token", "expires_in": "never-expires"}));
        Ok(())
    }
}

#[derive(Handler)]
struct GoogleOAuth2UserinfoHandler(Exchange);

impl RequestHandler for GoogleOAuth2UserinfoHandler {
    async fn get(&mut self) -> Result {
        assert_eq!(self.get_argument("access_token")?, "fake-access-token");
        self.write(json!({"name": "Foo", "email": "foo@example.com"}));
        Ok(())
    }
}
