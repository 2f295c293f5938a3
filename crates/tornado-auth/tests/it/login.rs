//! Logins that are as they should be.

use tornado_testing::ExpectLog;
use tornado_web::Settings;
use tornado_web::auth::OAuth2Provider;
use tornado_web::session::SessionSettings as _;

use crate::support::{
    CLIENT, FakeProvider, begin, log_in, path_of, refused, settings, site, site_with, user_of,
};

#[tokio::test]
async fn a_user_goes_to_the_provider_and_comes_back() {
    let fake = FakeProvider::start().await;
    let browser = site([fake.provider()]);
    let there = begin(&browser, "/login/0?next=/cart%3Fa%3Db").await;
    let back = fake.visit(&there).await;
    let response = browser.get(&path_of(&back)).await;
    assert_eq!(response.header("Location"), Some("/cart?a=b"));
    let user = format!("{}#kim", fake.issuer());
    assert_eq!(user_of(&browser).await.as_deref(), Some(&*user));

    let script = fake.script.lock().unwrap();
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT.0),
        ("redirect_uri", "http://localhost/login/0"),
        ("scope", "openid email profile"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(script.login[name], value);
    }
    let token = &script.token;
    assert_eq!(token["redirect_uri"], "http://localhost/login/0");
    assert_eq!(token["code"], "the code");
    // In the header alone, each form-urlencoded first (RFC 6749, 2.3.1).
    assert!(!token.contains_key("client_secret") && !token.contains_key("client_id"));
    let basic = "Basic bXkrY2xpZW50Oml0cytzZWNyZXQlM0ErJTI1JTJCJTI2";
    assert_eq!(script.authorization.as_deref(), Some(basic));
}

#[tokio::test]
async fn the_cookie_of_a_login_is_for_this_host_and_gone_afterwards() {
    let fake = FakeProvider::start().await;
    let settings = || settings().session_cookie_partitioned(true);
    for (base, settings, prefix, attributes) in [
        (
            "http://localhost",
            settings as fn() -> Settings,
            "__Host-",
            "HttpOnly; Max-Age=600; Partitioned; Path=/; SameSite=None; Secure",
        ),
        (
            "http://localhost",
            crate::support::settings,
            "",
            "HttpOnly; Max-Age=600; Path=/; SameSite=Lax",
        ),
        (
            "https://example.com",
            crate::support::settings,
            "__Host-",
            "HttpOnly; Max-Age=600; Path=/; SameSite=Lax; Secure",
        ),
    ] {
        let browser = site_with([fake.provider()], settings()).base_url(base);
        let response = browser.get("/login/0").await;
        let cookie = response.header("Set-Cookie").unwrap();
        assert!(
            cookie.starts_with(&format!("{prefix}_oauth_state_")),
            "{cookie}"
        );
        assert!(cookie.ends_with(attributes), "{cookie}");
        if base == "http://localhost" && !prefix.is_empty() {
            continue; // A browser keeps it on `localhost`; the one of the tests does not.
        }
        let name = cookie.split('=').next().unwrap();
        assert!(browser.get_cookie(name).is_some());
        let back = fake.visit(response.header("Location").unwrap()).await;
        assert_eq!(browser.get(&path_of(&back)).await.status(), 302);
        assert_eq!(browser.get_cookie(name), None);
        assert!(user_of(&browser).await.is_some());
    }
}

#[tokio::test]
async fn two_tabs_log_in_beside_each_other() {
    let fake = FakeProvider::start().await;
    let browser = site([fake.provider()]);
    let one = begin(&browser, "/login/0?next=/one").await;
    let two = begin(&browser, "/login/0?next=/two").await;
    for (there, next) in [(one, "/one"), (two, "/two")] {
        let back = fake.visit(&there).await;
        let response = browser.get(&path_of(&back)).await;
        assert_eq!(response.header("Location"), Some(next));
    }
}

#[tokio::test]
async fn nobody_can_fill_a_browser_with_cookies_of_logins() {
    let fake = FakeProvider::start().await;
    let browser = site([fake.provider()]);
    for _ in 0..20 {
        begin(&browser, "/login/0").await;
    }
    let there = begin(&browser, "/login/0").await;
    let count: usize = browser.get("/cookies").await.text().parse().unwrap();
    assert!(count <= 8, "{count} cookies");
    let back = fake.visit(&there).await;
    assert_eq!(browser.get(&path_of(&back)).await.status(), 302);
}

#[tokio::test]
async fn what_a_provider_says_of_itself_is_asked_for_once() {
    let fake = FakeProvider::start().await;
    let provider = fake.provider();
    let browser = site([provider.clone(), provider.extra_param("prompt", "login")]);
    for _ in 0..2 {
        log_in(&browser, &fake).await;
    }
    let there = begin(&browser, "/login/1").await;
    assert!(there.ends_with("&prompt=login"), "{there}");
    assert_eq!(fake.asked("/.well-known/openid-configuration"), 1);
    assert_eq!(fake.asked("/jwks"), 1);
}

#[tokio::test]
async fn new_keys_are_fetched_when_a_token_names_them() {
    let fake = FakeProvider::start().await;
    let browser = site([fake.provider()]);
    log_in(&browser, &fake).await;
    let key = std::sync::Arc::new(crate::support::Key::new("two"));
    fake.change(|script| {
        script.keys = vec![key.clone()];
        script.key = key;
    });
    let other = browser.another();
    log_in(&other, &fake).await;
    assert!(user_of(&other).await.is_some());
    assert_eq!(fake.asked("/jwks"), 2);
}

#[tokio::test]
async fn an_answer_as_a_form_is_sent_once_more_by_our_own_page() {
    let fake = FakeProvider::start().await;
    let provider = fake.provider().extra_param("response_mode", "form_post");
    let browser = site([provider]);
    let there = begin(&browser, "/login/0").await;
    let back = fake.visit(&there).await;
    let query = url::Url::parse(&back).unwrap();
    let fields: Vec<(String, String)> = query.query_pairs().into_owned().collect();

    // A form of another site comes without the cookies.
    let page = browser.another().post("/login/0").form(&fields).await;
    assert_eq!(page.status(), 200);
    assert!(
        page.text()
            .contains("<input type=\"hidden\" name=\"code\" value=\"the code\">")
    );
    assert!(page.text().contains("name=\"_sent_on\""), "{}", page.text());
    assert_eq!(page.header("Cache-Control"), Some("no-store"));

    let mut sent_on = fields.clone();
    sent_on.push(("_sent_on".to_owned(), "1".to_owned()));
    let attempt = async { browser.another().post("/login/0").form(&sent_on).await };
    refused(
        &browser,
        attempt,
        400,
        "a login came back that can't be taken",
    )
    .await;
    let response = browser.post("/login/0").form(&sent_on).await;
    assert_eq!(response.status(), 302);
    assert!(user_of(&browser).await.is_some());
}

#[tokio::test]
async fn who_refuses_to_be_logged_in_is_sent_to_a_page_of_ours() {
    let fake = FakeProvider::start().await;
    let browser = site([fake.provider(), fake.provider().denied_url("/welcome")]);
    let denied = async |path: &str| {
        let there = url::Url::parse(&begin(&browser, path).await).unwrap();
        let state = there
            .query_pairs()
            .find(|(name, _)| name == "state")
            .unwrap()
            .1
            .into_owned();
        format!("{path}?error=access_denied&state={state}")
    };
    let path = denied("/login/0").await;
    let response = refused(
        &browser,
        async { browser.get(&path).await },
        403,
        "access_denied",
    )
    .await;
    assert!(response.text().contains("The login was refused."));
    let path = denied("/login/1").await;
    assert_eq!(
        browser.get(&path).await.header("Location"),
        Some("/welcome")
    );
    // Nobody is sent anywhere who did not come from here.
    let attempt = async { browser.get("/login/1?error=access_denied").await };
    refused(
        &browser,
        attempt,
        400,
        "a login came back that can't be taken",
    )
    .await;
}

#[tokio::test]
async fn a_provider_that_is_down_is_a_503_that_says_so() {
    let gone = format!("http://127.0.0.1:{}", test_support::free_port());
    let browser = site([OAuth2Provider::discover(gone).client("a", "b")]);
    let _access = ExpectLog::new("tornado.access", "503 GET /login/0");
    let attempt = async { browser.get("/login/0").await };
    let response = refused(&browser, attempt, 503, "the provider can't be asked at").await;
    assert!(
        response
            .text()
            .contains("The login provider is out of reach.")
    );
}

#[tokio::test]
async fn a_provider_that_hangs_is_one_that_is_down() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let hangs = format!("http://{}", listener.local_addr().unwrap());
    let provider = OAuth2Provider::discover(hangs).client("a", "b");
    let provider = provider.timeout(std::time::Duration::from_millis(200));
    let browser = site([provider]);
    let _access = ExpectLog::new("tornado.access", "503 GET /login/0");
    refused(
        &browser,
        async { browser.get("/login/0").await },
        503,
        "the provider",
    )
    .await;
}

#[tokio::test]
async fn an_issuer_that_is_written_with_a_slash_is_the_same() {
    let fake = FakeProvider::start().await;
    let provider = OAuth2Provider::discover(format!("{}/", fake.issuer()));
    let browser = site([provider.client(CLIENT.0, CLIENT.1)]);
    log_in(&browser, &fake).await;
    let user = format!("{}#kim", fake.issuer());
    assert_eq!(user_of(&browser).await.as_deref(), Some(&*user));
}

#[tokio::test]
async fn a_provider_of_oauth2_alone_tells_who_it_is_at_another_address() {
    let fake = FakeProvider::start().await;
    let at = |path: &str| format!("{}{path}", fake.issuer());
    let provider = OAuth2Provider::new(&at("/authorize"), &at("/token"))
        .userinfo(at("/userinfo"), "id")
        .client(CLIENT.0, CLIENT.1);
    let browser = site([provider]);
    fake.change(|script| script.userinfo = serde_json::json!({"id": 4711, "login": "kim"}));
    log_in(&browser, &fake).await;
    let user = format!("{}#4711", fake.issuer());
    assert_eq!(user_of(&browser).await.as_deref(), Some(&*user));
    let script = fake.script.lock().unwrap();
    assert_eq!(script.token["client_secret"], CLIENT.1);
    assert!(!script.login.contains_key("nonce"));
    assert!(script.login.contains_key("code_challenge"));
}
