//! When a session begins and ends, and what is written in between.

use std::time::Duration;

use tokio::time::sleep;
use tornado_core::log::capture::ExpectLog;
use tornado_session::{MemoryStore, SessionSettings as _};

use crate::support::{Site, good, set_cookies};

#[tokio::test]
async fn nothing_is_stored_and_no_cookie_sent_before_the_first_value() {
    let _log = ExpectLog::new();
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let mut kim = site.browser();
    for path in [
        "/show/",
        "/delete/a",
        "/clear/",
        "/regenerate/",
        "/browser/",
        "/logout/",
        "/flashes/",
        "/devices/",
        "/others/",
        "/revoke/x",
    ] {
        let response = kim.ask(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert!(set_cookies(&response).is_empty(), "{path}");
    }
    assert!(store.is_empty());
    assert_eq!(set_cookies(&kim.ask("/set/a=1").await).len(), 1);
    assert_eq!(store.len(), 1);
    assert_eq!(kim.get("/show/").await, "a=1");
    assert_eq!(site.browser().get("/show/").await, "");
}

#[tokio::test]
async fn an_equal_value_is_no_write_and_no_cookie() {
    let site = Site::new(good());
    let mut kim = site.browser();
    kim.get("/set/a=1").await;
    for path in ["/set/a=1", "/delete/b", "/show/"] {
        assert!(set_cookies(&kim.ask(path).await).is_empty(), "{path}");
    }
    assert!(set_cookies(&kim.ask("/set/a=2").await).is_empty());
    assert_eq!(kim.get("/show/").await, "a=2");
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_not_while_it_is_used() {
    let settings = good()
        .session_expiry(Duration::from_millis(600))
        .session_renew_after(0.3);
    let site = Site::new(settings);
    let (mut used, mut idle) = (site.browser(), site.browser());
    used.get("/set/a=1").await;
    idle.get("/set/a=1").await;
    let mut renewed = 0;
    for _ in 0..8 {
        sleep(Duration::from_millis(100)).await;
        renewed += set_cookies(&used.ask("/show/").await).len();
    }
    assert!((1..8).contains(&renewed), "renewed {renewed} times");
    assert_eq!(used.get("/show/").await, "a=1");
    assert_eq!(idle.get("/show/").await, "");
    sleep(Duration::from_millis(700)).await;
    assert_eq!(used.get("/show/").await, "");
}

#[tokio::test]
async fn a_share_of_one_leaves_the_end_where_it_is() {
    let settings = good()
        .session_expiry(Duration::from_millis(500))
        .session_renew_after(1.0);
    let site = Site::new(settings);
    let mut kim = site.browser();
    kim.get("/set/a=1").await;
    for n in 0..3 {
        sleep(Duration::from_millis(100)).await;
        let response = kim.ask(&format!("/set/a={n}")).await;
        assert!(set_cookies(&response).is_empty());
    }
    sleep(Duration::from_millis(300)).await;
    assert_eq!(kim.get("/show/").await, "");
}

#[tokio::test]
async fn a_session_ends_at_its_deadline_however_much_it_is_used() {
    let settings = good()
        .session_max_lifetime(Duration::from_millis(400))
        .session_renew_after(0.0);
    let site = Site::new(settings);
    let mut kim = site.browser();
    kim.get("/set/a=1").await;
    for n in 0..3 {
        sleep(Duration::from_millis(80)).await;
        assert!(
            kim.get(&format!("/set/a={n}"))
                .await
                .ends_with(&format!("a={n}"))
        );
    }
    kim.get("/idle/60000").await; // can't move it
    sleep(Duration::from_millis(250)).await;
    assert_eq!(kim.get("/show/").await, "");
}

#[tokio::test]
async fn a_session_can_have_an_expiry_of_its_own() {
    let site = Site::new(good());
    let (mut short, mut fixed, mut window) = (site.browser(), site.browser(), site.browser());
    for browser in [&mut short, &mut fixed, &mut window] {
        let cookie = set_cookies(&browser.ask("/set/a=1").await).remove(0);
        assert!(cookie.contains("expires="), "{cookie}");
    }
    let cookie = set_cookies(&window.ask("/browser/").await).remove(0);
    assert!(!cookie.contains("expires="), "{cookie}");
    assert_eq!(set_cookies(&short.ask("/idle/300").await).len(), 1);
    assert_eq!(set_cookies(&fixed.ask("/until/300").await).len(), 1);
    assert_eq!(short.get("/show/").await, "a=1");
    sleep(Duration::from_millis(350)).await;
    assert_eq!(short.get("/show/").await, "");
    assert_eq!(fixed.get("/show/").await, "");
    assert_eq!(window.get("/show/").await, "a=1");
}

#[tokio::test]
async fn a_message_survives_a_redirect_and_is_read_once() {
    let site = Site::new(good());
    let mut kim = site.browser();
    kim.get("/flash/one").await;
    kim.get("/flash/two").await;
    kim.get("/show/").await;
    assert_eq!(kim.get("/flashes/").await, "one+two");
    assert_eq!(kim.get("/flashes/").await, "");
    // It goes with the login, and not with the logout before it.
    kim.get("/flash/three").await;
    kim.get("/login/kim").await;
    assert_eq!(kim.get("/flashes/").await, "three");
    kim.get("/flash/four").await;
    kim.get("/logout/").await;
    assert_eq!(kim.get("/flashes/").await, "");
}

#[tokio::test]
async fn messages_of_requests_at_once_are_all_kept() {
    let site = Site::new(good());
    let mut kim = site.browser();
    kim.get("/set/a=1").await;
    let paths = ["/flash/a", "/flash/b", "/flash/c", "/flash/d"];
    for task in paths.map(|path| kim.spawn(path)) {
        task.await.unwrap();
    }
    assert_eq!(kim.get("/flashes/").await.len(), "a+b+c+d".len());
}

#[tokio::test]
async fn caches_are_told_that_the_session_was_looked_at() {
    let site = Site::new(good());
    let mut kim = site.browser();
    let header = |response: &http::Response<String>, name: &str| {
        let values = response.headers().get_all(name).iter();
        let values: Vec<_> = values
            .map(|value| value.to_str().unwrap().to_owned())
            .collect();
        values.join(", ")
    };
    for (path, vary, control) in [
        ("/show/", "Cookie", "private"),
        ("/set/a=1", "Cookie", "private"),
        ("/show/", "Cookie", "private"),
        ("/plain", "", ""),
        ("/plain?cache=no-store", "Origin, Cookie", "no-store"),
    ] {
        let response = kim.ask(path).await;
        assert_eq!(header(&response, "vary"), vary, "{path}");
        assert_eq!(header(&response, "cache-control"), control, "{path}");
    }
    let response = Site::new(good().session_cache_headers(false))
        .browser()
        .ask("/set/a=1")
        .await;
    assert_eq!(response.body(), "a=1");
    assert_eq!(header(&response, "vary"), "");
    assert_eq!(header(&response, "cache-control"), "");
}

#[tokio::test]
async fn a_stream_saves_for_itself() {
    let mut log = ExpectLog::new();
    let site = Site::new(good());
    let mut kim = site.browser();
    kim.get("/set/a=1").await;
    assert_eq!(kim.get("/stream/b=2").await, "head a=1 b=2");
    assert_eq!(kim.get("/show/").await, "a=1 b=2");
    // Whose session would begin with it gets an error, as its cookie can't be
    // sent: nothing is lost silently.
    let stranger = site.browser();
    let response = tokio::spawn(async move { stranger.send("/stream/b=2").await });
    let panicked = response.await.unwrap_err();
    assert!(panicked.is_panic(), "the body must be cut");
    log.expect("the headers have been sent, so the cookie of the session can't be");
    log.expect("Cannot send error response after headers written");
    log.expect("Session not saved: it was changed after the headers were sent");
}
