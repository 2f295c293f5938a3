//! The hammers: one file for each promise.

mod keys;
mod logouts;
mod new_ids;
mod revocations;

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::panic::resume_unwind;
use std::time::Instant;

use serde_json::{Map, Value};
use tokio::task::JoinSet;

pub use keys::{different_keys, one_key};
pub use logouts::logouts;
pub use new_ids::new_ids;
pub use revocations::revocations;

use crate::{Client, Plan, Report, Site};

/// One of the hammers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hammer {
    /// [`different_keys`].
    DifferentKeys,
    /// [`one_key`].
    OneKey,
    /// [`logouts`].
    Logouts,
    /// [`new_ids`].
    NewIds,
    /// [`revocations`].
    Revocations,
}

impl Hammer {
    /// All of them.
    pub const ALL: [Hammer; 5] = [
        Hammer::DifferentKeys,
        Hammer::OneKey,
        Hammer::Logouts,
        Hammer::NewIds,
        Hammer::Revocations,
    ];

    /// Runs it.
    pub async fn run(self, site: &Site, plan: Plan) -> Report {
        let start = Instant::now();
        let mut report = match self {
            Hammer::DifferentKeys => different_keys(site, plan).await,
            Hammer::OneKey => one_key(site, plan).await,
            Hammer::Logouts => logouts(site, plan).await,
            Hammer::NewIds => new_ids(site, plan).await,
            Hammer::Revocations => revocations(site, plan).await,
        };
        report.elapsed = start.elapsed();
        report
    }

    /// Whether the report shows that the promise was kept: nothing was lost,
    /// nothing has come back, and nothing was refused that should not be.
    #[must_use]
    pub fn is_kept(self, report: &Report) -> bool {
        let may_refuse = matches!(self, Hammer::NewIds | Hammer::Revocations);
        report.acknowledged > 0
            && report.lost == 0
            && report.revived == 0
            && (may_refuse || report.refused == 0)
    }
}

impl fmt::Display for Hammer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Hammer::DifferentKeys => "different keys",
            Hammer::OneKey => "one key",
            Hammer::Logouts => "logouts",
            Hammer::NewIds => "new ids",
            Hammer::Revocations => "revocations",
        })
    }
}

/// Runs all hammers one after another. Every promise must be kept.
pub async fn run(site: &Site, plan: Plan) {
    for hammer in Hammer::ALL {
        let report = hammer.run(site, plan).await;
        assert!(hammer.is_kept(&report), "{hammer}: {report:?}");
    }
}

/// Sets a key, saved with the response, and returns the status.
async fn set(client: &mut Client, key: &str, value: &str) -> u16 {
    set_all(client, &[(key, value)]).await
}

/// Sets all these keys in one request.
async fn set_all<T: fmt::Display>(client: &mut Client, pairs: &[(T, T)]) -> u16 {
    let pairs = pairs.iter();
    let pairs: Vec<String> = pairs.map(|(k, v)| format!("key={k}&value={v}")).collect();
    let form = pairs.join("&");
    let answer = client.post("/set", &form).await;
    answer.expect("the server answers").status
}

/// Sets a key, saved explicitly, and returns the status.
async fn set_surely(client: &mut Client, key: &str, value: &str) -> u16 {
    let form = format!("key={key}&value={value}");
    let answer = client.post("/sure", &form).await;
    answer.expect("the server answers").status
}

async fn post(client: &mut Client, path: &str) -> u16 {
    let answer = client.post(path, "").await;
    answer.expect("the server answers").status
}

/// The logged-in user, and the contents of the session.
async fn look(client: &mut Client) -> (Option<String>, Map<String, Value>) {
    let answer = client.get("/all").await.expect("the server answers");
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut all: Value = serde_json::from_str(&answer.body).expect("it is JSON");
    let Value::Object(values) = all["values"].take() else {
        panic!("values are an object");
    };
    (all["owner"].as_str().map(str::to_owned), values)
}

/// A client whose session has begun.
async fn begin(nodes: &[SocketAddr]) -> Client {
    let mut client = Client::new(nodes, "session");
    assert_eq!(set(&mut client, "begun", "yes").await, 200);
    assert!(client.cookie.is_some(), "a session has a cookie");
    client
}

/// Does the work of each session, as many at a time as the plan says, and
/// returns the sum of their reports.
async fn each_session<F>(plan: Plan, work: impl Fn(usize) -> F) -> Report
where
    F: Future<Output = Report> + Send + 'static,
{
    let (mut sessions, mut sum) = (JoinSet::new(), Report::default());
    for s in 0..plan.sessions {
        if s >= plan.at_once
            && let Some(done) = sessions.join_next().await
        {
            let done = done.unwrap_or_else(|error| resume_unwind(error.into_panic()));
            sum = sum.and(done);
        }
        sessions.spawn(work(s));
    }
    all(sessions).await.into_iter().fold(sum, Report::and)
}

/// Runs tasks to their end and returns their results; a panic in one is passed
/// on.
async fn all<T: Send + 'static>(tasks: JoinSet<T>) -> Vec<T> {
    tasks.join_all().await
}
