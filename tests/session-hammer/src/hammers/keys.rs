//! No update is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinSet;

use super::{all, begin, look, set};
use crate::{Plan, Report, Site};

/// Clients of one session set different keys at once: all of them are there at
/// the end.
pub async fn different_keys(site: &Site, plan: Plan) -> Report {
    let mut sessions = JoinSet::new();
    for _ in 0..plan.sessions {
        let mut session = begin(site).await;
        sessions.spawn(async move {
            let mut clients = JoinSet::new();
            for c in 0..plan.clients {
                let mut client = session.twin(c);
                clients.spawn(async move {
                    for r in 0..plan.requests {
                        let value = format!("value.{c}.{r}");
                        assert_eq!(set(&mut client, &format!("key.{c}.{r}"), &value).await, 200);
                    }
                });
            }
            all(clients).await;
            let (_, values) = look(&mut session).await;
            for c in 0..plan.clients {
                for r in 0..plan.requests {
                    let value = values.get(&format!("key.{c}.{r}"));
                    assert_eq!(
                        value.and_then(|value| value.as_str()),
                        Some(&*format!("value.{c}.{r}")),
                        "an update was lost"
                    );
                }
            }
            assert_eq!(values.len(), plan.clients * plan.requests + 1);
        });
    }
    all(sessions).await;
    Report {
        acknowledged: plan.total(),
        ..Report::default()
    }
}

/// Clients set one key at once, while others read: every value that is seen is
/// one that was written, in full, and the last is the last of some client.
pub async fn one_key(site: &Site, plan: Plan) -> Report {
    let mut sessions = JoinSet::new();
    for _ in 0..plan.sessions {
        let mut session = begin(site).await;
        sessions.spawn(async move {
            let done = Arc::new(AtomicBool::new(false));
            let reader = tokio::spawn({
                let (done, mut client) = (Arc::clone(&done), session.twin(1));
                async move {
                    while !done.load(Ordering::Relaxed) {
                        let (_, values) = look(&mut client).await;
                        if let Some(value) = values.get("key") {
                            check(value.as_str().expect("text"), plan);
                        }
                    }
                }
            });
            let mut clients = JoinSet::new();
            for c in 0..plan.clients {
                let mut client = session.twin(c);
                clients.spawn(async move {
                    for r in 0..plan.requests {
                        assert_eq!(set(&mut client, "key", &value(c, r)).await, 200);
                    }
                });
            }
            all(clients).await;
            done.store(true, Ordering::Relaxed);
            reader.await.expect("the reader has not panicked");
            let (_, values) = look(&mut session).await;
            let (_, request) = check(values["key"].as_str().expect("text"), plan);
            assert_eq!(request, plan.requests - 1, "a value has come back");
        });
    }
    all(sessions).await;
    Report {
        acknowledged: plan.total(),
        ..Report::default()
    }
}

/// A value that can be told from a torn one.
fn value(client: usize, request: usize) -> String {
    format!("{client}.{request}.{}", "x".repeat(500 + request % 97))
}

fn check(text: &str, plan: Plan) -> (usize, usize) {
    let mut words = text.split('.').map(str::parse::<usize>);
    let (Some(Ok(client)), Some(Ok(request))) = (words.next(), words.next()) else {
        panic!("a value that nobody has written: {text}");
    };
    assert!(client < plan.clients && request < plan.requests);
    assert_eq!(text, value(client, request), "a value is torn");
    (client, request)
}
