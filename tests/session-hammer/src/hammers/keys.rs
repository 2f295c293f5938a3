//! No update is lost.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinSet;

use super::{all, begin, each_session, look, post, set, set_all};
use crate::{Client, Plan, Report, Site};

/// Clients of one session set different keys concurrently: in the end all of
/// them are there, and nothing else. If a session should hold fewer keys than
/// that, it is checked and cleared in between.
pub async fn different_keys(site: &Site, plan: Plan) -> Report {
    each_session(plan, |_| keys_of_one(site.nodes.clone(), plan)).await
}

async fn keys_of_one(nodes: Vec<SocketAddr>, plan: Plan) -> Report {
    let mut session = begin(&nodes).await;
    let mut twins: Vec<Client> = (0..plan.clients).map(|c| session.twin(c)).collect();
    let (mut sum, mut first) = (Report::default(), 0);
    while first < plan.writes {
        let last = plan.writes.min(first.saturating_add(plan.round()));
        let mut clients = JoinSet::new();
        for (c, mut client) in twins.drain(..).enumerate() {
            clients.spawn(async move {
                let (mut report, mut saved) = (Report::default(), Vec::new());
                for w in first..last {
                    let keys = w * plan.together..(w + 1) * plan.together;
                    let pairs: Vec<(String, String)> = keys
                        .map(|k| (format!("key.{c}.{k}"), format!("value.{c}.{k}")))
                        .collect();
                    if report.count(set_all(&mut client, &pairs).await) {
                        saved.extend(pairs);
                    }
                }
                (client, report, saved)
            });
        }
        let done = all(clients).await;
        let (_, mut values) = look(&mut session).await;
        for (client, report, saved) in done {
            twins.push(client);
            sum = sum.and(report);
            for (key, value) in saved {
                let there = values.remove(&key);
                let there = there.as_ref().and_then(|there| there.as_str());
                sum.lost += usize::from(there != Some(&value));
            }
        }
        values.remove("begun");
        assert!(
            values.is_empty() || sum.refused > 0,
            "nobody has set {values:?}"
        );
        if last < plan.writes {
            assert_eq!(post(&mut session, "/clear").await, 200);
        }
        first = last;
    }
    sum
}

/// Clients set one key concurrently, while others read: every value seen is one
/// that was written, in full, and the last is the last of some client.
pub async fn one_key(site: &Site, plan: Plan) -> Report {
    each_session(plan, |_| key_of_one(site.nodes.clone(), plan)).await
}

async fn key_of_one(nodes: Vec<SocketAddr>, plan: Plan) -> Report {
    let mut session = begin(&nodes).await;
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
            let mut report = Report::default();
            for r in 0..plan.writes {
                assert!(report.count(set(&mut client, "key", &value(c, r)).await));
            }
            report
        });
    }
    let reports = all(clients).await;
    done.store(true, Ordering::Relaxed);
    reader.await.expect("the reader has not panicked");
    let (_, values) = look(&mut session).await;
    let (_, request) = check(values["key"].as_str().expect("text"), plan);
    assert_eq!(request, plan.writes - 1, "a value has come back");
    reports.into_iter().fold(Report::default(), Report::and)
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
    assert!(client < plan.clients && request < plan.writes);
    assert_eq!(text, value(client, request), "a value is torn");
    (client, request)
}
