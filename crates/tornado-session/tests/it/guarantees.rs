//! What a session guarantees, whatever else happens.

use std::future::IntoFuture as _;
use std::time::Duration;

use tornado_core::log::{ACCESS, GENERAL};
use tornado_session::{MemoryStore, SessionSettings as _};
use tornado_testing::{FailingStore, TestClient, TestResponse};

use crate::support::{
    OUT_OF_ORDER, Site, conflict, cookie, failure, good, once, set_cookies, twin,
};

#[tokio::test]
async fn requests_at_once_lose_no_key_and_the_later_wins_a_key_in_full() {
    let site = Site::new(good());
    let kim = site.browser();
    kim.get("/set/a=0").await;
    let one = tokio::spawn(kim.get("/slow/b=1").into_future());
    site.arrived(1).await;
    kim.get("/set/c=2").await;
    kim.get("/set/b=first").await;
    kim.get("/delete/a").await;
    site.gates.open.add_permits(1);
    assert_eq!(one.await.unwrap().text(), "a=0 b=1", "what it had loaded");
    assert_eq!(kim.get("/show/").await.text(), "b=1 c=2");
}

#[tokio::test]
async fn what_was_logged_out_is_not_brought_back_by_a_request_in_flight() {
    let _line = once(GENERAL, "Session not saved: the session has ended");
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let kim = site.browser();
    kim.get("/set/a=1").await;
    let old = twin(&kim);
    let slow = tokio::spawn(kim.get("/slow/b=2").into_future());
    site.arrived(1).await;
    kim.get("/logout/").await;
    assert!(kim.get_cookie("s").is_none() && store.is_empty());
    site.gates.open.add_permits(1);
    let response = slow.await.unwrap();
    assert_eq!(
        response.status(),
        200,
        "its answer may be right all the same"
    );
    assert!(set_cookies(&response)[0].starts_with("s=\"\"; expires="));
    assert!(store.is_empty());
    assert_eq!(old.get("/show/").await.text(), "");
}

#[tokio::test]
async fn what_has_expired_is_not_brought_back_by_a_request_in_flight() {
    let _line = once(GENERAL, "Session not saved: the session has ended");
    // The store uses the system's time.
    let settings = good().session_expiry(Duration::from_millis(100));
    let site = Site::new(settings);
    let cookie = cookie(&site.browser().get("/set/a=1").await);
    let slow = site.browser().get("/slow/b=2").header("Cookie", &cookie);
    let slow = tokio::spawn(slow.into_future());
    site.arrived(1).await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    site.gates.open.add_permits(1);
    slow.await.unwrap();
    assert_eq!(site.with("/show/", &[&cookie]).await.text(), "");
}

#[tokio::test]
async fn a_save_that_fails_is_a_500_and_a_log_line() {
    let store = FailingStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let kim = site.browser();
    kim.get("/set/a=1").await;
    store.fail_writes(true);
    for path in [
        "/set/a=2",
        "/delete/a",
        "/logout/",
        "/login/kim",
        "/regenerate/",
    ] {
        let _failure = failure(path, OUT_OF_ORDER);
        let response = kim.get(path).await;
        assert_eq!(response.status(), 500, "{path}");
        assert!(set_cookies(&response).is_empty(), "{path}");
        assert!(!response.text().contains("order"), "the page must not tell");
    }
    // A request that only reads does not notice.
    assert_eq!(kim.get("/show/").await.text(), "a=1");
    let failed = failure("/set/a=1", OUT_OF_ORDER);
    let response = site.browser().get("/set/a=1").await;
    assert_eq!(response.status(), 500);
    assert!(
        set_cookies(&response).is_empty(),
        "no cookie without a session"
    );
    drop(failed);

    store.fail_writes(false);
    store.fail_reads(true);
    let failed = failure("/show/", OUT_OF_ORDER);
    assert_eq!(kim.get("/show/").await.status(), 500);
    drop(failed);
    // Without a cookie there is nothing to load.
    assert_eq!(site.browser().get("/show/").await.status(), 200);
    store.fail_reads(false);
    assert_eq!(kim.get("/show/").await.text(), "a=1");
    assert_eq!(store.len(), 1);
}

#[tokio::test]
async fn after_an_error_of_ours_nothing_is_saved() {
    let _lines = [
        "503 GET /fail/a=1 ",
        "503 GET /fail/a=2 ",
        "500 GET /logout-and-fail/ ",
        "403 GET /refuse/b=2 ",
        "503 GET /save-and-fail/c=3 ",
    ]
    .map(|line| once(ACCESS, line));
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let kim = site.browser();
    let response = kim.get("/fail/a=1").await;
    assert_eq!(response.status(), 503);
    assert!(set_cookies(&response).is_empty() && store.is_empty());
    kim.get("/set/a=1").await;
    kim.get("/fail/a=2").await;
    let response = kim.get("/logout-and-fail/").await;
    assert!(set_cookies(&response).is_empty());
    assert_eq!(kim.get("/show/").await.text(), "a=1");
    // A refusal is not a server error, and an explicit save counts.
    kim.get("/refuse/b=2").await;
    kim.get("/save-and-fail/c=3").await;
    assert_eq!(kim.get("/show/").await.text(), "a=1 b=2 c=3");
}

#[tokio::test]
async fn a_session_that_was_begun_by_hand_in_a_failed_request_has_its_cookie() {
    let _line = once(ACCESS, "503 GET ");
    let site = Site::new(good());
    let kim = site.browser();
    assert_eq!(set_cookies(&kim.get("/save-and-fail/a=1").await).len(), 1);
    assert_eq!(kim.get("/show/").await.text(), "a=1");
}

#[tokio::test]
async fn a_setting_saves_after_errors_as_well() {
    let _line = once(ACCESS, "503 GET ");
    let site = Site::new(good().session_save_on_error(true));
    let kim = site.browser();
    kim.get("/fail/a=1").await;
    assert_eq!(kim.get("/show/").await.text(), "a=1");
}

#[tokio::test]
async fn a_new_id_shuts_out_the_old_one_and_requests_in_flight_lose_nothing() {
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let kim = site.browser();
    kim.get("/set/a=1").await;
    let old = twin(&kim);
    let slow = tokio::spawn(kim.get("/slow/b=2").into_future());
    site.arrived(1).await;
    assert_eq!(set_cookies(&kim.get("/regenerate/").await).len(), 1);
    site.gates.open.add_permits(1);
    assert!(set_cookies(&slow.await.unwrap()).is_empty());
    assert_eq!(kim.get("/show/").await.text(), "a=1 b=2");

    // A request that begins with the old id sees nothing, and its cookie does
    // not displace the new one.
    assert_eq!(old.get("/show/").await.text(), "");
    let refused = set_refused(&old, "/set/c=3").await;
    assert!(set_cookies(&refused).is_empty());
    assert_eq!(kim.get("/show/").await.text(), "a=1 b=2");
    assert_eq!(store.len(), 1);
}

#[tokio::test]
async fn what_comes_with_the_id_of_before_a_login_is_kept_or_it_is_said() {
    let site = Site::new(good());
    let kim = site.browser();
    kim.get("/set/a=1").await;
    let old = twin(&kim);
    let slow = tokio::spawn(kim.get("/slow/b=2").into_future());
    site.arrived(1).await;
    kim.get("/login/kim").await;
    // It knew the session before the login.
    site.gates.open.add_permits(1);
    assert_eq!(slow.await.unwrap().status(), 200);
    assert_eq!(kim.get("/show/").await.text(), "<kim> a=1 b=2");
    // These don't, whatever they write.
    for path in ["/set/c=3", "/flash/hello", "/clear-and-set/c=3"] {
        set_refused(&old, path).await;
    }
    // Repeated with the cookie that the client has now, it is saved.
    assert_eq!(kim.get("/set/c=3").await.status(), 200);
    assert_eq!(kim.get("/show/").await.text(), "<kim> a=1 b=2 c=3");
    // If two give a new id at once, the later one is told so.
    let twice = twin(&kim);
    let slow = tokio::spawn(twice.get("/slow/regenerate:d=4").into_future());
    site.arrived(1).await;
    kim.get("/regenerate/").await;
    let _lines = conflict("/slow/regenerate:d=4");
    site.gates.open.add_permits(1);
    assert_eq!(slow.await.unwrap().status(), 409);
    assert_eq!(kim.get("/show/").await.text(), "<kim> a=1 b=2 c=3");
}

/// Writes to a session that has another id by now.
async fn set_refused(client: &TestClient, path: &str) -> TestResponse {
    let _lines = conflict(path);
    let response = client.get(path).await;
    assert_eq!(response.status(), 409, "{path}");
    assert!(response.text().contains("send the request again"));
    response
}

#[tokio::test]
async fn a_logout_by_the_id_of_a_moment_ago_counts() {
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let kim = site.browser();
    kim.get("/set/a=1").await;
    let old = twin(&kim);
    kim.get("/login/kim").await;
    assert_eq!(set_cookies(&old.get("/logout/").await).len(), 1);
    assert!(store.is_empty());
    assert_eq!(kim.get("/show/").await.text(), "");
}

#[tokio::test]
async fn an_id_that_is_not_ours_is_not_taken_over() {
    let site = Site::new(good());
    let (kim, eve) = (site.browser(), site.browser());
    kim.get("/set/a=1").await;
    let dead = kim.get_cookie("s").unwrap();
    kim.get("/logout/").await;
    // A valid signature of an id that the store no longer knows.
    eve.set_cookie("s", &dead);
    assert_eq!(eve.get("/set/b=2").await.text(), "b=2");
    assert_ne!(eve.get_cookie("s").unwrap(), dead);
    // A cookie that is not a signed value is replaced as well.
    kim.set_cookie("s", "chosen");
    assert_eq!(kim.get("/set/c=3").await.text(), "c=3");
    assert_ne!(kim.get_cookie("s").unwrap(), "chosen");
    assert_eq!(kim.get("/show/").await.text(), "c=3");
}
