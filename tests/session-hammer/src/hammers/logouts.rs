//! What has ended does not come back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinSet;

use super::{all, begin, each_session, look, post, set};
use crate::{Plan, Report, Site};

/// Clients of one session write, and one logs out in the middle: no request in
/// flight brings the session back, then or later.
pub async fn logouts(site: &Site, plan: Plan) -> Report {
    each_session(plan, |s| session(site.nodes.clone(), plan, s)).await
}

async fn session(nodes: Vec<SocketAddr>, plan: Plan, s: usize) -> Report {
    let mut session = begin(&nodes).await;
    let cookie = session.cookie.clone();
    let ended = Arc::new(AtomicBool::new(false));
    let mut clients = JoinSet::new();
    for c in 0..plan.clients {
        let (mut client, ended) = (session.twin(c), Arc::clone(&ended));
        let cookie = cookie.clone();
        clients.spawn(async move {
            let (mut report, mut seen) = (Report::default(), false);
            for r in 0..plan.writes {
                client.cookie.clone_from(&cookie);
                if c == 0 && r == (s * 7) % plan.writes {
                    assert_eq!(post(&mut client, "/logout").await, 200);
                    ended.store(true, Ordering::SeqCst);
                    client.cookie.clone_from(&cookie);
                }
                // Requests made from now on must find nothing.
                let was_ended = ended.load(Ordering::SeqCst);
                if r % 4 == c % 4 {
                    let (_, values) = look(&mut client).await;
                    seen |= was_ended && !values.is_empty();
                    client.cookie.clone_from(&cookie);
                }
                report.count(set(&mut client, &format!("key.{c}.{r}"), "x").await);
            }
            (report, seen)
        });
    }
    let done = all(clients).await;
    session.cookie = cookie;
    let (_, values) = look(&mut session).await;
    let seen = !values.is_empty() || done.iter().any(|(_, seen)| *seen);
    let revived = Report {
        ended: 1,
        revived: usize::from(seen),
        ..Report::default()
    };
    done.into_iter()
        .fold(revived, |sum, (report, _)| sum.and(report))
}
