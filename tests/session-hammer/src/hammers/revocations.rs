//! A user who is logged out everywhere is out everywhere.

use tokio::task::JoinSet;
use tornado_session::SessionStore as _;
use tornado_session::store::Owned;

use super::{all, begin, look, post, set_surely};
use crate::{Plan, Report, Site};

/// A user logs in on many devices, which keep writing, while all sessions of
/// the user are ended again and again: none escapes, and what is left is what
/// the store lists.
pub async fn revocations(site: &Site, plan: Plan) -> Report {
    let mut users = JoinSet::new();
    for s in 0..plan.sessions {
        let store = site.store.clone().expect("a site of ours has a store");
        let first = begin(&site.nodes).await;
        users.spawn(async move {
            let user = format!("user.{s}.{}", first.cookie.as_deref().map_or(0, hash));
            let mut devices = JoinSet::new();
            for c in 0..plan.clients {
                let (mut client, store, user) = (first.twin(c), store.clone(), user.clone());
                client.cookie = None;
                devices.spawn(async move {
                    let mut report = Report::default();
                    let login = format!("/login/{user}");
                    assert_eq!(post(&mut client, &login).await, 200);
                    for r in 0..plan.writes {
                        let cookie = client.cookie.clone();
                        match set_surely(&mut client, "last", &r.to_string()).await {
                            200 => report.acknowledged += 1,
                            409 => report.refused += 1,
                            other => panic!("200 or 409, not {other}"),
                        }
                        if client.cookie != cookie {
                            // It was logged out.
                            assert_eq!(post(&mut client, &login).await, 200);
                        }
                        if r % 4 == c % 4 {
                            let status = post(&mut client, "/regenerate").await;
                            assert!(matches!(status, 200 | 409), "{status}");
                        }
                        if c == 0 && r % 8 == 7 {
                            let ended = store.delete_owned(&user, Owned::All).await;
                            ended.expect("the store answers");
                        }
                    }
                    (client, report)
                });
            }
            let mut devices = all(devices).await;
            let mut alive = 0;
            for (client, _) in &mut devices {
                alive += usize::from(look(client).await.0.as_deref() == Some(&user));
            }
            let listed = store.list_owned(&user).await.expect("the store answers");
            assert!(listed.len() >= alive, "a session is not listed");
            let ended = store.delete_owned(&user, Owned::All).await;
            assert_eq!(ended.expect("the store answers"), listed.len());
            for (client, _) in &mut devices {
                let (owner, _) = look(client).await;
                assert_eq!(owner, None, "a session has escaped");
            }
            devices
                .into_iter()
                .map(|(_, report)| report)
                .collect::<Vec<_>>()
        });
    }
    let reports = all(users).await.into_iter().flatten();
    reports.fold(Report::default(), Report::and)
}

/// Distinguishes runs on one store.
fn hash(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
