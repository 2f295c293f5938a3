//! What a session promises, whatever else goes on.

use std::time::Duration;

use tornado_core::log::capture::ExpectLog;
use tornado_session::{MemoryStore, SessionSettings as _};

use crate::flaky::Flaky;
use crate::support::{Site, good, set_cookies};

#[tokio::test]
async fn requests_at_once_lose_no_key_and_the_later_wins_a_key_in_full() {
    let site = Site::new(good());
    let mut kim = site.browser();
    kim.get("/set/a=0").await;
    let one = kim.spawn("/slow/b=1");
    site.arrived(1).await;
    kim.get("/set/c=2").await;
    kim.get("/set/b=first").await;
    kim.get("/delete/a").await;
    site.gates.open.add_permits(1);
    assert_eq!(one.await.unwrap().body(), "a=0 b=1", "what it had loaded");
    assert_eq!(kim.get("/show/").await, "b=1 c=2");
}

#[tokio::test]
async fn what_was_logged_out_is_not_brought_back_by_a_request_in_flight() {
    let mut log = ExpectLog::new();
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let mut kim = site.browser();
    kim.get("/set/a=1").await;
    let old = kim.clone();
    let slow = kim.spawn("/slow/b=2");
    site.arrived(1).await;
    kim.get("/logout/").await;
    assert!(kim.cookies.is_empty() && store.is_empty());
    site.gates.open.add_permits(1);
    let response = slow.await.unwrap();
    assert_eq!(
        response.status(),
        200,
        "its answer may be right all the same"
    );
    assert!(set_cookies(&response)[0].starts_with("s=\"\"; expires="));
    log.expect("Session not saved: the session has ended");
    assert!(store.is_empty());
    assert_eq!(old.clone().get("/show/").await, "");
}

#[tokio::test]
async fn what_has_expired_is_not_brought_back_by_a_request_in_flight() {
    let mut log = ExpectLog::new();
    let store = MemoryStore::new();
    let settings = good().session_expiry(Duration::from_millis(100));
    let site = Site::new(settings.session_store(store.clone()));
    let mut kim = site.browser();
    kim.get("/set/a=1").await;
    let slow = kim.spawn("/slow/b=2");
    site.arrived(1).await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    site.gates.open.add_permits(1);
    slow.await.unwrap();
    log.expect("Session not saved: the session has ended");
    assert_eq!(kim.get("/show/").await, "");
}

#[tokio::test]
async fn a_save_that_fails_is_a_500_and_a_log_line() {
    let mut log = ExpectLog::new();
    let store = Flaky::default();
    let site = Site::new(good().session_store(store.clone()));
    let mut kim = site.browser();
    kim.get("/set/a=1").await;
    store.writes_fail(true);
    for path in [
        "/set/a=2",
        "/delete/a",
        "/logout/",
        "/login/kim",
        "/regenerate/",
    ] {
        let response = kim.ask(path).await;
        assert_eq!(response.status(), 500, "{path}");
        assert!(set_cookies(&response).is_empty(), "{path}");
        assert!(!response.body().contains("down"), "the page must not tell");
        log.expect("the store is down");
        log.expect(&format!("500 GET {path}"));
    }
    // Who only reads does not notice.
    assert_eq!(kim.get("/show/").await, "a=1");
    let response = site.browser().ask("/set/a=1").await;
    assert_eq!(response.status(), 500);
    assert!(
        set_cookies(&response).is_empty(),
        "no cookie without a session"
    );
    log.expect("the store is down");
    log.expect("500 GET /set/a=1");

    store.writes_fail(false);
    store.reads_fail(true);
    assert_eq!(kim.ask("/show/").await.status(), 500);
    log.expect("the store is down");
    log.expect("500 GET /show/");
    // Without a cookie there is nothing to load.
    assert_eq!(site.browser().ask("/show/").await.status(), 200);
    store.reads_fail(false);
    assert_eq!(kim.get("/show/").await, "a=1");
    assert_eq!(store.len(), 1);
}

#[tokio::test]
async fn after_an_error_of_ours_nothing_is_saved() {
    let mut log = ExpectLog::new();
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let mut kim = site.browser();
    let response = kim.ask("/fail/a=1").await;
    assert_eq!(response.status(), 503);
    assert!(set_cookies(&response).is_empty() && store.is_empty());
    kim.get("/set/a=1").await;
    kim.get("/fail/a=2").await;
    let response = kim.ask("/logout-and-fail/").await;
    assert!(set_cookies(&response).is_empty());
    assert_eq!(kim.get("/show/").await, "a=1");
    // A refusal is no error of ours, and what was saved by hand is saved.
    kim.get("/refuse/b=2").await;
    kim.get("/save-and-fail/c=3").await;
    assert_eq!(kim.get("/show/").await, "a=1 b=2 c=3");
    for line in [
        "503 GET /fail/a=1",
        "503 GET /fail/a=2",
        "500 GET /logout-and-fail/",
        "403 GET /refuse/b=2",
        "503 GET /save-and-fail/c=3",
    ] {
        log.expect(line);
    }
}

#[tokio::test]
async fn a_session_that_was_begun_by_hand_in_a_failed_request_has_its_cookie() {
    let mut log = ExpectLog::new();
    let site = Site::new(good());
    let mut kim = site.browser();
    assert_eq!(set_cookies(&kim.ask("/save-and-fail/a=1").await).len(), 1);
    assert_eq!(kim.get("/show/").await, "a=1");
    log.expect("503 GET");
}

#[tokio::test]
async fn a_setting_saves_after_errors_as_well() {
    let mut log = ExpectLog::new();
    let site = Site::new(good().session_save_on_error(true));
    let mut kim = site.browser();
    kim.get("/fail/a=1").await;
    assert_eq!(kim.get("/show/").await, "a=1");
    log.expect("503 GET");
}

#[tokio::test]
async fn a_new_id_shuts_out_the_old_one_and_requests_in_flight_lose_nothing() {
    let mut log = ExpectLog::new();
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let mut kim = site.browser();
    kim.get("/set/a=1").await;
    let old = kim.clone();
    let slow = kim.spawn("/slow/b=2");
    site.arrived(1).await;
    assert_eq!(set_cookies(&kim.ask("/regenerate/").await).len(), 1);
    site.gates.open.add_permits(1);
    assert!(set_cookies(&slow.await.unwrap()).is_empty());
    assert_eq!(kim.get("/show/").await, "a=1 b=2");

    // A request that begins with the old id sees nothing, and its cookie does
    // not put out the new one.
    let response = old.send("/set/c=3").await;
    assert_eq!(response.body(), "c=3");
    assert!(set_cookies(&response).is_empty());
    log.expect("Session not saved: the session has ended or got a new id");
    assert_eq!(kim.get("/show/").await, "a=1 b=2");
    assert_eq!(store.len(), 1);
}

#[tokio::test]
async fn a_logout_by_the_id_of_a_moment_ago_counts() {
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let mut kim = site.browser();
    kim.get("/set/a=1").await;
    let old = kim.clone();
    kim.get("/login/kim").await;
    assert_eq!(set_cookies(&old.send("/logout/").await).len(), 1);
    assert!(store.is_empty());
    assert_eq!(kim.get("/show/").await, "");
}

#[tokio::test]
async fn an_id_that_is_not_ours_is_not_taken_over() {
    let site = Site::new(good());
    let (mut kim, mut eve) = (site.browser(), site.browser());
    kim.get("/set/a=1").await;
    let dead = kim.cookies["s"].clone();
    kim.get("/logout/").await;
    // A good signature of an id that the store does not know any more.
    eve.cookies.insert("s".to_owned(), dead.clone());
    assert_eq!(eve.get("/set/b=2").await, "b=2");
    assert_ne!(eve.cookies["s"], dead);
    // A cookie that is no signed value is replaced as well.
    kim.cookies.insert("s".to_owned(), "chosen".to_owned());
    assert_eq!(kim.get("/set/c=3").await, "c=3");
    assert_ne!(kim.cookies["s"], "chosen");
    assert_eq!(kim.get("/show/").await, "c=3");
}
