//! Logins, and the sessions of a user on all devices.

use std::future::IntoFuture as _;

use tornado_core::log::{ACCESS, GENERAL};
use tornado_session::{MemoryStore, SessionSettings as _, SessionStore as _};
use tornado_testing::{FailingStore, TestClient};

use crate::support::{OUT_OF_ORDER, Site, failure, good, once, set_cookies, twin};

/// Logs in from another device.
async fn device(site: &Site, user: &str, name: &str) -> TestClient {
    let browser = site.browser();
    browser.get(&format!("/set/device={name}")).await;
    browser.get(&format!("/login/{user}")).await;
    browser
}

/// The names of the user's devices and their keys, in the order of the list.
async fn devices(browser: &TestClient) -> Vec<(String, String)> {
    let list = browser.get("/devices/").await;
    let pair = |line: &str| {
        line.split_once(' ')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
    };
    list.text().lines().filter_map(pair).collect()
}

#[tokio::test]
async fn a_login_keeps_the_cart_and_gives_a_new_id() {
    let site = Site::new(good());
    let kim = site.browser();
    kim.get("/set/cart=1").await;
    let before = twin(&kim);
    assert_eq!(kim.get("/login/kim").await.text(), "<kim> cart=1");
    assert_ne!(kim.get_cookie("s"), before.get_cookie("s"));
    assert_eq!(kim.get("/show/").await.text(), "<kim> cart=1");
    assert_eq!(before.get("/show/").await.text(), "", "no fixation");
    // Another login means another new id.
    let before = twin(&kim);
    kim.get("/login/kim").await;
    assert_ne!(kim.get_cookie("s"), before.get_cookie("s"));
    assert_eq!(kim.get("/show/").await.text(), "<kim> cart=1");
}

#[tokio::test]
async fn a_login_without_a_session_begins_one() {
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let kim = site.browser();
    assert_eq!(kim.get("/login/kim").await.text(), "<kim>");
    assert_eq!(kim.get("/show/").await.text(), "<kim>");
    assert_eq!(store.len(), 1);
    kim.get("/logout/").await;
    assert!(store.is_empty() && kim.get_cookie("s").is_none());
}

#[tokio::test]
async fn nobody_gets_what_another_user_has_in_the_session() {
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let browser = site.browser();
    browser.get("/login/kim").await;
    browser.get("/set/secret=1").await;
    let kims = twin(&browser);
    assert_eq!(browser.get("/login/lee").await.text(), "<lee>");
    assert_eq!(browser.get("/show/").await.text(), "<lee>");
    assert_eq!(kims.get("/show/").await.text(), "", "hers has ended");
    assert_eq!(store.len(), 1);
}

#[tokio::test]
async fn who_logs_in_has_a_session_even_if_that_one_has_ended_meanwhile() {
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    for other in ["/logout/", "/login/lee", "/regenerate/"] {
        let kim = site.browser();
        kim.get("/set/a=1").await;
        let tab = twin(&kim);
        let login = tokio::spawn(kim.get("/slow/login:kim").into_future());
        site.arrived(1).await;
        tab.get(other).await;
        site.gates.open.add_permits(1);
        let response = login.await.unwrap();
        assert_eq!(response.status(), 200, "{other}");
        assert_eq!(kim.get("/show/").await.text(), "<kim>", "after {other}");
        assert_ne!(kim.get_cookie("s"), tab.get_cookie("s"));
        let theirs = tab.get("/show/").await;
        assert!(!theirs.text().contains("kim"), "after {other}: {theirs:?}");
    }
}

#[tokio::test]
async fn a_login_gives_a_new_xsrf_token_where_there_are_any() {
    let kim = Site::new(good()).browser();
    kim.get("/login/kim").await;
    assert_eq!(kim.get_cookie("_xsrf"), None);

    let kim = Site::new(good().xsrf_cookies(true)).browser();
    kim.get("/set/a=1").await;
    kim.set_cookie("_xsrf", &"0".repeat(32));
    let response = kim.get("/login/kim").await;
    let cookies = set_cookies(&response);
    let xsrf = cookies.iter().find(|cookie| cookie.starts_with("_xsrf="));
    let xsrf = xsrf.expect("a new token");
    // As the cookie of a user, it lasts.
    assert!(
        xsrf.starts_with("_xsrf=2|") && xsrf.contains("expires="),
        "{xsrf}"
    );
    assert_eq!(kim.get("/show/").await.text(), "<kim> a=1");
}

#[tokio::test]
async fn two_logins_one_after_the_other_with_one_id_are_two_sessions() {
    let site = Site::new(good());
    let kim = site.browser();
    kim.get("/set/a=1").await;
    let twice = twin(&kim);
    kim.get("/login/kim").await;
    assert_eq!(twice.get("/login/kim").await.text(), "<kim>");
    assert_eq!(kim.get("/show/").await.text(), "<kim> a=1");
    assert_eq!(twice.get("/show/").await.text(), "<kim>");
}

#[tokio::test]
async fn an_id_of_a_user_that_can_be_none_is_a_400_that_says_why() {
    let why = "the id of a user has 1 to 1024 bytes of UTF-8, and no NUL";
    let site = Site::new(good());
    let (long, longer) = ("x".repeat(1025), "x".repeat(5000));
    for user in ["", "a%00b", &long, &longer] {
        let path = format!("/login/{user}");
        let refused = format!("400 GET {path} .*{why}");
        let _lines = [
            once(GENERAL, &refused),
            once(ACCESS, &format!("400 GET {path} ")),
        ];
        let response = site.browser().get(&path).await;
        assert_eq!(response.status(), 400);
        assert!(response.text().contains(why), "{response:?}");
        assert!(set_cookies(&response).is_empty());
        assert_eq!(site.browser().get("/show/").await.text(), "");
    }
    let path = format!("/login/{}", "x".repeat(1024));
    assert_eq!(site.browser().get(&path).await.status(), 200);
}

/// What a page may have shown of a session that is gone.
const NOBODYS: &str = "9d2c8b1e-0f6a-8c3d-b4e5-6f7a8b9c0d1e";

#[tokio::test]
async fn a_session_can_be_ended_by_its_name_in_the_store() {
    let site = Site::new(good());
    let kim = device(&site, "kim", "phone").await;
    let list = kim.get("/keys/").await;
    let key = list.text().trim_end();
    assert_eq!(key.len(), 43);
    let revoke = format!("/revoke/{key}");
    assert_eq!(kim.get(&revoke).await.text(), "true");
    assert_eq!(kim.get("/show/").await.text(), "");
}

#[tokio::test]
async fn a_user_sees_all_devices_and_ends_the_others() {
    let site = Site::new(good());
    let phone = device(&site, "kim", "phone").await;
    let tablet = device(&site, "kim", "tablet").await;
    let laptop = device(&site, "kim", "laptop").await;
    let lee = device(&site, "lee", "desk").await;

    let mut list = devices(&laptop).await;
    list.sort();
    let names: Vec<_> = list.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["laptop*", "phone", "tablet"]);
    let phones = &list[1].1;

    assert_eq!(lee.get(&format!("/revoke/{phones}")).await.text(), "false");
    assert_eq!(phone.get("/show/").await.text(), "<kim> device=phone");
    for key in ["", "x", "..%2F", &"A".repeat(43), NOBODYS] {
        assert_eq!(laptop.get(&format!("/revoke/{key}")).await.text(), "false");
    }
    assert_eq!(
        laptop.get(&format!("/revoke/{phones}")).await.text(),
        "true"
    );
    assert_eq!(
        laptop.get(&format!("/revoke/{phones}")).await.text(),
        "false"
    );
    assert_eq!(phone.get("/show/").await.text(), "");

    device(&site, "kim", "watch").await;
    assert_eq!(laptop.get("/others/").await.text(), "2");
    assert_eq!(tablet.get("/show/").await.text(), "");
    assert_eq!(devices(&laptop).await.len(), 1);
    assert_eq!(devices(&lee).await.len(), 1);

    // The current session: that is a logout.
    let own = devices(&laptop).await.remove(0).1;
    assert_eq!(laptop.get(&format!("/revoke/{own}")).await.text(), "true");
    assert_eq!(laptop.get_cookie("s"), None);
    assert_eq!(lee.get("/show/").await.text(), "<lee> device=desk");
}

#[tokio::test]
async fn a_session_that_was_revoked_is_not_brought_back_by_a_request_in_flight() {
    let _line = once(GENERAL, "Session not saved");
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let phone = device(&site, "kim", "phone").await;
    let laptop = device(&site, "kim", "laptop").await;
    let slow = tokio::spawn(phone.get("/slow/b=1").into_future());
    site.arrived(1).await;
    assert_eq!(laptop.get("/others/").await.text(), "1");
    site.gates.open.add_permits(1);
    slow.await.unwrap();
    assert_eq!(phone.get("/show/").await.text(), "");
    assert_eq!(store.list_owned("kim").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_store_that_is_down_is_a_500_for_lists_too() {
    let store = FailingStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let kim = device(&site, "kim", "phone").await;
    store.fail_writes(true);
    let failed = failure("/others/", OUT_OF_ORDER);
    assert_eq!(kim.get("/others/").await.status(), 500);
    drop(failed);
    store.fail_writes(false);
    assert_eq!(kim.get("/show/").await.text(), "<kim> device=phone");
}
