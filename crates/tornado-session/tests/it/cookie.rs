//! The cookie: its attributes, and the keys that sign it.

use tornado_cookies::{CookieSecret, DecodeOptions, SameSite, decode_signed_value};
use tornado_core::{Protocol, Settings};
use tornado_session::{MemoryStore, SessionSettings as _};

use crate::support::{Site, good, set_cookies};

/// The attributes of the cookie that begins a session, and of the one that
/// removes it, without value and date.
async fn attributes(settings: Settings, protocol: Protocol) -> [String; 2] {
    let mut kim = Site::new(settings).browser();
    kim.protocol = protocol;
    let set = set_cookies(&kim.ask("/set/a=1").await).remove(0);
    let removal = set_cookies(&kim.ask("/logout/").await).remove(0);
    assert!(kim.cookies.is_empty());
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
    use Protocol::{Http, Https};
    for (settings, protocol, expected) in [
        (good(), Http, "HttpOnly; Path=/; SameSite=Lax"),
        (good(), Https, "HttpOnly; Path=/; SameSite=Lax; Secure"),
        (
            good().session_cookie_secure(false),
            Https,
            "HttpOnly; Path=/; SameSite=Lax",
        ),
        (
            good().session_cookie_secure(true),
            Http,
            "HttpOnly; Path=/; SameSite=Lax; Secure",
        ),
        (
            good()
                .session_cookie_path("/shop")
                .session_cookie_domain("a.com")
                .session_cookie_samesite(SameSite::Strict),
            Http,
            "Domain=a.com; HttpOnly; Path=/shop; SameSite=Strict",
        ),
        (
            good().session_cookie_samesite(SameSite::None),
            Http,
            "HttpOnly; Path=/; SameSite=None; Secure",
        ),
        (
            good().session_cookie_name("__Host-s"),
            Http,
            "HttpOnly; Path=/; SameSite=Lax; Secure",
        ),
        (
            good()
                .session_cookie_name("__Secure-s")
                .session_cookie_path("/a"),
            Http,
            "HttpOnly; Path=/a; SameSite=Lax; Secure",
        ),
    ] {
        for attributes in attributes(settings, protocol).await {
            assert_eq!(attributes, expected);
        }
    }
}

#[tokio::test]
async fn it_is_a_signed_value_of_the_id_and_the_store_has_a_hash_of_it() {
    let store = MemoryStore::new();
    let mut kim = Site::new(good().session_store(store.clone())).browser();
    kim.get("/set/a=1").await;
    let secret = CookieSecret::from("a secret of the tests");
    let quoted = &kim.cookies["s"];
    let signed = quoted.trim_matches('"');
    let id = decode_signed_value(&secret, "s", signed, &DecodeOptions::new()).unwrap();
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

    let mut kim = first.browser();
    kim.get("/set/a=1").await;
    let old = kim.cookies["s"].clone();
    assert!(set_cookies(&kim.ask("/show/").await).is_empty());

    // Reading is enough, and once is enough.
    let mut moved = both.browser();
    moved.cookies = kim.cookies.clone();
    let response = moved.ask("/show/").await;
    assert_eq!(response.body(), "a=1");
    let cookie = set_cookies(&response).remove(0);
    assert!(cookie.contains("; HttpOnly; ") && cookie.contains("expires="));
    assert_ne!(moved.cookies["s"], old);
    assert!(set_cookies(&moved.ask("/show/").await).is_empty());

    let mut late = second.browser();
    late.cookies = moved.cookies.clone();
    assert_eq!(late.get("/show/").await, "a=1");
    late.cookies = kim.cookies.clone();
    assert_eq!(late.get("/show/").await, "", "the old key is gone");

    // A logout stays a logout, and an error sends nothing.
    let mut kim = both.browser();
    kim.cookies.insert("s".to_owned(), old);
    assert!(set_cookies(&kim.ask("/logout/").await)[0].starts_with("s=\"\";"));
}
