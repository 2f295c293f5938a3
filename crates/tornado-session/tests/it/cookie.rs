//! The cookie: its attributes, and the keys that sign it.

use tornado_cookies::{CookieSecret, DecodeOptions, SameSite, decode_signed_value};
use tornado_core::Settings;
use tornado_session::{MemoryStore, SessionSettings as _};

use crate::support::{Site, good, set_cookies};

/// The attributes of the cookie that begins a session, and of the one that
/// removes it, without value and date.
async fn attributes(settings: Settings, url: &str) -> [String; 2] {
    let browser = Site::new(settings).browser().base_url(url);
    let set = set_cookies(&browser.get("/set/a=1").await).remove(0);
    // Even if a browser would not send it to this path.
    let (pair, _) = set.split_once("; ").expect("it has attributes");
    let logout = browser.another().get("/logout/").header("Cookie", pair);
    let removal = set_cookies(&logout.await).remove(0);
    assert!(removal.contains("=\"\"; "), "{removal}");
    [set, removal].map(|cookie| {
        let mut words: Vec<_> = cookie.split("; ").collect();
        words.remove(0);
        assert!(words.iter().any(|word| word.starts_with("expires=")));
        words.retain(|word| !word.starts_with("expires="));
        words.join("; ")
    })
}

#[tokio::test]
async fn attributes_are_the_same_when_it_is_set_and_removed() {
    let (http, https) = ("http://localhost", "https://localhost");
    for (settings, url, expected) in [
        (good(), http, "HttpOnly; Path=/; SameSite=Lax"),
        (good(), https, "HttpOnly; Path=/; SameSite=Lax; Secure"),
        (
            good().session_cookie_secure(false),
            https,
            "HttpOnly; Path=/; SameSite=Lax",
        ),
        (
            good().session_cookie_secure(true),
            http,
            "HttpOnly; Path=/; SameSite=Lax; Secure",
        ),
        (
            good()
                .session_cookie_path("/shop")
                .session_cookie_domain("a.com")
                .session_cookie_samesite(SameSite::Strict),
            http,
            "Domain=a.com; HttpOnly; Path=/shop; SameSite=Strict",
        ),
        (
            good().session_cookie_samesite(SameSite::None),
            http,
            "HttpOnly; Path=/; SameSite=None; Secure",
        ),
        (
            good()
                .session_cookie_samesite(SameSite::None)
                .session_cookie_partitioned(true),
            http,
            "HttpOnly; Partitioned; Path=/; SameSite=None; Secure",
        ),
        (
            good().session_cookie_name("__Host-s"),
            http,
            "HttpOnly; Path=/; SameSite=Lax; Secure",
        ),
        (
            good()
                .session_cookie_name("__Secure-s")
                .session_cookie_path("/a"),
            http,
            "HttpOnly; Path=/a; SameSite=Lax; Secure",
        ),
    ] {
        for attributes in attributes(settings, url).await {
            assert_eq!(attributes, expected);
        }
    }
}

#[tokio::test]
async fn it_is_a_signed_value_of_the_id_and_the_store_has_a_hash_of_it() {
    let store = MemoryStore::new();
    let kim = Site::new(good().session_store(store.clone())).browser();
    kim.get("/set/a=1").await;
    let secret = CookieSecret::from("a secret of the tests");
    let signed = kim.get_cookie("s").unwrap();
    let id = decode_signed_value(&secret, "s", &signed, &DecodeOptions::new()).unwrap();
    let id = tornado_session::SessionId::parse(&id).unwrap();
    let record = tornado_session::SessionStore::load(&store, &id.store_key()).await;
    assert_eq!(record.unwrap().unwrap().data()["a"].as_str(), "\"1\"");
    assert_ne!(id.store_key().as_str(), id.reveal());
}

#[tokio::test]
async fn a_cookie_that_an_old_key_has_signed_is_signed_anew() {
    let store = MemoryStore::new();
    let keyed = |keys: &[(u32, &'static str)], signs| {
        let secret = CookieSecret::keyed(keys.iter().copied(), signs).unwrap();
        let settings = Settings::new().cookie_secret(secret);
        Site::new(
            settings
                .session_cookie_name("s")
                .session_store(store.clone()),
        )
    };
    let first = keyed(&[(1, "one")], 1);
    let both = keyed(&[(1, "one"), (2, "two")], 2);
    let second = keyed(&[(2, "two")], 2);

    let kim = first.browser();
    kim.get("/set/a=1").await;
    let old = kim.get_cookie("s").unwrap();
    assert!(set_cookies(&kim.get("/show/").await).is_empty());

    // Reading is enough, and once is enough.
    let moved = both.browser();
    moved.set_cookie("s", &old);
    let response = moved.get("/show/").await;
    assert_eq!(response.text(), "a=1");
    let cookie = set_cookies(&response).remove(0);
    assert!(cookie.contains("; HttpOnly; ") && cookie.contains("expires="));
    let new = moved.get_cookie("s").unwrap();
    assert_ne!(new, old);
    assert!(set_cookies(&moved.get("/show/").await).is_empty());

    let late = second.browser();
    late.set_cookie("s", &new);
    assert_eq!(late.get("/show/").await.text(), "a=1");
    late.set_cookie("s", &old);
    assert_eq!(late.get("/show/").await.text(), "", "the old key is gone");

    // A logout stays a logout, and an error sends nothing.
    let kim = both.browser();
    kim.set_cookie("s", &old);
    assert!(set_cookies(&kim.get("/logout/").await)[0].starts_with("s=\"\";"));
}

#[tokio::test]
async fn a_setting_that_is_nearly_one_of_sessions_is_logged_once() {
    let line = "unknown setting `sesion_expiry`; did you mean `session_expiry`\\?$";
    let expected = tornado_testing::ExpectLog::new("tornado.general", line);
    let browser = Site::new(good().set("sesion_expiry", 60).set("colour", "red")).browser();
    for _ in 0..2 {
        assert_eq!(browser.get("/set/a=1").await.status(), 200);
    }
    assert_eq!(expected.matched(), 1);
}
