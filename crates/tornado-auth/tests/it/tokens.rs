//! Tokens that are kept, and those that are brought; logouts.

use std::time::Duration;

use serde_json::json;
use tornado_testing::TestClient;
use tornado_web::auth::{ApiAuthMixin, OAuth2Mixin, OAuth2Provider};
use tornado_web::prelude::*;

use crate::support::{CLIENT, Draft, FakeProvider, answered, begin, path_of, settings, user_of};

#[derive(Handler)]
struct LoginHandler {
    base: Exchange,
    provider: OAuth2Provider,
}

impl RequestHandler for LoginHandler {
    async fn get(&mut self) -> Result {
        let provider = self.provider.clone();
        let user = self.sign_in_with(&provider).await?;
        self.login(&user).await?;
        self.keep_tokens(&provider, &user).await?;
        Ok(())
    }
}

#[derive(Handler)]
struct TokenHandler {
    base: Exchange,
    provider: OAuth2Provider,
}

impl RequestHandler for TokenHandler {
    async fn get(&mut self) -> Result {
        let provider = self.provider.clone();
        let token = self.access_token(&provider).await?;
        self.write(token.unwrap_or("none".to_owned()));
        Ok(())
    }
}

#[derive(Handler)]
struct LogoutHandler {
    base: Exchange,
    provider: OAuth2Provider,
}

impl RequestHandler for LogoutHandler {
    async fn get(&mut self) -> Result {
        let provider = self.provider.clone();
        self.logout_at(&provider, "/goodbye").await
    }

    async fn post(&mut self) -> Result {
        let provider = self.provider.clone();
        let user = self.backchannel_logout(&provider).await?;
        self.write(user);
        Ok(())
    }

    fn check_xsrf_cookie(&mut self) -> Result {
        Ok(())
    }
}

#[derive(Handler)]
struct ApiHandler {
    base: Exchange,
    provider: OAuth2Provider,
}

impl RequestHandler for ApiHandler {
    async fn get(&mut self) -> Result {
        let provider = self.provider.clone();
        let claims = self.bearer("the api", &provider).await?;
        self.write(claims.subject().to_owned());
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let provider = self.provider.clone();
        let claims = self.bearer("the api", &provider).await?;
        claims.require_scope("write")
    }
}

#[derive(Handler)]
struct AdminHandler(Exchange);

impl RequestHandler for AdminHandler {
    async fn get(&mut self) -> Result {
        let check =
            async |name: String, password: String| Ok((password == "hunter2").then_some(name));
        let name = self.basic_auth("Admin", check).await?;
        self.write(name);
        Ok(())
    }
}

const AUDIENCE: &str = "https://api.example.com";

fn site(provider: &OAuth2Provider) -> TestClient {
    let provider = provider.clone().audience(AUDIENCE);
    let (a, b, c, d) = (
        provider.clone(),
        provider.clone(),
        provider.clone(),
        provider,
    );
    let rules = [
        url("/login", move |base| LoginHandler {
            base,
            provider: a.clone(),
        }),
        url("/token", move |base| TokenHandler {
            base,
            provider: b.clone(),
        }),
        url("/logout", move |base| LogoutHandler {
            base,
            provider: c.clone(),
        }),
        url("/api", move |base| ApiHandler {
            base,
            provider: d.clone(),
        }),
        url("/admin", AdminHandler),
    ];
    let settings = settings().xsrf_cookies(true);
    TestClient::new(Application::new(rules, settings).unwrap())
}

async fn logged_in(fake: &FakeProvider) -> TestClient {
    let browser = site(&fake.provider());
    let there = begin(&browser, "/login").await;
    let back = fake.visit(&there).await;
    assert_eq!(browser.get(&path_of(&back)).await.status(), 200);
    browser
}

#[tokio::test]
async fn kept_tokens_are_refreshed_before_they_expire() {
    let fake = FakeProvider::start().await;
    let browser = logged_in(&fake).await;
    assert_eq!(browser.get("/token").await.text(), "an access token");
    assert_eq!(fake.asked("/token"), 1);

    browser.advance(Duration::from_secs(271)); // of 300
    // It has no nonce, as Keycloak's, and lasts as seen from here.
    fake.forge(|draft| {
        draft.claims.remove("nonce");
        draft.claims.remove("at_hash");
        draft.claim("exp", draft.claims["exp"].as_u64().unwrap() + 1000);
    });
    fake.change(|script| {
        script.answer = Box::new(|answer| {
            answer["access_token"] = "a newer one".into();
            answer.as_object_mut().unwrap().remove("refresh_token");
        });
    });
    assert_eq!(browser.get("/token").await.text(), "a newer one");
    assert_eq!(fake.asked("/token"), 2);
    let token = fake.script.lock().unwrap().token.clone();
    assert_eq!(
        (&token["grant_type"], &token["refresh_token"]),
        (&json!("refresh_token"), &json!("a refresh token"))
    );
    // The refresh token is still the first one.
    assert_eq!(browser.get("/token").await.text(), "a newer one");
    browser.advance(Duration::from_secs(271));
    assert_eq!(browser.get("/token").await.text(), "a newer one");
    assert_eq!(fake.asked("/token"), 3);
    // The user has taken it back.
    browser.advance(Duration::from_secs(271));
    fake.change(|script| {
        script.answer = Box::new(|answer| *answer = json!({"error": "invalid_grant"}));
    });
    assert_eq!(browser.get("/token").await.text(), "none");
    assert_eq!(browser.get("/token").await.text(), "none");
    assert_eq!(fake.asked("/token"), 4);
}

#[tokio::test]
async fn a_refreshed_token_of_another_user_or_login_is_refused() {
    for (claim, value, why) in [
        ("sub", "lee", "of another user"),
        ("nonce", "another", "of another login"),
    ] {
        let fake = FakeProvider::start().await;
        let browser = logged_in(&fake).await;
        browser.advance(Duration::from_secs(271));
        fake.forge(move |draft| {
            draft.claim(claim, value);
            draft.claim("exp", draft.claims["exp"].as_u64().unwrap() + 1000);
        });
        answered(async { browser.get("/token").await }, 403, why).await;
    }
}

#[tokio::test]
async fn who_reads_the_store_reads_no_token() {
    let fake = FakeProvider::start().await;
    let browser = logged_in(&fake).await;
    let session = browser.session().await;
    let name = format!("oauth2_tokens {}", fake.issuer());
    let sealed: String = session.get(&name).unwrap().unwrap();
    assert!(
        sealed.starts_with("0.") && !sealed.contains("token"),
        "{sealed}"
    );
    // One that was changed counts for nothing.
    let (begin, end) = sealed.split_at(sealed.len() - 1);
    let other = if end == "A" { "B" } else { "A" };
    for changed in [
        format!("{begin}{other}"),
        format!("1{sealed}"),
        "0.".to_owned(),
        String::new(),
    ] {
        session.set(&name, changed).unwrap();
        session.save().await.unwrap();
        assert_eq!(browser.get("/token").await.text(), "none");
    }
}

#[tokio::test]
async fn a_logout_goes_on_to_the_provider() {
    let fake = FakeProvider::start().await;
    let browser = logged_in(&fake).await;
    let response = browser.get("/logout").await;
    let location = url::Url::parse(response.header("Location").unwrap()).unwrap();
    assert!(
        location
            .as_str()
            .starts_with(&format!("{}/logout?", fake.issuer()))
    );
    let pairs: Vec<(String, String)> = location.query_pairs().into_owned().collect();
    let get = |name: &str| {
        pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| &**value)
    };
    assert_eq!(
        get("post_logout_redirect_uri"),
        Some("http://localhost/goodbye")
    );
    assert_eq!(get("client_id"), Some(CLIENT.0));
    assert!(get("id_token_hint").unwrap().starts_with("ey"));
    assert_eq!(user_of(&browser).await, None);
}

#[tokio::test]
async fn a_logout_at_the_provider_ends_all_sessions() {
    let fake = FakeProvider::start().await;
    let browser = logged_in(&fake).await;
    let logout = |forge: fn(&mut Draft)| {
        let mut draft = fake.draft();
        draft.claims.remove("nonce");
        draft.claims.remove("at_hash");
        draft.claim(
            "events",
            json!({"http://schemas.openid.net/event/backchannel-logout": {}}),
        );
        forge(&mut draft);
        let token = draft.sign();
        browser
            .another()
            .post("/logout")
            .without_xsrf()
            .form([("logout_token", token)])
    };
    for forge in [
        // An ID token, one without an event, one of another client, and one that is over.
        (|draft| draft.claim("nonce", "a")) as fn(&mut Draft),
        |draft| drop(draft.claims.remove("events")),
        |draft| draft.claim("events", json!({"another": {}})),
        |draft| draft.claim("aud", "another client"),
        |draft| draft.claim("exp", 1_700_000_000),
        |draft| drop(draft.claims.remove("sub")),
        |draft| {
            draft
                .header
                .insert("typ".into(), "at+jwt".into())
                .map_or((), drop)
        },
    ] {
        let attempt = logout(forge);
        answered(async { attempt.await }, 400, "a token was refused").await;
        assert!(user_of(&browser).await.is_some());
    }
    let response =
        logout(|draft| drop(draft.header.insert("typ".into(), "logout+jwt".into()))).await;
    assert_eq!(response.text(), format!("{}#kim", fake.issuer()));
    assert_eq!(response.header("Cache-Control"), Some("no-store"));
    assert_eq!(user_of(&browser).await, None);
}

#[tokio::test]
async fn an_api_takes_tokens_that_are_for_it() {
    let fake = FakeProvider::start().await;
    let client = site(&fake.provider());
    let draft = |forge: fn(&mut Draft)| {
        let mut draft = fake.draft();
        draft.header.insert("typ".into(), "at+jwt".into());
        for name in ["nonce", "at_hash"] {
            draft.claims.remove(name);
        }
        draft.claim("aud", json!(["another", AUDIENCE]));
        draft.claim("scope", "read");
        forge(&mut draft);
        format!("Bearer {}", draft.sign())
    };
    let response = client.get("/api").await;
    assert_eq!(response.status(), 401);
    assert_eq!(
        response.header("WWW-Authenticate"),
        Some("Bearer realm=\"the api\"")
    );
    let right = draft(|_| ());
    assert_eq!(
        client
            .get("/api")
            .header("Authorization", &right)
            .await
            .text(),
        "kim"
    );

    for forge in [
        (|draft| draft.claim("aud", "another")) as fn(&mut Draft),
        |draft| draft.claim("iss", "https://accounts.example.com"),
        |draft| draft.claim("exp", 1_700_000_000),
        |draft| draft.signer = crate::support::Signer::Nobody,
        // ID tokens, with what marks them; a refresh token; one of a logout.
        |draft| draft.claim("nonce", "a"),
        |draft| draft.claim("at_hash", "a"),
        |draft| draft.claim("typ", "ID"),
        |draft| draft.claim("typ", "Refresh"),
        |draft| {
            draft.claim(
                "events",
                json!({"http://schemas.openid.net/event/backchannel-logout": {}}),
            )
        },
    ] {
        let token = draft(forge);
        let attempt = async { client.get("/api").header("Authorization", &token).await };
        let response = answered(attempt, 401, "a token was refused").await;
        let expected = "Bearer realm=\"the api\", error=\"invalid_token\"";
        assert_eq!(response.header("WWW-Authenticate"), Some(expected));
    }

    // No other site can have it sent, so it needs no XSRF token; a cookie, it does.
    let post = || {
        client
            .post("/api")
            .without_xsrf()
            .header("Authorization", &right)
    };
    let response = answered(async { post().await }, 403, "POST /api").await;
    let expected = "Bearer error=\"insufficient_scope\", scope=\"write\"";
    assert_eq!(response.header("WWW-Authenticate"), Some(expected));
    let writes = draft(|draft| draft.claim("scope", "read write"));
    let post = || {
        client
            .post("/api")
            .without_xsrf()
            .header("Authorization", &writes)
    };
    assert_eq!(post().await.status(), 200);
    let with_cookie = async { post().header("Cookie", "a=b").await };
    answered(with_cookie, 403, "'_xsrf' argument missing").await;
}

#[tokio::test]
async fn tokens_that_anybody_can_make_do_not_keep_the_provider_busy() {
    let fake = FakeProvider::start().await;
    let client = site(&fake.provider());
    for _ in 0..5 {
        let mut draft = fake.draft();
        draft.header.insert("kid".into(), "unknown".into());
        draft.claim("aud", AUDIENCE);
        let token = format!("Bearer {}", draft.sign());
        let attempt = async { client.get("/api").header("Authorization", &token).await };
        answered(attempt, 401, "no such key").await;
    }
    assert_eq!(fake.asked("/jwks"), 1);
}

#[tokio::test]
async fn names_and_passwords_are_asked_for() {
    let fake = FakeProvider::start().await;
    let client = site(&fake.provider());
    let realm = Some("Basic realm=\"Admin\", charset=\"UTF-8\"");
    for request in [
        client.get("/admin"),
        client.get("/admin").basic_auth("kim", "hunter3"),
        client.get("/admin").header("Authorization", "Basic ???"),
        client
            .get("/admin")
            .header("Authorization", "Bearer a2ltOmh1bnRlcjI="),
    ] {
        let response = request.await;
        assert_eq!(response.status(), 401);
        assert_eq!(response.header("WWW-Authenticate"), realm);
    }
    let response = client.get("/admin").basic_auth("kim", "hunter2").await;
    assert_eq!(response.text(), "kim");
    let lower = client
        .get("/admin")
        .header("Authorization", "basic a2ltOmh1bnRlcjI=");
    assert_eq!(lower.await.text(), "kim");
}
