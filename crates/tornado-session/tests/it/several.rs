//! Several cookies with one name: a browser keeps those of other paths or
//! domains, and sends them all, the longest path first.

use std::time::Duration;

use tornado_cookies::{CookieSecret, create_signed_value};
use tornado_core::Settings;
use tornado_session::{MemoryStore, SessionId, SessionSettings as _};
use tornado_testing::{FailingStore, TestRequest, TestResponse};

use crate::support::{OUT_OF_ORDER, Site, conflict, cookie, failure, good, set_cookies};

impl Site {
    /// The cookie that the response to this path sets, for any client.
    async fn cookie(&self, path: &str, cookies: &[&str]) -> String {
        cookie(&self.with(path, cookies).await)
    }

    /// Sends several lines of cookies.
    async fn with_lines(&self, path: &str, lines: &[String]) -> TestResponse {
        let request = self.browser().get(path);
        let add = |request: TestRequest, line: &String| request.add_header("Cookie", line);
        lines.iter().fold(request, add).await
    }
}

/// The cookie of an id that no store knows.
fn dead() -> String {
    unknown("a secret of the tests")
}

/// A cookie with a signature that is not ours.
fn forged() -> String {
    unknown("another secret")
}

fn unknown(secret: &'static str) -> String {
    let id = SessionId::generate().expect("there are random bytes");
    let value = create_signed_value(&CookieSecret::from(secret), "s", id.reveal());
    format!("s={value}")
}

#[tokio::test]
async fn a_login_under_another_path_is_not_hidden_by_what_is_left_of_the_old_one() {
    let store = MemoryStore::new();
    let before = Site::new(good().session_store(store.clone()));
    let old = before.cookie("/login/kim", &[]).await;
    before.with("/logout/", &[&old]).await;

    let site = Site::new(
        good()
            .session_store(store.clone())
            .session_cookie_path("/app"),
    );
    let new = site.cookie("/login/kim", &[&old]).await;
    for lines in [
        vec![format!("{new}; {old}")],
        vec![format!("{old}; {new}")],
        vec![new.clone(), old.clone()],
        vec![old.clone(), new.clone()],
        vec![
            format!("a=1; {old}"),
            "b=2".to_owned(),
            format!("{new}; c=3"),
        ],
    ] {
        for (path, body) in [
            ("/show/", "<kim>"),
            ("/set/a=1", "<kim> a=1"),
            ("/delete/a", "<kim>"),
        ] {
            let response = site.with_lines(path, &lines).await;
            assert_eq!(response.text(), body, "{path} {lines:?}");
            assert!(set_cookies(&response).is_empty(), "{path} {lines:?}");
        }
    }
    assert_eq!(store.len(), 1);

    // A logout ends that session, and removes the cookie where it is set.
    let response = site.with("/logout/", &[&new, &old]).await;
    let removal = set_cookies(&response).remove(0);
    assert!(removal.starts_with("s=\"\"; ") && removal.contains("; Path=/app; "));
    assert!(store.is_empty());
    assert_eq!(site.with("/show/", &[&new, &old]).await.text(), "");
}

#[tokio::test]
async fn a_cookie_counts_by_its_signature_and_its_session() {
    let site = Site::new(good());
    let other = Site::new(good());
    let live = site.cookie("/set/a=1", &[]).await;
    let expired = site.cookie("/set/a=expired", &[]).await;
    site.with("/until/0", &[&expired]).await;
    let logged_out = site.cookie("/set/a=ended", &[]).await;
    site.with("/logout/", &[&logged_out]).await;
    let elsewhere = other.cookie("/set/a=elsewhere", &[]).await;
    let renamed = live.replacen("s=", "t=", 1);
    let cut = &live[..live.len() - 2];
    tokio::time::sleep(Duration::from_millis(10)).await;

    for useless in [
        &dead(),
        &forged(),
        &expired,
        &logged_out,
        &elsewhere,
        &renamed,
        cut,
        "s=",
        "s=\"\"",
        "s=chosen",
        "s",
    ] {
        for cookies in [[&live, useless], [useless, &live]] {
            let response = site.with("/show/", &cookies).await;
            assert_eq!(response.text(), "a=1", "{cookies:?}");
            assert!(set_cookies(&response).is_empty(), "{cookies:?}");
        }
    }
    // Without the good one there is no session, and one that begins gets a new
    // id.
    let useless = [&*dead(), &forged(), &expired, "s=chosen"];
    assert_eq!(site.with("/show/", &useless).await.text(), "");
    let begun = site.cookie("/set/b=2", &useless).await;
    assert!(!useless.contains(&&*begun));
    assert_eq!(site.with("/show/", &[&begun]).await.text(), "b=2");
}

#[tokio::test]
async fn of_two_sessions_the_last_one_counts() {
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let one = site.cookie("/set/a=1", &[]).await;
    let two = site.cookie("/set/a=2", &[]).await;
    assert_eq!(site.with("/show/", &[&one, &two]).await.text(), "a=2");
    assert_eq!(site.with("/show/", &[&two, &one]).await.text(), "a=1");
    let lines = [two.clone(), one.clone()];
    assert_eq!(site.with_lines("/show/", &lines).await.text(), "a=1");
    // The one that counted is the one that ends.
    site.with("/logout/", &[&two, &one]).await;
    assert_eq!(store.len(), 1);
    assert_eq!(site.with("/show/", &[&two, &one]).await.text(), "a=2");
}

#[tokio::test]
async fn a_login_leaves_the_cookie_of_the_other_path_behind() {
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let old = site.cookie("/set/a=1", &[]).await;
    let new = site.cookie("/login/kim", &[&old]).await;
    for cookies in [[&*new, &*old], [&old, &new]] {
        let response = site.with("/show/", &cookies).await;
        assert_eq!(response.text(), "<kim> a=1");
        let response = site.with("/set/b=2", &cookies).await;
        assert_eq!(response.text(), "<kim> a=1 b=2");
        assert!(set_cookies(&response).is_empty());
        site.with("/delete/b", &cookies).await;
    }
    assert_eq!(store.len(), 1);
}

#[tokio::test]
async fn an_id_of_a_moment_ago_is_found_among_dead_ones() {
    let dead = [dead(), dead()];
    for place in 0..3 {
        let store = MemoryStore::new();
        let site = Site::new(good().session_store(store.clone()));
        let old = site.cookie("/set/a=1", &[]).await;
        let new = site.cookie("/login/kim", &[&old]).await;
        let mut cookies = vec![&*dead[0], &dead[1]];
        cookies.insert(place, &old);

        let _lines = conflict("/set/b=2");
        // A session that begins would displace the cookie in flight.
        let response = site.with("/set/b=2", &cookies).await;
        assert_eq!(response.status(), 409);
        assert!(set_cookies(&response).is_empty());
        assert_eq!(store.len(), 1);
        assert_eq!(site.with("/show/", &[&new]).await.text(), "<kim> a=1");

        site.with("/logout/", &cookies).await;
        assert!(store.is_empty(), "a logout ends what it leads to");
    }
}

#[tokio::test]
async fn a_logout_counts_for_the_id_of_a_moment_ago_beside_a_session() {
    let store = MemoryStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let other = site.cookie("/set/a=other", &[]).await;
    let old = site.cookie("/set/a=1", &[]).await;
    site.with("/login/kim", &[&old]).await;
    assert_eq!(store.len(), 2);
    site.with("/logout/", &[&other, &old]).await;
    assert!(store.is_empty());
}

#[tokio::test]
async fn a_request_asks_the_store_once_and_a_crafted_one_not_often() {
    let store = FailingStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let live = site.cookie("/set/a=1", &[]).await;
    let repeat = |cookie: &dyn Fn() -> String, n| (0..n).map(|_| cookie()).collect::<Vec<_>>();
    let same = dead();
    let with_live = |mut cookies: Vec<String>| {
        cookies.insert(0, live.clone());
        cookies
    };
    for (cookies, loads, body) in [
        (vec![], 0, ""),
        (repeat(&forged, 100), 0, ""),
        (vec![live.clone()], 1, "a=1"),
        (repeat(&|| live.clone(), 100), 1, "a=1"),
        (with_live(repeat(&forged, 100)), 1, "a=1"),
        (with_live(repeat(&|| same.clone(), 100)), 2, "a=1"),
        (with_live(repeat(&dead, 7)), 8, "a=1"),
        (with_live(repeat(&dead, 8)), 8, ""),
        (with_live(repeat(&dead, 100)), 8, ""),
    ] {
        let cookies: Vec<&str> = cookies.iter().map(String::as_str).collect();
        let before = store.reads();
        assert_eq!(site.with("/show/", &cookies).await.text(), body);
        assert_eq!(store.reads() - before, loads, "{} cookies", cookies.len());
    }
}

#[tokio::test]
async fn a_store_that_is_down_is_an_error_and_no_reason_to_try_the_next() {
    let store = FailingStore::new();
    let site = Site::new(good().session_store(store.clone()));
    let live = site.cookie("/set/a=1", &[]).await;
    store.fail_reads(true);
    let (_failure, before) = (failure("/show/", OUT_OF_ORDER), store.reads());
    let response = site.with("/show/", &[&live, &dead()]).await;
    assert_eq!(response.status(), 500);
    assert!(set_cookies(&response).is_empty());
    assert_eq!(store.reads() - before, 1);
}

#[tokio::test]
async fn one_copy_that_is_signed_by_the_key_of_today_is_enough() {
    let store = MemoryStore::new();
    let keyed = |signs| {
        let keys = [(1, "one"), (2, "two")];
        let secret = CookieSecret::keyed(keys, signs).unwrap();
        let settings = Settings::new().cookie_secret(secret);
        let settings = settings.session_cookie_name("s");
        Site::new(settings.session_store(store.clone()))
    };
    let (before, site) = (keyed(1), keyed(2));
    let old = before.cookie("/set/a=1", &[]).await;
    let dead = site.cookie("/set/a=2", &[]).await;
    site.with("/logout/", &[&dead]).await;

    let new = site.cookie("/show/", &[&old]).await;
    for cookies in [[&*new, &*old], [&old, &new], [&new, &dead]] {
        let response = site.with("/show/", &cookies).await;
        assert_eq!(response.text(), "a=1");
        assert!(set_cookies(&response).is_empty(), "{cookies:?}");
    }
    // The cookie of another session is not a copy.
    let other = site.cookie("/set/a=3", &[]).await;
    for cookies in [[&*old, &*dead], [&dead, &old], [&other, &old]] {
        let response = site.with("/show/", &cookies).await;
        assert_eq!(response.text(), "a=1");
        assert_ne!(cookie(&response), old, "{cookies:?}");
    }
}
