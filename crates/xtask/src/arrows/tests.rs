use std::fs;

use super::*;

/// A crate with a circle that `lib.rs` hides, and a file in a folder that knows
/// its sibling.
const FILES: [(&str, &str); 6] = [
    (
        "lib.rs",
        "mod body;\nmod http;\npub mod log;\npub use body::{Body, Chunk as Piece};\npub use http::Request;\n",
    ),
    (
        "body.rs",
        "use crate::Request;\npub struct Body;\npub struct Chunk;\n",
    ),
    (
        "http/mod.rs",
        "mod head;\nmod wire;\npub use head::Request;\npub(crate) fn limit() {}\n",
    ),
    (
        "http/head.rs",
        "pub struct Request;\nfn f() { let _ = (crate::Piece, super::wire::read()); }\n",
    ),
    (
        "http/wire.rs",
        "use std::fmt;\npub(super) fn read() { crate::log::info!(\"{}\", super::limit()) }\n\
         #[cfg(test)]\nmod tests {\n use crate::Body;\n use super::super::head::Request;\n}\n",
    ),
    (
        "log.rs",
        "//! Says `crate::Body`.\npub mod level {\n    pub use super::super::http::Request;\n}\n",
    ),
];

fn arrows(change: impl Fn(&str, &str) -> String) -> Vec<Arrow> {
    let root = tempfile::tempdir().unwrap();
    for (file, text) in FILES {
        let file_path = root.path().join(file);
        fs::create_dir_all(file_path.parent().unwrap()).unwrap();
        fs::write(file_path, change(file, text)).unwrap();
    }
    Modules::read(root.path()).unwrap().arrows().unwrap()
}

fn list(text: &str) -> List {
    let page = format!("before\n<!-- arrows demo -->\n```text\n{text}\n```\nafter");
    read_one(&page)
}

fn read_one(page: &str) -> List {
    super::list::read(page).unwrap().remove("demo").unwrap()
}

#[test]
fn an_arrow_leads_to_the_file_that_has_the_thing() {
    let arrows = arrows(|_, text| text.to_owned());
    let mut seen: Vec<String> = arrows
        .iter()
        .map(|arrow| format!("{}:{} {} {}", arrow.from, arrow.line, arrow.to, arrow.name))
        .collect();
    seen.sort();
    assert_eq!(
        seen,
        [
            "body.rs:1 http/head.rs Request",
            "http/head.rs:2 body.rs Piece",
            "http/head.rs:2 http/wire.rs read",
            "http/wire.rs:2 http/mod.rs limit",
            "http/wire.rs:2 log.rs info",
            "log.rs:3 http/head.rs Request",
        ]
    );
}

#[test]
fn what_is_not_on_the_list_is_named_with_its_line() {
    let arrows = arrows(|_, text| text.to_owned());
    let problems = check("demo", &list("body: http\nhttp: log"), &arrows);
    assert_eq!(
        problems[0],
        "crates/demo/src/http/head.rs:2: `http` may not know `body`, which has `Piece`"
    );
    assert!(
        problems
            .iter()
            .any(|problem| problem.contains("these files are a circle"))
    );
}

#[test]
fn a_circle_on_the_list_is_one_all_the_same() {
    let arrows = arrows(|_, text| text.to_owned());
    let problems = check("demo", &list("body: http\nhttp: body, log"), &arrows);
    assert!(
        problems
            .iter()
            .any(|p| p.contains("these rooms are a circle: body, http"))
    );
    assert!(
        problems
            .iter()
            .any(|p| p.contains("body.rs:1: `Request` of http/head.rs"))
    );
}

#[test]
fn without_the_circle_all_is_right_and_what_is_left_over_is_told() {
    let arrows = arrows(|file, text| match file {
        "http/head.rs" => text.replace("crate::Piece", "0"),
        "log.rs" => String::new(),
        _ => text.to_owned(),
    });
    assert_eq!(
        check("demo", &list("body: http\nhttp: log"), &arrows),
        Vec::<String>::new()
    );
    assert_eq!(
        check("demo", &list("body: http\nhttp: body, log"), &arrows)[0],
        "docs/architecture.md: demo: `http` does not know `body` any more"
    );
    assert_eq!(List::of(&arrows).to_string(), "body: http\nhttp: log\n");
}

#[test]
fn a_page_that_says_nothing_is_an_error() {
    assert!(super::list::read("no list").is_err());
    assert!(super::list::read("<!-- arrows demo -->\nbody: http").is_err());
    assert!(super::list::read("<!-- arrows demo -->\n```text\nbody\n```").is_err());
}
