//! The hammers: one file for each promise.

mod keys;
mod logouts;
mod new_ids;
mod revocations;

use serde_json::{Map, Value};
use tokio::task::JoinSet;

pub use keys::{different_keys, one_key};
pub use logouts::logouts;
pub use new_ids::new_ids;
pub use revocations::revocations;

use crate::{Client, Site};

/// Sets a key, saved with the response, and gives the status.
async fn set(client: &mut Client, key: &str, value: &str) -> u16 {
    let form = format!("key={key}&value={value}");
    let answer = client.post("/set", &form).await;
    answer.expect("the server answers").status
}

/// Sets a key, saved by hand, and gives the status.
async fn set_surely(client: &mut Client, key: &str, value: &str) -> u16 {
    let form = format!("key={key}&value={value}");
    let answer = client.post("/sure", &form).await;
    answer.expect("the server answers").status
}

async fn post(client: &mut Client, path: &str) -> u16 {
    let answer = client.post(path, "").await;
    answer.expect("the server answers").status
}

/// Who is logged in, and what the session holds.
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
async fn begin(site: &Site) -> Client {
    let mut client = Client::new(&site.nodes, "session");
    assert_eq!(set(&mut client, "begun", "yes").await, 200);
    assert!(client.cookie.is_some(), "a session has a cookie");
    client
}

/// Runs tasks to their end and gives what they give; a panic of one is ours.
async fn all<T: Send + 'static>(tasks: JoinSet<T>) -> Vec<T> {
    tasks.join_all().await
}
