//! Log lines are seen, expected, or fail the test.

use tornado_core::Settings;
use tornado_core::log::{APPLICATION, GENERAL};
use tornado_testing::{ExpectLog, TestClient, WatchLogs, block_on};
use tracing::Level;

use crate::support::{app, client, panic_of};

#[tokio::test]
async fn what_is_expected_does_not_fail() {
    let client = client();
    let expected = ExpectLog::new(APPLICATION, "Uncaught exception GET /trouble/fail");
    assert_eq!(client.get("/trouble/fail").await.status(), 500);
    assert_eq!(client.get("/trouble/fail").await.status(), 500);
    assert_eq!(expected.matched(), 2);
    // Loggers below this one are included, and fields are part of the line.
    let _cart = ExpectLog::new("shop", "the cart is nearly full left=2$").level(Level::WARN);
    client.get("/trouble/warn").await.rethrow();
}

#[tokio::test]
async fn what_a_status_says_is_nothing_to_expect() {
    let client = client();
    assert_eq!(client.get("/nowhere").await.status(), 404);
    assert_eq!(client.get("/redirect/302").await.status(), 400);
    // But it can be.
    let _expected = ExpectLog::new(GENERAL, "400 GET /redirect/302 .*Missing argument to");
    client.get("/redirect/302").await;
}

#[test]
fn a_surprise_fails_the_test_of_its_client() {
    for (path, expected) in [
        (
            "/trouble/fail",
            "ERROR tornado.application: Uncaught exception GET /trouble/fail",
        ),
        (
            "/trouble/warn",
            "WARN shop::cart: the cart is nearly full left=2",
        ),
        ("/trouble/spawn", "lost in a task"),
    ] {
        let message = panic_of(move || {
            block_on(async {
                client().get(path).await;
            });
        });
        assert!(message.contains("unexpected log lines"), "{message}");
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn all_threads_of_a_runtime_are_watched() {
    let message = panic_of(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
        runtime.block_on(async {
            let client = client().serve().await;
            drop(client);
            let _watch = WatchLogs::new();
            tokio::task::spawn_blocking(|| tracing::error!("from a thread"))
                .await
                .unwrap();
        });
    });
    assert!(message.contains("from a thread"), "{message}");
}

#[test]
fn a_server_is_watched() {
    for tls in [false, true] {
        let message = panic_of(move || {
            block_on(async {
                let client = client();
                let client = if tls {
                    client.serve_tls().await
                } else {
                    client.serve().await
                };
                assert_eq!(client.get("/trouble/spawn").await.text(), "done");
            });
        });
        assert!(message.contains("lost in a task"), "{message}");
    }
}

#[test]
fn a_line_that_does_not_come_fails() {
    let message = panic_of(|| {
        block_on(async {
            let client = client();
            let expected = ExpectLog::new(GENERAL, "nothing of the kind");
            client.get("/trouble/warn").await;
            drop(expected);
        });
    });
    assert!(
        message.contains("not logged: \"nothing of the kind\""),
        "{message}"
    );
    assert!(
        message.contains("logs.rs:") && message.contains("the cart is nearly full"),
        "{message}"
    );
}

#[test]
fn another_level_or_logger_or_a_later_place_is_another_line() {
    for expected in [
        || ExpectLog::new("shop::cart", "the cart").level(Level::ERROR),
        || ExpectLog::new("shop::car", "the cart"),
        || ExpectLog::new("shop::cart", "cart"),
    ] {
        let message = panic_of(move || {
            block_on(async {
                let client = client();
                let _expected = expected();
                client.get("/trouble/warn").await;
            });
        });
        assert!(message.contains("not logged"), "{message}");
    }
}

#[tokio::test]
async fn a_line_may_be_allowed_and_not_required() {
    let client = client();
    let _maybe = ExpectLog::new("", ".*cart").required(false);
    client.get("/trouble/warn").await.rethrow();
    let _never = ExpectLog::new("", ".*dragon").required(false);
}

#[test]
fn tests_beside_one_another_keep_their_lines() {
    let threads: Vec<_> = (0..8)
        .map(|n| {
            std::thread::spawn(move || {
                block_on(async {
                    let client = TestClient::new(app(Settings::new()));
                    let expected = ExpectLog::new("", &format!("line {n}$"));
                    for _ in 0..50 {
                        tracing::warn!("line {n}");
                        client.get("/echo").await;
                    }
                    assert_eq!(expected.matched(), 50);
                });
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// One runtime for all tests of a program, as in programs whose tests share a
/// pool.
#[test]
fn tests_that_share_a_runtime_keep_their_lines() {
    let runtime = std::sync::Arc::new(tokio::runtime::Runtime::new().unwrap());
    let shared = std::sync::Arc::clone(&runtime);
    let quiet = TestClient::new(app(Settings::new()));
    let loud = std::thread::spawn(move || {
        shared.block_on(async {
            let client = client();
            client.get("/trouble/warn").await;
        });
    });
    runtime.block_on(async { quiet.get("/echo").await.rethrow() });
    assert!(loud.join().is_err());
    drop(quiet);
}

#[test]
fn a_client_is_watched_wherever_it_asks() {
    let message = panic_of(|| {
        let client = client();
        let other = client.clone();
        let asking = std::thread::spawn(move || {
            block_on(async { drop(other.get("/trouble/spawn").await) });
        });
        asking.join().unwrap();
        drop(client);
    });
    assert!(message.contains("lost in a task"), "{message}");
}

#[test]
fn a_test_without_a_runtime_is_watched() {
    let message = panic_of(|| {
        let _watch = WatchLogs::new();
        tracing::warn!("alone");
    });
    assert!(message.contains("alone"), "{message}");
}
