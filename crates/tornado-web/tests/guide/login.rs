//! `docs/guide/login.md`.

use std::collections::HashMap;
use std::sync::Arc;

use test_support::Program;
use tornado_web::testing::TestClient;

// ANCHOR: login
use tornado_web::auth::{OAuth2Mixin, OAuth2Provider};
use tornado_web::prelude::*;

#[derive(Handler)]
struct LoginHandler {
    base: Exchange,
    #[state]
    provider: OAuth2Provider,
}

impl RequestHandler for LoginHandler {
    async fn get(&mut self) -> Result {
        let provider = self.provider.clone();
        let user = self.sign_in_with(&provider).await?; // there, and back again
        self.login(&user).await?;
        self.redirect(user.next());
        Ok(())
    }
}

fn app(provider: OAuth2Provider) -> Application {
    let settings = Settings::new()
        .cookie_secret("f9a3cc1e4b0d4b7a8e54a0d1a3c9e7b2")
        .login_url("/login")
        .state(provider);
    Application::new(
        [route::<LoginHandler>("/login"), url("/", HomeHandler)],
        settings,
    )
    .expect("the settings are right")
}
// ANCHOR_END: login

// ANCHOR: home
#[derive(Handler)]
struct HomeHandler(Exchange);

impl RequestHandler for HomeHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(self.get_session().await?.owner().map(User::from))
    }

    async fn get(&mut self) -> Result {
        let user = self.authenticated_as::<String>().await?;
        self.write(format!("Hello, {user}"));
        Ok(())
    }
}
// ANCHOR_END: home

// ANCHOR: several
#[derive(Clone)]
struct Providers(Arc<HashMap<&'static str, OAuth2Provider>>);

fn providers() -> Providers {
    let all = [
        ("google", OAuth2Provider::google().client("id", "secret")),
        ("github", OAuth2Provider::github().client("id", "secret")),
        (
            "work",
            OAuth2Provider::keycloak("https://sso.example.com", "staff").client("id", "secret"),
        ),
    ];
    Providers(Arc::new(all.into()))
}

#[derive(Handler)]
struct LoginWithHandler {
    base: Exchange,
    #[state]
    providers: Providers,
}

impl RequestHandler for LoginWithHandler {
    async fn get(&mut self) -> Result {
        let name: String = self.path_args_as()?; // url("/login/([a-z]+)", ..)
        let provider = self.providers.0.get(&*name).cloned().or_status(404)?;
        let user = self.sign_in_with(&provider).await?;
        self.login(&user).await?;
        self.redirect(user.next());
        Ok(())
    }
}
// ANCHOR_END: several

// ANCHOR: api
use tornado_web::auth::{ApiAuthMixin, JwtKey};

#[derive(Handler)]
struct ApiHandler {
    base: Exchange,
    #[state]
    key: JwtKey,
}

impl RequestHandler for ApiHandler {
    async fn prepare(&mut self) -> Result {
        let key = self.key.clone();
        let claims = self.bearer("shop", &key).await?;
        self.set_current_user(Some(User::from(claims.subject())));
        Ok(())
    }
}

#[derive(Handler)]
struct OrdersHandler(ApiHandler);

impl RequestHandler for OrdersHandler {
    async fn post(&mut self) -> Result {
        let user = self.authenticated_as::<String>().await?;
        self.write(format!("an order of {user}"));
        Ok(())
    }
}
// ANCHOR_END: api

#[tokio::test(flavor = "multi_thread")]
async fn a_user_logs_in_by_the_address_of_a_provider() {
    let program = Program::python("crates/tornado-auth/tests/it/provider.py");
    let provider = OAuth2Provider::discover(program.url()).client("my-id", "my-secret");
    let browser = TestClient::new(app(provider));

    let response = browser.get("/").await;
    let login = response.header("Location").unwrap().to_owned();
    assert_eq!(login, "/login?next=%2F");
    let response = browser.get(&login).await;
    let there = response.header("Location").unwrap().to_owned();
    let path = there.strip_prefix(&program.url()).unwrap();
    let provider = TestClient::connect(&program.url());
    let back = provider.post(path).form([("sub", "kim")]).await;
    let back = back.header("Location").unwrap().to_owned();
    let path = back.strip_prefix("http://localhost").unwrap();
    let response = browser.get(path).await;
    assert_eq!(response.header("Location"), Some("/"));
    let expected = format!("Hello, {}#kim", program.url());
    assert_eq!(browser.get("/").await.text(), expected);
}

#[tokio::test]
async fn a_provider_is_chosen_by_its_name() {
    let rules = [route::<LoginWithHandler>("/login/([a-z]+)")];
    let settings = Settings::new().cookie_secret("f9a3cc1e4b0d4b7a8e54a0d1a3c9e7b2");
    let client = TestClient::new(Application::new(rules, settings.state(providers())).unwrap());
    let response = client.get("/login/github").await;
    let location = response.header("Location").unwrap();
    assert!(location.starts_with("https://github.com/login/oauth/authorize?response_type=code"));
    assert_eq!(client.get("/login/nobody").await.status(), 404);
}

#[tokio::test]
async fn an_api_answers_who_brings_a_token() {
    let key = JwtKey::new(
        "b27e3c9a1d0a45e8a7b4d0b4e1cc3a9f",
        "https://shop.example.com",
    );
    let rules = [route::<OrdersHandler>("/orders")];
    let settings = Settings::new().xsrf_cookies(true).state(key.clone());
    let client = TestClient::new(Application::new(rules, settings).unwrap());
    // ANCHOR: token
    let token = key.issue("kim", std::time::Duration::from_secs(600));
    let bearer = format!("Bearer {token}");
    let response = client
        .post("/orders")
        .header("Authorization", &bearer)
        .without_xsrf()
        .await;
    // ANCHOR_END: token
    assert_eq!(response.text(), "an order of kim");
    let response = client.get("/orders").await;
    assert_eq!(
        response.header("WWW-Authenticate"),
        Some("Bearer realm=\"shop\"")
    );
}
