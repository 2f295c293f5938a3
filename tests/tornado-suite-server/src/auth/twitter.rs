//! The handlers of `AuthTest` for Twitter, and the mixin. tornado-web does not have the mixin,
//! because its API no longer exists; here it is an example for OAuth 1.0a.

use serde_json::{Value, json};
use tornado_web::Rule;
use tornado_web::auth::{OAuth1Provider, OAuth2Request, OAuthMixin, OAuthToken};
use tornado_web::prelude::*;

use super::{get_url, setting};

pub(super) fn rules() -> [Rule; 7] {
    let login = |authenticates| {
        move |base| TwitterClientLoginHandler {
            base,
            authenticates,
        }
    };
    [
        url("/twitter/client/login", login(false)),
        url("/twitter/client/authenticate", login(true)),
        url("/twitter/client/login_gen_coroutine", login(false)),
        url("/twitter/client/show_user", TwitterClientShowUserHandler),
        url(
            "/twitter/server/access_token",
            TwitterServerAccessTokenHandler,
        ),
        url(
            r"/twitter/api/users/show/(.*)\.json",
            TwitterServerShowUserHandler,
        ),
        url(
            r"/twitter/api/account/verify_credentials\.json",
            TwitterServerVerifyCredentialsHandler,
        ),
    ]
}

trait TwitterMixin: OAuthMixin {
    fn twitter(&self) -> Result<OAuth1Provider> {
        let provider = OAuth1Provider::new(
            get_url(self, "/oauth1/server/request_token"),
            get_url(self, "/oauth1/server/authorize"),
            get_url(self, "/twitter/server/access_token"),
        );
        let key = setting(self, "twitter_consumer_key")?;
        Ok(provider.consumer(key, setting(self, "twitter_consumer_secret")?))
    }

    async fn twitter_request(&mut self, path: &str, access_token: &OAuthToken) -> Result<Value> {
        let url = get_url(self, &format!("/twitter/api{path}.json"));
        let provider = self.twitter()?;
        self.oauth_request(&provider, OAuth2Request::new(url), Some(access_token))
            .await
    }
}

impl<H: RequestHandler> TwitterMixin for H {}

#[derive(Handler)]
struct TwitterClientLoginHandler {
    base: Exchange,
    /// Whether it is `authenticate_redirect` that it calls.
    authenticates: bool,
}

impl RequestHandler for TwitterClientLoginHandler {
    async fn get(&mut self) -> Result {
        let mut provider = self.twitter()?;
        if self.get_argument_opt("oauth_token")?.is_none() {
            if self.authenticates {
                provider = provider.authorize_url(get_url(self, "/twitter/server/authenticate"));
            }
            return self.authorize_redirect(&provider, None).await;
        }
        let access_token = self.get_authenticated_user(&provider).await?;
        let path = "/account/verify_credentials";
        let mut user = self.twitter_request(path, &access_token).await?;
        user["username"] = user["screen_name"].clone();
        user["access_token"] = json!(access_token);
        self.write(user);
        Ok(())
    }
}

#[derive(Handler)]
struct TwitterClientShowUserHandler(Exchange);

impl RequestHandler for TwitterClientShowUserHandler {
    async fn get(&mut self) -> Result {
        let path = format!("/users/show/{}", self.get_argument("name")?);
        let token = OAuthToken::new("hjkl", "vbnm");
        match self.twitter_request(&path, &token).await {
            Ok(user) => self.write(user),
            Err(_) => {
                self.set_status(500);
                self.write("error from twitter request");
            }
        }
        Ok(())
    }
}

#[derive(Handler)]
struct TwitterServerAccessTokenHandler(Exchange);

impl RequestHandler for TwitterServerAccessTokenHandler {
    async fn get(&mut self) -> Result {
        self.write("oauth_token=hjkl&oauth_token_secret=vbnm&screen_name=foo");
        Ok(())
    }
}

fn check_parameters<H: RequestHandler>(handler: &H) -> Result {
    for name in ["oauth_nonce", "oauth_timestamp", "oauth_signature"] {
        assert!(handler.request().arguments().contains(name), "{name}");
    }
    for (name, value) in [
        ("oauth_consumer_key", "test_twitter_consumer_key"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_version", "1.0"),
        ("oauth_token", "hjkl"),
    ] {
        assert_eq!(handler.get_argument(name)?, value);
    }
    Ok(())
}

#[derive(Handler)]
struct TwitterServerShowUserHandler(Exchange);

impl RequestHandler for TwitterServerShowUserHandler {
    async fn get(&mut self) -> Result {
        let name: String = self.path_args_as()?;
        if name == "error" {
            return Err(HttpError::new(500).into());
        }
        check_parameters(self)?;
        let (first, rest) = name.split_at(1);
        let capitalized = first.to_uppercase() + rest;
        self.write(json!({"screen_name": name, "name": capitalized}));
        Ok(())
    }
}

#[derive(Handler)]
struct TwitterServerVerifyCredentialsHandler(Exchange);

impl RequestHandler for TwitterServerVerifyCredentialsHandler {
    async fn get(&mut self) -> Result {
        check_parameters(self)?;
        self.write(json!({"screen_name": "foo", "name": "Foo"}));
        Ok(())
    }
}
