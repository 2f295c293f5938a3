//! The handlers of `AuthTest` for OAuth 2 and Facebook.

use serde_json::{Map, Value, json};
use tornado_web::Rule;
use tornado_web::auth::{OAuth2Mixin as _, OAuth2Provider};
use tornado_web::prelude::*;

use super::{get_url, setting};

pub(super) fn rules() -> [Rule; 4] {
    [
        url("/oauth2/client/login", OAuth2ClientLoginHandler),
        url("/facebook/client/login", FacebookClientLoginHandler),
        url(
            "/facebook/server/access_token",
            FacebookServerAccessTokenHandler,
        ),
        url("/facebook/server/me", FacebookServerMeHandler),
    ]
}

#[derive(Handler)]
struct OAuth2ClientLoginHandler(Exchange);

impl RequestHandler for OAuth2ClientLoginHandler {
    async fn get(&mut self) -> Result {
        let authorize = get_url(self, "/oauth2/server/authorize");
        let provider = OAuth2Provider::new(&authorize, "").insecure_as_tornado();
        self.authorize_redirect(&provider).await
    }
}

#[derive(Handler)]
struct FacebookClientLoginHandler(Exchange);

impl RequestHandler for FacebookClientLoginHandler {
    async fn get(&mut self) -> Result {
        let provider = OAuth2Provider::new(
            &get_url(self, "/facebook/server/authorize"),
            &get_url(self, "/facebook/server/access_token"),
        )
        .facebook_graph(get_url(self, "/facebook/server"))
        .client(
            setting(self, "facebook_api_key")?,
            setting(self, "facebook_secret")?,
        )
        .redirect_uri(self.request().full_url())
        .extra_param("scope", "read_stream,offline_access")
        .insecure_as_tornado();
        if self.get_argument_opt("code")?.is_none() {
            return self.authorize_redirect(&provider).await;
        }
        let user = self.get_authenticated_user(&provider).await?;
        let mut fields: Map<String, Value> = user.claims().clone();
        let expires = user.token_response().get("expires_in");
        let expires = expires.map_or("None".to_owned(), Value::to_string);
        fields.insert("access_token".to_owned(), user.access_token().into());
        fields.insert("session_expires".to_owned(), expires.into());
        self.write(Value::Object(fields));
        Ok(())
    }
}

#[derive(Handler)]
struct FacebookServerAccessTokenHandler(Exchange);

impl RequestHandler for FacebookServerAccessTokenHandler {
    async fn get(&mut self) -> Result {
        self.write(json!({"access_token": "asdf", "expires_in": 3600}));
        Ok(())
    }
}

#[derive(Handler)]
struct FacebookServerMeHandler(Exchange);

impl RequestHandler for FacebookServerMeHandler {
    async fn get(&mut self) -> Result {
        self.write("{}");
        Ok(())
    }
}
