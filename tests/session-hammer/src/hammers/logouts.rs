//! What has ended does not come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinSet;

use super::{all, begin, look, post, set};
use crate::{Plan, Report, Site};

/// Clients of one session write, and one logs out in the middle of it: no
/// request that is under way brings the session back, then or later.
pub async fn logouts(site: &Site, plan: Plan) -> Report {
    let mut sessions = JoinSet::new();
    for s in 0..plan.sessions {
        let mut session = begin(site).await;
        sessions.spawn(async move {
            let cookie = session.cookie.clone();
            let ended = Arc::new(AtomicBool::new(false));
            let mut clients = JoinSet::new();
            for c in 0..plan.clients {
                let (mut client, ended) = (session.twin(c), Arc::clone(&ended));
                let cookie = cookie.clone();
                clients.spawn(async move {
                    for r in 0..plan.requests {
                        if c == 0 && r == (s * 7) % plan.requests {
                            assert_eq!(post(&mut client, "/logout").await, 200);
                            ended.store(true, Ordering::SeqCst);
                        }
                        // What is asked from now on must find nothing.
                        let was_ended = ended.load(Ordering::SeqCst);
                        client.cookie.clone_from(&cookie);
                        if r % 2 == 0 {
                            let status = set(&mut client, &format!("key.{c}.{r}"), "x").await;
                            assert_eq!(status, 200);
                        } else {
                            let (_, values) = look(&mut client).await;
                            assert!(
                                !was_ended || values.is_empty(),
                                "a session that has ended was seen"
                            );
                        }
                    }
                });
            }
            all(clients).await;
            session.cookie = cookie;
            let (_, values) = look(&mut session).await;
            assert!(values.is_empty(), "a session has come back: {values:?}");
        });
    }
    all(sessions).await;
    Report {
        acknowledged: plan.total(),
        ..Report::default()
    }
}
