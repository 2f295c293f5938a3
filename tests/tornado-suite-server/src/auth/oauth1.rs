//! The handlers of `AuthTest` for OAuth 1.0 and 1.0a.

use serde_json::{Map, json};
use tornado_web::Rule;
use tornado_web::auth::{OAuth1Provider, OAuthMixin as _, OAuthToken};
use tornado_web::prelude::*;

use super::get_url;

/// `_OAUTH_VERSION`.
#[derive(Clone, Copy, Default)]
enum Version {
    V1_0,
    #[default]
    V1_0a,
}

pub(super) fn rules() -> [Rule; 7] {
    let login = |version| move |base| OAuth1ClientLoginHandler { base, version };
    let parameters = |version| move |base| OAuth1ClientRequestParametersHandler { base, version };
    [
        url("/oauth10/client/login", login(Version::V1_0)),
        url("/oauth10/client/request_params", parameters(Version::V1_0)),
        url("/oauth10a/client/login", login(Version::V1_0a)),
        url(
            "/oauth10a/client/login_coroutine",
            OAuth1ClientLoginCoroutineHandler,
        ),
        url(
            "/oauth10a/client/request_params",
            parameters(Version::V1_0a),
        ),
        url(
            "/oauth1/server/request_token",
            OAuth1ServerRequestTokenHandler,
        ),
        url(
            "/oauth1/server/access_token",
            OAuth1ServerAccessTokenHandler,
        ),
    ]
}

fn provider<H: RequestHandler>(handler: &H, version: Version) -> OAuth1Provider {
    let provider = OAuth1Provider::new(
        get_url(handler, "/oauth1/server/request_token"),
        get_url(handler, "/oauth1/server/authorize"),
        get_url(handler, "/oauth1/server/access_token"),
    )
    .consumer("asdf", "qwer");
    match version {
        Version::V1_0 => provider.version_1_0(),
        Version::V1_0a => provider,
    }
}

#[derive(Handler)]
struct OAuth1ClientLoginHandler {
    base: Exchange,
    #[default]
    version: Version,
}

impl OAuth1ClientLoginHandler {
    async fn user(&mut self) -> Result<serde_json::Value> {
        let provider = provider(self, self.version);
        let access_token = self.get_authenticated_user(&provider).await?;
        if self.get_argument_opt("fail_in_get_user")?.is_some() {
            return Err(Error::msg("failing in get_user"));
        }
        if access_token != OAuthToken::new("uiop", "5678") {
            return Err(Error::msg("incorrect access token"));
        }
        Ok(json!({"email": "foo@example.com", "access_token": access_token}))
    }
}

impl RequestHandler for OAuth1ClientLoginHandler {
    async fn get(&mut self) -> Result {
        if self.get_argument_opt("oauth_token")?.is_none() {
            let provider = provider(self, self.version);
            return self.authorize_redirect(&provider, None).await;
        }
        let user = self.user().await?;
        self.write(user);
        Ok(())
    }
}

/// Answers errors itself.
#[derive(Handler)]
struct OAuth1ClientLoginCoroutineHandler(OAuth1ClientLoginHandler);

impl RequestHandler for OAuth1ClientLoginCoroutineHandler {
    async fn get(&mut self) -> Result {
        if self.get_argument_opt("oauth_token")?.is_none() {
            return self.base_mut().get().await;
        }
        if let Err(error) = self.base_mut().user().await {
            self.set_status(503);
            self.write(format!("got exception: {error}"));
        }
        Ok(())
    }
}

#[derive(Handler)]
struct OAuth1ClientRequestParametersHandler {
    base: Exchange,
    version: Version,
}

impl RequestHandler for OAuth1ClientRequestParametersHandler {
    async fn get(&mut self) -> Result {
        let parameters = provider(self, self.version).request_parameters(
            "http://www.example.com/api/asdf",
            &OAuthToken::new("uiop", "5678"),
            &[("foo", "bar")],
            "GET",
        )?;
        let parameters: Map<_, _> = parameters
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        self.write(serde_json::Value::Object(parameters));
        Ok(())
    }
}

#[derive(Handler)]
struct OAuth1ServerRequestTokenHandler(Exchange);

impl RequestHandler for OAuth1ServerRequestTokenHandler {
    async fn get(&mut self) -> Result {
        self.write("oauth_token=zxcv&oauth_token_secret=1234");
        Ok(())
    }
}

#[derive(Handler)]
struct OAuth1ServerAccessTokenHandler(Exchange);

impl RequestHandler for OAuth1ServerAccessTokenHandler {
    async fn get(&mut self) -> Result {
        self.write("oauth_token=uiop&oauth_token_secret=5678");
        Ok(())
    }
}
