//! Attacks on logins. None succeeds.

use std::sync::Arc;

use serde_json::json;
use tornado_testing::{ExpectLog, TestClient};
use tornado_web::auth::OAuth2Provider;

use crate::support::{
    CLIENT, Draft, FakeProvider, Key, Signer, answered, begin, log_in, path_of, refused, settings,
    site, site_with, user_of,
};

const STALE: &str = "a login came back that can't be taken";

fn argument(location: &str, name: &str) -> String {
    let url = url::Url::parse(location).unwrap();
    let mut pairs = url.query_pairs();
    pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
}

type Forge = fn(&mut Draft);

#[tokio::test]
async fn forged_id_tokens_let_nobody_in() {
    const INVALID: &str = "a token was refused: it can't be verified";
    let forgeries: &[(&str, Forge, &str)] = &[
        (
            "alg none",
            |draft| {
                draft.header.insert("alg".into(), "none".into());
                draft.signer = Signer::Nobody;
            },
            INVALID,
        ),
        (
            "alg None, with a signature",
            |draft| {
                draft.header.insert("alg".into(), "none".into());
            },
            INVALID,
        ),
        (
            "no signature",
            |draft| draft.signer = Signer::Nobody,
            INVALID,
        ),
        (
            "signed with the client's secret",
            |draft| {
                draft.header.insert("alg".into(), "HS256".into());
                draft.signer = Signer::Secret(CLIENT.1.as_bytes().to_vec());
            },
            INVALID,
        ),
        (
            "another's key of the same name",
            |draft| {
                draft.signer = Signer::Key(Arc::new(Key::new("one")));
            },
            INVALID,
        ),
        (
            "another's key of another name",
            |draft| {
                draft.header.insert("kid".into(), "mine".into());
                draft.signer = Signer::Key(Arc::new(Key::new("mine")));
            },
            "the provider has no such key",
        ),
        (
            "a key that it brings along",
            |draft| {
                let key = Arc::new(Key::new("one"));
                draft.header.insert("jwk".into(), json!({"kty": "EC"}));
                draft
                    .header
                    .insert("jku".into(), "http://127.0.0.1:1/jwks".into());
                draft.signer = Signer::Key(key);
            },
            INVALID,
        ),
        (
            "another algorithm than the key's",
            |draft| {
                draft.header.insert("alg".into(), "RS256".into());
            },
            "the provider has no such key",
        ),
        (
            "a header that must be understood",
            |draft| {
                draft.header.insert("crit".into(), json!(["exp"]));
            },
            INVALID,
        ),
        (
            "iss of another",
            |draft| draft.claim("iss", "https://accounts.example.com"),
            INVALID,
        ),
        (
            "no iss",
            |draft| drop(draft.claims.remove("iss")),
            "no JWT with the claims of one",
        ),
        (
            "aud of another",
            |draft| draft.claim("aud", "another client"),
            INVALID,
        ),
        (
            "aud of us and another",
            |draft| draft.claim("aud", json!([CLIENT.0, "another"])),
            INVALID,
        ),
        ("no aud", |draft| drop(draft.claims.remove("aud")), INVALID),
        (
            "azp of another",
            |draft| draft.claim("azp", "another client"),
            "another client",
        ),
        (
            "expired",
            |draft| draft.claim("exp", 1_700_000_000),
            INVALID,
        ),
        (
            "no exp",
            |draft| drop(draft.claims.remove("exp")),
            "no JWT with the claims of one",
        ),
        (
            "another nonce",
            |draft| draft.claim("nonce", "another"),
            INVALID,
        ),
        (
            "no nonce",
            |draft| drop(draft.claims.remove("nonce")),
            INVALID,
        ),
        (
            "at_hash of another token",
            |draft| draft.claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"),
            "at_hash",
        ),
        (
            "a token of a logout",
            |draft| {
                draft.claim(
                    "events",
                    json!({"http://schemas.openid.net/event/backchannel-logout": {}}),
                );
            },
            "another kind",
        ),
        (
            "an access token",
            |draft| {
                draft.header.insert("typ".into(), "at+jwt".into());
            },
            INVALID,
        ),
        (
            "an access token of Keycloak",
            |draft| draft.claim("typ", "Bearer"),
            "another kind",
        ),
        (
            "no sub",
            |draft| drop(draft.claims.remove("sub")),
            "no JWT with the claims of one",
        ),
        (
            "an empty sub",
            |draft| draft.claim("sub", ""),
            "another user",
        ),
        (
            "another sub than that of userinfo",
            |draft| draft.claim("sub", "lee"),
            "another user",
        ),
    ];
    let fake = FakeProvider::start().await;
    for (name, forge, why) in forgeries {
        fake.forge(*forge);
        let browser = site([fake.provider()]);
        let status = 403;
        println!("{name}");
        refused(&browser, log_in(&browser, &fake), status, why).await;
    }
    fake.forge(|_| ());
    let browser = site([fake.provider()]);
    log_in(&browser, &fake).await;
    assert!(user_of(&browser).await.is_some(), "what is right is taken");
}

#[tokio::test]
async fn what_is_no_token_at_all_lets_nobody_in() {
    let fake = FakeProvider::start().await;
    for (id_token, status, why) in [
        (json!("rubbish"), 403, "no JWT"),
        (json!("a.b.c"), 403, "no JWT"),
        (json!("e30.e30."), 403, "no JWT"),
        (json!(""), 403, "no JWT"),
        (json!(null), 502, "no ID token"),
        (json!({"sub": "kim"}), 502, "no ID token"),
    ] {
        fake.change(|script| {
            let id_token = id_token.clone();
            script.answer = Box::new(move |answer| answer["id_token"] = id_token.clone());
        });
        let browser = site([fake.provider()]);
        let _access = ExpectLog::new("tornado.access", "502").required(status == 502);
        refused(&browser, log_in(&browser, &fake), status, why).await;
    }
}

#[tokio::test]
async fn a_token_of_another_login_is_refused() {
    let fake = FakeProvider::start().await;
    let browser = site([fake.provider()]);
    log_in(&browser, &fake).await;
    let kims = fake.script.lock().unwrap().login["nonce"].clone();
    // The provider, or who is between, answers a stranger's login with Kim's token.
    fake.forge(move |draft| draft.claim("nonce", kims.clone()));
    let stranger = browser.another();
    refused(
        &stranger,
        log_in(&stranger, &fake),
        403,
        "can't be verified",
    )
    .await;
}

#[tokio::test]
async fn a_code_is_taken_once() {
    let fake = FakeProvider::start().await;
    // The provider would take it again: that we don't is our own doing.
    fake.change(|script| script.careless = true);
    let browser = site([fake.provider()]);
    let there = begin(&browser, "/login/0").await;
    let back = path_of(&fake.visit(&there).await);
    let stolen = twin(&browser, &there);
    assert_eq!(browser.get(&back).await.status(), 302);
    answered(async { browser.get(&back).await }, 400, STALE).await;
    refused(
        &stolen,
        async { stolen.get(&back).await },
        400,
        "it has come back before",
    )
    .await;
}

/// A browser with the same cookie of the login.
fn twin(browser: &TestClient, there: &str) -> TestClient {
    let other = browser.another();
    let name = format!("_oauth_state_{}", &argument(there, "state")[..16]);
    other.set_cookie(&name, &browser.get_cookie(&name).unwrap());
    other
}

#[tokio::test]
async fn a_login_comes_back_to_the_browser_that_began_it() {
    let fake = FakeProvider::start().await;
    let stranger = site([fake.provider()]);
    let there = begin(&stranger, "/login/0").await;
    let back = path_of(&fake.visit(&there).await);
    // The stranger has Kim follow the link, to log Kim in as the stranger.
    let kim = stranger.another();
    refused(&kim, async { kim.get(&back).await }, 400, STALE).await;
    // A login of Kim's own, begun before, does not help.
    begin(&kim, "/login/0").await;
    refused(&kim, async { kim.get(&back).await }, 400, STALE).await;
}

#[tokio::test]
async fn a_state_without_its_cookie_is_nothing() {
    let fake = FakeProvider::start().await;
    let kim = site([fake.provider()]);
    let there = begin(&kim, "/login/0").await;
    let state = argument(&there, "state");
    let name = format!("_oauth_state_{}", &state[..16]);
    let cookie = kim.get_cookie(&name).unwrap();
    let back = format!("/login/0?code=mine&state={state}");

    let stranger = kim.another();
    for (name, cookie) in [
        // Forged, cut, and renamed.
        (
            name.clone(),
            "2|1:0|10:1700000000|4:name|4:YWJj|00".to_owned(),
        ),
        (name.clone(), cookie[..cookie.len() - 1].to_owned()),
        ("_oauth_state_AAAAAAAAAAAAAAAA".to_owned(), cookie.clone()),
    ] {
        let stranger = stranger.another();
        stranger.set_cookie(&name, &cookie);
        let _signature = ExpectLog::new("tornado.general", ".*").required(false);
        refused(&stranger, async { stranger.get(&back).await }, 400, STALE).await;
    }
    // Kim's cookie, and a state that only begins as Kim's.
    let near = format!("/login/0?code=mine&state={}", &state[..16]);
    refused(&kim, async { kim.get(&near).await }, 400, STALE).await;
    for back in [
        "/login/0?code=mine",
        "/login/0?code=mine&state=",
        "/login/0?code=&state=a",
    ] {
        refused(&kim, async { kim.get(back).await }, 400, STALE).await;
    }
}

#[tokio::test]
async fn a_login_ends_after_ten_minutes() {
    let fake = FakeProvider::start().await;
    let browser = site([fake.provider()]);
    let there = begin(&browser, "/login/0").await;
    let kept = twin(&browser, &there);
    let back = path_of(&fake.visit(&there).await);
    browser.advance(std::time::Duration::from_secs(601));
    refused(&kept, async { kept.get(&back).await }, 400, STALE).await;
}

#[tokio::test]
async fn a_code_of_another_login_is_refused_by_its_verifier() {
    let fake = FakeProvider::start().await;
    let kim = site([fake.provider()]);
    let kims = begin(&kim, "/login/0").await;
    let stranger = kim.another();
    let strangers = begin(&stranger, "/login/0").await;
    // Kim's code, in the stranger's login.
    let code = argument(&fake.visit(&kims).await, "code");
    let back = format!(
        "/login/0?code={code}&state={}",
        argument(&strangers, "state")
    );
    let why = "has refused: invalid_grant";
    refused(&stranger, async { stranger.get(&back).await }, 400, why).await;
}

#[tokio::test]
async fn providers_are_not_mixed_up() {
    let (honest, evil) = (FakeProvider::start().await, FakeProvider::start().await);
    honest.change(|script| script.iss = Some(honest.issuer()));
    let browser = site([evil.provider(), honest.provider()]);

    // A login of one comes back to the address of the other.
    let there = begin(&browser, "/login/0").await;
    let state = argument(&there, "state");
    let back = format!("/login/1?code=a&state={state}");
    refused(
        &browser,
        async { browser.get(&back).await },
        400,
        "another provider",
    )
    .await;

    // One sends the user on to the other, to be sent that one's code.
    let there = begin(&browser, "/login/0").await;
    let on = there.replace(&evil.issuer(), &honest.issuer());
    let back = path_of(&honest.visit(&on).await);
    refused(
        &browser,
        async { browser.get(&back).await },
        400,
        "another provider has answered",
    )
    .await;
    assert_eq!(evil.asked("/token"), 0);
}

#[tokio::test]
async fn an_issuer_that_is_promised_has_to_come() {
    let fake = FakeProvider::start().await;
    fake.change(|script| {
        script.metadata = Box::new(|metadata| {
            metadata["authorization_response_iss_parameter_supported"] = true.into();
        });
    });
    let browser = site([fake.provider()]);
    refused(
        &browser,
        log_in(&browser, &fake),
        400,
        "another provider has answered",
    )
    .await;
    fake.change(|script| script.iss = Some(fake.issuer()));
    log_in(&browser, &fake).await;
    assert!(user_of(&browser).await.is_some());
}

#[tokio::test]
async fn a_provider_can_not_pose_as_another() {
    let fake = FakeProvider::start().await;
    fake.change(|script| {
        script.metadata =
            Box::new(|metadata| metadata["issuer"] = "https://accounts.google.com".into());
    });
    let browser = site([fake.provider()]);
    let _access = ExpectLog::new("tornado.access", "500");
    let why = "is of the issuer";
    refused(&browser, async { browser.get("/login/0").await }, 500, why).await;
}

#[tokio::test]
async fn nobody_is_sent_away_after_a_login() {
    let fake = FakeProvider::start().await;
    for (next, expected) in [
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/%5Cevil.example", "/"),
        ("/%09/evil.example", "/"),
        ("http://localhost.evil.example/", "/"),
        ("http://localhost@evil.example/", "/"),
        ("http://localhost//evil.example", "/"),
        ("http://localhost/cart", "/cart"),
        ("javascript:alert(1)", "/"),
        ("/cart%3Fa%3D//b", "/cart?a=//b"),
    ] {
        let browser = site([fake.provider()]);
        let there = begin(&browser, &format!("/login/0?next={next}")).await;
        let back = fake.visit(&there).await;
        // What comes back is no longer asked.
        let back = format!("{}&next=//evil.example", path_of(&back));
        let response = browser.get(&back).await;
        assert_eq!(response.header("Location"), Some(expected), "{next}");
    }
}

#[tokio::test]
async fn a_provider_can_not_send_us_anywhere() {
    let fake = FakeProvider::start().await;
    let elsewhere = format!("{}/elsewhere", fake.issuer());
    for endpoint in ["token_endpoint", "jwks_uri", "userinfo_endpoint"] {
        let elsewhere = elsewhere.clone();
        fake.change(|script| {
            script.metadata =
                Box::new(move |metadata| metadata[endpoint] = elsewhere.clone().into());
        });
        let browser = site([fake.provider()]);
        let _access = ExpectLog::new("tornado.access", "502");
        refused(
            &browser,
            log_in(&browser, &fake),
            502,
            "the (provider has answered|answer of)",
        )
        .await;
    }
    for endpoint in [
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "http://example.com/token",
    ] {
        fake.change(|script| {
            script.metadata =
                Box::new(move |metadata| metadata["token_endpoint"] = endpoint.into());
        });
        let browser = site([fake.provider()]);
        let _access = ExpectLog::new("tornado.access", "500");
        refused(
            &browser,
            log_in(&browser, &fake),
            500,
            "(has to be `https`|no address of the web)",
        )
        .await;
    }
}

#[tokio::test]
async fn parameters_of_the_application_do_not_take_the_place_of_ours() {
    let fake = FakeProvider::start().await;
    let provider = [
        "state",
        "nonce",
        "code_challenge",
        "response_type",
        "redirect_uri",
        "client_id",
    ]
    .iter()
    .fold(fake.provider(), |provider, name| {
        provider.extra_param(*name, "mine")
    });
    let browser = site([provider]);
    let there = begin(&browser, "/login/0").await;
    assert!(!there.contains("=mine"), "{there}");
}

#[tokio::test]
async fn no_secret_is_in_a_log_or_on_a_page() {
    let fake = FakeProvider::start().await;
    fake.forge(|draft| draft.claim("aud", "another client"));
    let browser = site_with([fake.provider()], settings().serve_traceback(true));
    let leak = "(?s).*(an access token|a refresh token|its secret)";
    let leak = ExpectLog::new("", leak).required(false);
    let response = refused(&browser, log_in(&browser, &fake), 403, "can't be verified").await;
    assert_eq!(leak.matched(), 0);
    for secret in ["an access token", "a refresh token", CLIENT.1] {
        assert!(!response.text().contains(secret), "{}", response.text());
    }
    let provider = OAuth2Provider::discover("https://example.com").client("id", "hunter2");
    assert!(!format!("{provider:?}").contains("hunter2"));
}
