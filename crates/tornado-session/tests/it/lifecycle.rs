//! When a session begins and ends, and what is written in between.

use std::future::IntoFuture as _;
use std::time::Duration;

use tornado_core::log::{APPLICATION, GENERAL};
use tornado_session::{MemoryStore, SessionSettings as _};
use tornado_testing::TestResponse;

use crate::support::{MINUTE, Site, good, once, set_cookies, twin};

#[tokio::test]
async fn nothing_is_stored_and_no_cookie_sent_before_the_first_value() {
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let kim = site.browser();
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
        let response = kim.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert!(set_cookies(&response).is_empty(), "{path}");
    }
    assert!(store.is_empty());
    assert_eq!(set_cookies(&kim.get("/set/a=1").await).len(), 1);
    assert_eq!(store.len(), 1);
    assert_eq!(kim.get("/show/").await.text(), "a=1");
    assert_eq!(site.browser().get("/show/").await.text(), "");
}

#[tokio::test]
async fn an_equal_value_is_no_write_and_no_cookie() {
    let site = Site::new(good());
    let kim = site.browser();
    kim.get("/set/a=1").await;
    for path in ["/set/a=1", "/delete/b", "/show/"] {
        assert!(set_cookies(&kim.get(path).await).is_empty(), "{path}");
    }
    assert!(set_cookies(&kim.get("/set/a=2").await).is_empty());
    assert_eq!(kim.get("/show/").await.text(), "a=2");
}

// Browsers drop a cookie when its session ends. These tests use a twin that
// ignores dates, so that the server has to know.

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_not_while_it_is_used() {
    let site = Site::new(good().session_renew_after(0.3));
    let (used, idle) = (site.browser(), site.browser());
    used.get("/set/a=1").await;
    idle.get("/set/a=1").await;
    let (used, idle) = (twin(&used), twin(&idle));
    let mut renewed = 0;
    for _ in 0..8 {
        site.advance(MINUTE / 6);
        renewed += set_cookies(&used.get("/show/").await).len();
    }
    assert!((1..8).contains(&renewed), "renewed {renewed} times");
    let used = twin(&used);
    assert_eq!(used.get("/show/").await.text(), "a=1");
    assert_eq!(idle.get("/show/").await.text(), "");
    site.advance(MINUTE + MINUTE / 6);
    assert_eq!(used.get("/show/").await.text(), "");
}

#[tokio::test]
async fn a_share_of_one_leaves_the_end_where_it_is() {
    let site = Site::new(good().session_renew_after(1.0));
    let kim = site.browser();
    kim.get("/set/a=1").await;
    let kim = twin(&kim);
    for n in 0..3 {
        site.advance(MINUTE / 5);
        let response = kim.get(&format!("/set/a={n}")).await;
        assert!(set_cookies(&response).is_empty());
    }
    site.advance(MINUTE * 3 / 5);
    assert_eq!(kim.get("/show/").await.text(), "");
}

#[tokio::test]
async fn a_session_ends_at_its_deadline_however_much_it_is_used() {
    let settings = good().session_max_lifetime(MINUTE).session_renew_after(0.0);
    let site = Site::new(settings);
    let kim = site.browser();
    kim.get("/set/a=1").await;
    for n in 0..3 {
        site.advance(MINUTE / 5);
        let response = kim.get(&format!("/set/a={n}")).await;
        assert!(response.text().ends_with(&format!("a={n}")));
    }
    kim.get("/idle/60000").await; // can't move it
    let kim = twin(&kim);
    site.advance(MINUTE / 2);
    assert_eq!(kim.get("/show/").await.text(), "");
}

#[tokio::test]
async fn a_session_can_have_an_expiry_of_its_own() {
    let site = Site::new(good());
    let (short, fixed, window) = (site.browser(), site.browser(), site.browser());
    for browser in [&short, &fixed, &window] {
        let cookie = set_cookies(&browser.get("/set/a=1").await).remove(0);
        assert!(cookie.contains("expires="), "{cookie}");
    }
    let cookie = set_cookies(&window.get("/browser/").await).remove(0);
    assert!(!cookie.contains("expires="), "{cookie}");
    assert_eq!(set_cookies(&short.get("/idle/30").await).len(), 1);
    assert_eq!(set_cookies(&fixed.get("/until/30").await).len(), 1);
    assert_eq!(short.get("/show/").await.text(), "a=1");
    let (short, fixed) = (twin(&short), twin(&fixed));
    site.advance(Duration::from_secs(35));
    assert_eq!(short.get("/show/").await.text(), "");
    assert_eq!(fixed.get("/show/").await.text(), "");
    assert_eq!(window.get("/show/").await.text(), "a=1");
}

#[tokio::test]
async fn a_message_survives_a_redirect_and_is_read_once() {
    let site = Site::new(good());
    let kim = site.browser();
    kim.get("/flash/one").await;
    kim.get("/flash/two").await;
    kim.get("/show/").await;
    assert_eq!(kim.get("/flashes/").await.text(), "one+two");
    assert_eq!(kim.get("/flashes/").await.text(), "");
    // It belongs to the login, not to the logout before it.
    kim.get("/flash/three").await;
    kim.get("/login/kim").await;
    assert_eq!(kim.get("/flashes/").await.text(), "three");
    kim.get("/flash/four").await;
    kim.get("/logout/").await;
    assert_eq!(kim.get("/flashes/").await.text(), "");
}

#[tokio::test]
async fn messages_of_requests_at_once_are_all_kept() {
    let site = Site::new(good());
    let kim = site.browser();
    kim.get("/set/a=1").await;
    let paths = ["/flash/a", "/flash/b", "/flash/c", "/flash/d"];
    for task in paths.map(|path| tokio::spawn(kim.get(path).into_future())) {
        task.await.unwrap();
    }
    assert_eq!(kim.get("/flashes/").await.text().len(), "a+b+c+d".len());
}

#[tokio::test]
async fn caches_are_told_that_the_session_was_looked_at() {
    let site = Site::new(good());
    let kim = site.browser();
    let header = |response: &TestResponse, name: &str| {
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
        let response = kim.get(path).await;
        assert_eq!(header(&response, "vary"), vary, "{path}");
        assert_eq!(header(&response, "cache-control"), control, "{path}");
    }
    let response = Site::new(good().session_cache_headers(false))
        .browser()
        .get("/set/a=1")
        .await;
    assert_eq!(response.text(), "a=1");
    assert_eq!(header(&response, "vary"), "");
    assert_eq!(header(&response, "cache-control"), "");
}

#[tokio::test]
async fn a_stream_saves_for_itself() {
    let site = Site::new(good());
    let kim = site.browser();
    kim.get("/set/a=1").await;
    assert_eq!(kim.get("/stream/b=2").await.text(), "head a=1 b=2");
    assert_eq!(kim.get("/show/").await.text(), "a=1 b=2");
    // If a session would begin with it, there is an error, since its cookie
    // can't be sent: nothing is lost silently.
    let _lines = [
        once(
            APPLICATION,
            "(?s).*the headers have been sent, so the cookie of the session can't be",
        ),
        once(GENERAL, "Cannot send error response after headers written"),
        once(
            GENERAL,
            "Session not saved: it was changed after the headers were sent",
        ),
    ];
    let mut stream = site.browser().get("/stream/b=2").stream().await;
    assert_eq!(stream.chunk().await.as_deref(), Some(&b"head "[..]));
    assert!(stream.try_chunk().await.is_err(), "the body must be cut");
}
