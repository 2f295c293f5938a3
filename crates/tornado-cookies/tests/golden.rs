//! Our answers are those of Tornado 6.6.1. `golden/make.py` makes the files.

#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

mod answer;

use serde_json::Value;

fn check(golden: &str) {
    let cases: Vec<Value> = serde_json::from_str(golden).unwrap();
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let ours = answer::answer(&case["ask"]);
            (ours != case["answer"]).then(|| format!("{case}\n  is here {ours}"))
        })
        .collect();
    let all = cases.len();
    assert!(
        all > 50 && wrong.is_empty(),
        "{} of {all} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_cookie_header_is_read_as_tornado_does() {
    check(include_str!("golden/read.json"));
}

#[test]
fn the_set_cookie_header_is_tornados() {
    check(include_str!("golden/set_cookie.json"));
}

#[test]
fn signed_values_are_tornados() {
    check(include_str!("golden/signed.json"));
}
