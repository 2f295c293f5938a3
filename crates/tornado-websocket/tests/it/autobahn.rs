//! The cases of the Autobahn test suite, which kosoku runs against a server of ours.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tornado_testing::TestClient;
use tornado_web::websocket::{
    CompressionOptions, Message, WebSocket, WebSocketHandler, WebSocketMixin,
    WebSocketSettings as _,
};
use tornado_web::{Application, Handler, RequestHandler, Result, Settings, url};

#[derive(Handler)]
#[handler(websocket)]
struct Echo(WebSocketHandler);

impl RequestHandler for Echo {}

impl WebSocket for Echo {
    async fn on_message(&mut self, message: Message) -> Result {
        Ok(self.write_message(message).await?)
    }

    fn get_compression_options(&self) -> Option<CompressionOptions> {
        // In families 12 and 13 it accepts only compressed answers.
        Some(CompressionOptions::new().threshold(0))
    }
}

/// Runs cases, and returns the result of each: how the case has ended, and the connection.
async fn run(cases: &[&str], without: &[&str]) -> BTreeMap<String, (String, String)> {
    // Some cases send 16 MiB.
    let settings = Settings::new().websocket_max_message_size(64 << 20);
    let app = Application::new([url("/.*", Echo)], settings).unwrap();
    let client = TestClient::new(app).serve().await;
    let python = std::env::var("TORNADO_WEB_PYTHON")
        .expect("TORNADO_WEB_PYTHON: export TORNADO_WEB_PYTHON=$(cargo xtask python)");
    let reports = tempfile::tempdir().unwrap();
    let mut command = Command::new(Path::new(&python).with_file_name("kosoku"));
    command.args(["-m", "fuzzingclient", "-p", "4", "-o"]);
    command.arg(reports.path());
    for case in cases {
        command.args(["-i", case]);
    }
    for case in without {
        command.args(["-x", case]);
    }
    command.arg(format!("127.0.0.1:{}", client.port()));
    let ran = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    // Its status is 1 even for a case that only informs.
    let said = String::from_utf8_lossy(&ran.stdout);
    let index = find(reports.path())
        .unwrap_or_else(|| panic!("no report: {said}{}", String::from_utf8_lossy(&ran.stderr)));
    let index: Value = serde_json::from_str(&index).unwrap();
    let agents = index.as_object().unwrap().values();
    let cases = agents.flat_map(|agent| agent.as_object().unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    cases
        .map(|(case, report)| {
            let ended = (text(&report["behavior"]), text(&report["behaviorClose"]));
            (case.clone(), ended)
        })
        .collect()
}

fn find(reports: &Path) -> Option<String> {
    std::fs::read_to_string(reports.join("index.json")).ok()
}

/// How many there are of each result, for the case and for the connection; and those that do not
/// follow the RFC strictly.
fn count(ended: &BTreeMap<String, (String, String)>) -> (BTreeMap<&str, usize>, Vec<&str>) {
    let mut counts = BTreeMap::new();
    let mut others = Vec::new();
    for (case, (behavior, close)) in ended {
        *counts.entry(&**behavior).or_default() += 1;
        if !matches!(&**behavior, "OK" | "INFORMATIONAL")
            || !matches!(&**close, "OK" | "INFORMATIONAL")
        {
            others.push(&**case);
        }
    }
    (counts, others)
}

#[tokio::test(flavor = "multi_thread")]
async fn all_cases_without_compression() {
    let ended = run(&["*"], &["12.*", "13.*"]).await;
    let (counts, others) = count(&ended);
    assert_eq!(others, <[&str; 0]>::default(), "{ended:#?}");
    assert_eq!(counts, BTreeMap::from([("INFORMATIONAL", 3), ("OK", 298)]));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it takes a quarter of an hour: cargo xtask autobahn"]
async fn all_cases() {
    let ended = run(&["*"], &[]).await;
    let (counts, others) = count(&ended);
    assert_eq!(others, <[&str; 0]>::default(), "{ended:#?}");
    assert_eq!(counts, BTreeMap::from([("INFORMATIONAL", 3), ("OK", 514)]));
}

/// Sizes 2 and 4 of each family.
#[tokio::test(flavor = "multi_thread")]
async fn two_cases_of_each_family_with_compression() {
    let families = (1..=5)
        .map(|n| format!("12.{n}"))
        .chain((1..=7).map(|n| format!("13.{n}")));
    let cases: Vec<String> = families
        .flat_map(|family| [format!("{family}.2"), format!("{family}.4")])
        .collect();
    let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
    let ended = run(&cases, &[]).await;
    let (counts, others) = count(&ended);
    assert_eq!(others, <[&str; 0]>::default(), "{ended:#?}");
    assert_eq!(counts, BTreeMap::from([("OK", 24)]));
}
