//! A new id loses nothing.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::task::JoinSet;

use super::{all, begin, each_session, look, post, set_surely};
use crate::{Plan, Report, Site};

/// Clients of one session write while its id changes again and again:
/// everything acknowledged is there, and everything else was reported.
pub async fn new_ids(site: &Site, plan: Plan) -> Report {
    each_session(plan, |_| ids_of_one(site.nodes.clone(), plan)).await
}

async fn ids_of_one(nodes: Vec<SocketAddr>, plan: Plan) -> Report {
    let session = begin(&nodes).await;
    let jar = Arc::new(Mutex::new(session.cookie.clone()));
    let mut clients = JoinSet::new();
    for c in 0..plan.clients {
        let (mut client, jar) = (session.twin(c), Arc::clone(&jar));
        clients.spawn(async move {
            let (mut saved, mut refused) = (Vec::new(), 0);
            for r in 0..plan.writes {
                let newest = jar.lock().expect("no panic holds it").clone();
                client.cookie.clone_from(&newest);
                if c == 0 && r % 8 == 7 {
                    assert_eq!(post(&mut client, "/regenerate").await, 200);
                    assert_ne!(client.cookie, newest, "a new id has a cookie");
                    jar.lock()
                        .expect("no panic holds it")
                        .clone_from(&client.cookie);
                    continue;
                }
                let key = format!("key.{c}.{r}");
                match set_surely(&mut client, &key, "x").await {
                    200 => saved.push(key),
                    409 => refused += 1,
                    other => panic!("200 or 409, not {other}"),
                }
                // Only the answer to the change may set a cookie.
                assert_eq!(client.cookie, newest, "a request has put out the new id");
            }
            (saved, refused)
        });
    }
    let mut report = Report::default();
    let mut session = session.twin(0);
    let done = all(clients).await;
    session.cookie = jar.lock().expect("no panic holds it").clone();
    let (_, values) = look(&mut session).await;
    for (saved, refused) in done {
        report.acknowledged += saved.len();
        report.refused += refused;
        let lost = saved.iter().filter(|key| !values.contains_key(*key));
        report.lost += lost.count();
    }
    // What was refused is not there either, and nobody else's is.
    assert_eq!(values.len(), report.acknowledged - report.lost + 1);
    report
}
