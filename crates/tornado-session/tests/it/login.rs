//! Logins, and the sessions of a user on all devices.

use tornado_core::log::capture::ExpectLog;
use tornado_session::{MemoryStore, SessionSettings as _, SessionStore as _};

use crate::flaky::Flaky;
use crate::support::{Browser, Site, good, set_cookies};

/// Logs in from another device.
async fn device(site: &Site, user: &str, name: &str) -> Browser {
    let mut browser = site.browser();
    browser.get(&format!("/set/device={name}")).await;
    browser.get(&format!("/login/{user}")).await;
    browser
}

/// The names of the user's devices and their keys, in the order of the list.
async fn devices(browser: &mut Browser) -> Vec<(String, String)> {
    let list = browser.get("/devices/").await;
    let pair = |line: &str| {
        line.split_once(' ')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
    };
    list.lines().filter_map(pair).collect()
}

#[tokio::test]
async fn a_login_keeps_the_cart_and_gives_a_new_id() {
    let site = Site::new(good());
    let mut kim = site.browser();
    kim.get("/set/cart=1").await;
    let before = kim.clone();
    assert_eq!(kim.get("/login/kim").await, "<kim> cart=1");
    assert_ne!(kim.cookies, before.cookies);
    assert_eq!(kim.get("/show/").await, "<kim> cart=1");
    assert_eq!(before.clone().get("/show/").await, "", "no fixation");
    // Once more is a new id once more.
    let before = kim.clone();
    kim.get("/login/kim").await;
    assert_ne!(kim.cookies, before.cookies);
    assert_eq!(kim.get("/show/").await, "<kim> cart=1");
}

#[tokio::test]
async fn a_login_without_a_session_begins_one() {
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let mut kim = site.browser();
    assert_eq!(kim.get("/login/kim").await, "<kim>");
    assert_eq!(kim.get("/show/").await, "<kim>");
    assert_eq!(store.len(), 1);
    kim.get("/logout/").await;
    assert!(store.is_empty() && kim.cookies.is_empty());
}

#[tokio::test]
async fn nobody_gets_what_another_user_has_in_the_session() {
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let mut browser = site.browser();
    browser.get("/login/kim").await;
    browser.get("/set/secret=1").await;
    let kims = browser.clone();
    assert_eq!(browser.get("/login/lee").await, "<lee>");
    assert_eq!(browser.get("/show/").await, "<lee>");
    assert_eq!(kims.clone().get("/show/").await, "", "hers has ended");
    assert_eq!(store.len(), 1);
}

#[tokio::test]
async fn who_logs_in_has_a_session_even_if_that_one_has_ended_meanwhile() {
    let _log = ExpectLog::new();
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    for other in ["/logout/", "/login/lee", "/regenerate/"] {
        let mut kim = site.browser();
        kim.get("/set/a=1").await;
        let mut tab = kim.clone();
        let login = kim.spawn("/slow/login:kim");
        site.arrived(1).await;
        tab.get(other).await;
        site.gates.open.add_permits(1);
        let response = login.await.unwrap();
        assert_eq!(response.status(), 200, "{other}");
        kim.take(&response);
        assert_eq!(kim.get("/show/").await, "<kim>", "after {other}");
        assert_ne!(kim.cookies, tab.cookies);
        let theirs = tab.get("/show/").await;
        assert!(!theirs.contains("kim"), "after {other}: {theirs}");
    }
}

#[tokio::test]
async fn a_login_gives_a_new_xsrf_token_where_there_are_any() {
    let mut kim = Site::new(good()).browser();
    kim.get("/login/kim").await;
    assert!(!kim.cookies.contains_key("_xsrf"));

    let mut kim = Site::new(good().xsrf_cookies(true)).browser();
    kim.get("/set/a=1").await;
    kim.cookies.insert("_xsrf".to_owned(), "0".repeat(32));
    let response = kim.ask("/login/kim").await;
    let cookies = set_cookies(&response);
    let xsrf = cookies.iter().find(|cookie| cookie.starts_with("_xsrf="));
    let xsrf = xsrf.expect("a new token");
    // As the cookie of a user, it lasts.
    assert!(
        xsrf.starts_with("_xsrf=2|") && xsrf.contains("expires="),
        "{xsrf}"
    );
    assert_eq!(kim.get("/show/").await, "<kim> a=1");
}

#[tokio::test]
async fn two_logins_one_after_the_other_with_one_id_are_two_sessions() {
    let _log = ExpectLog::new();
    let site = Site::new(good());
    let mut kim = site.browser();
    kim.get("/set/a=1").await;
    let mut twice = kim.clone();
    kim.get("/login/kim").await;
    assert_eq!(twice.get("/login/kim").await, "<kim>");
    assert_eq!(kim.get("/show/").await, "<kim> a=1");
    assert_eq!(twice.get("/show/").await, "<kim>");
}

#[tokio::test]
async fn an_id_of_a_user_that_can_be_none_is_an_error() {
    let mut log = ExpectLog::new();
    let site = Site::new(good());
    let long = format!("/login/{}", "x".repeat(1025));
    for path in ["/login/", "/login/a%00b", &long] {
        let response = site.browser().ask(path).await;
        assert_eq!(response.status(), 500);
        log.expect("the id of a user has 1 to 1024 bytes");
        log.expect("500 GET /login/");
        assert!(set_cookies(&response).is_empty());
    }
    let path = format!("/login/{}", "x".repeat(1024));
    assert_eq!(site.browser().ask(&path).await.status(), 200);
}

#[tokio::test]
async fn a_user_sees_all_devices_and_ends_the_others() {
    let _log = ExpectLog::new();
    let site = Site::new(good());
    let mut phone = device(&site, "kim", "phone").await;
    let mut tablet = device(&site, "kim", "tablet").await;
    let mut laptop = device(&site, "kim", "laptop").await;
    let mut lee = device(&site, "lee", "desk").await;

    let mut list = devices(&mut laptop).await;
    list.sort();
    let names: Vec<_> = list.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["laptop*", "phone", "tablet"]);
    let phones = &list[1].1;

    assert_eq!(lee.get(&format!("/revoke/{phones}")).await, "false");
    assert_eq!(phone.get("/show/").await, "<kim> device=phone");
    for key in ["", "x", "..%2F", &"A".repeat(43)] {
        assert_eq!(laptop.get(&format!("/revoke/{key}")).await, "false");
    }
    assert_eq!(laptop.get(&format!("/revoke/{phones}")).await, "true");
    assert_eq!(laptop.get(&format!("/revoke/{phones}")).await, "false");
    assert_eq!(phone.get("/show/").await, "");

    device(&site, "kim", "watch").await;
    assert_eq!(laptop.get("/others/").await, "2");
    assert_eq!(tablet.get("/show/").await, "");
    assert_eq!(devices(&mut laptop).await.len(), 1);
    assert_eq!(devices(&mut lee).await.len(), 1);

    // The own one: that is a logout.
    let own = devices(&mut laptop).await.remove(0).1;
    assert_eq!(laptop.get(&format!("/revoke/{own}")).await, "true");
    assert!(laptop.cookies.is_empty());
    assert_eq!(lee.get("/show/").await, "<lee> device=desk");
}

#[tokio::test]
async fn a_session_that_was_revoked_is_not_brought_back_by_a_request_in_flight() {
    let mut log = ExpectLog::new();
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let phone = device(&site, "kim", "phone").await;
    let mut laptop = device(&site, "kim", "laptop").await;
    let slow = phone.spawn("/slow/b=1");
    site.arrived(1).await;
    assert_eq!(laptop.get("/others/").await, "1");
    site.gates.open.add_permits(1);
    slow.await.unwrap();
    log.expect("Session not saved");
    assert_eq!(phone.clone().get("/show/").await, "");
    assert_eq!(store.list_owned("kim").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_store_that_is_down_is_a_500_for_lists_too() {
    let mut log = ExpectLog::new();
    let store = Flaky::default();
    let site = Site::new(good().session_store(store.clone()));
    let mut kim = device(&site, "kim", "phone").await;
    store.writes_fail(true);
    assert_eq!(kim.ask("/others/").await.status(), 500);
    log.expect("the store is down");
    log.expect("500 GET /others/");
    store.writes_fail(false);
    assert_eq!(kim.get("/show/").await, "<kim> device=phone");
}
