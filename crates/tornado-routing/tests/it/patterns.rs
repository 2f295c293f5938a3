//! What a pattern matches, and the URLs that are made from one.

use std::collections::HashMap;

use proptest::prelude::*;
use serde::Deserialize;
use tornado_routing::{PathMatches, PatternErrorKind, ReverseErrorKind};

use crate::support::path;

type Spans = Vec<Option<(usize, usize)>>;

/// What `golden/routing.py` writes.
#[derive(Deserialize)]
struct Golden {
    args: Vec<String>,
    paths: Vec<String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    pattern: String,
    error: Option<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    groups: usize,
    #[serde(default)]
    matches: HashMap<usize, Spans>,
    url: Option<String>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../golden/routing.json")).expect("the golden file is JSON")
}

/// The bytes of a path that Tornado holds as Latin-1 text.
fn latin1(path: &str) -> Vec<u8> {
    let byte = |c| u8::try_from(u32::from(c)).expect("the paths are Latin-1");
    path.chars().map(byte).collect()
}

/// Documented: Python goes one more round in these loops, and the group ends up empty.
const EMPTY_LAST_ROUND: [&str; 2] = ["/(a*)*", "(0*?|a)+"];

/// What differs from Tornado.
fn differences(golden: &Golden, case: &Case) -> Vec<String> {
    let matcher = match (PathMatches::new(&case.pattern), case.error.as_deref()) {
        (Err(error), Some(expected)) => {
            let kind = match expected {
                "mixed" => PatternErrorKind::MixedGroups,
                _ => PatternErrorKind::Syntax,
            };
            let same = error.kind() == kind;
            return if same {
                vec![]
            } else {
                vec![format!("{expected}: {error}")]
            };
        }
        (Err(error), None) => return vec![error.to_string()],
        (Ok(_), Some(expected)) => return vec![format!("no error: {expected}")],
        (Ok(matcher), None) => matcher,
    };
    let mut found = Vec::new();
    if !matcher
        .group_names()
        .eq(case.names.iter().map(String::as_str))
    {
        found.push("names".to_owned());
    }
    for (index, path) in golden.paths.iter().enumerate() {
        let path = latin1(path);
        if !path.is_ascii() && (case.pattern.contains(r"\b") || case.pattern.contains(r"\B")) {
            // Documented: `\b` knows only ASCII words.
            continue;
        }
        let groups = matcher.captures(&path).expect("it does not give up");
        let spans: Option<Spans> = groups.map(|groups| {
            groups
                .into_iter()
                .map(|span| span.map(|span| (span.start, span.end)))
                .collect()
        });
        let expected = case.matches.get(&index);
        let same = if EMPTY_LAST_ROUND.contains(&case.pattern.as_str()) {
            spans.is_some() == expected.is_some()
        } else {
            spans.as_ref() == expected
        };
        if !same {
            let path = path.escape_ascii();
            found.push(format!("{path}: {spans:?}, not {expected:?}"));
        }
        if matcher.is_match(&path) != Ok(spans.is_some()) {
            found.push(format!("{}: is_match", path.escape_ascii()));
        }
    }
    let url = matcher.reverse(&golden.args[..case.groups]);
    if url.as_ref().ok() != case.url.as_ref() {
        found.push(format!("reversed {url:?}, not {:?}", case.url));
    }
    found
}

#[test]
fn patterns_are_tornados() {
    let golden = golden();
    let mut found = Vec::new();
    for case in &golden.cases {
        for difference in differences(&golden, case) {
            found.push(format!("{:?}: {difference}", case.pattern));
        }
    }
    assert!(
        found.is_empty(),
        "{} differences:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn errors_name_the_pattern_and_the_reason() {
    let text = |pattern| {
        PathMatches::new(pattern)
            .expect_err("it is wrong")
            .to_string()
    };
    assert_eq!(
        text("/(a"),
        r#"the pattern '/(a' is no regular expression: missing ), unterminated subpattern at position 4"#
    );
    assert_eq!(
        text("/(?P<a>x)(y)"),
        r#"groups in url regexes must either be all named or all positional: '/(?P<a>x)(y)'"#
    );
    assert_eq!(
        text("/.*(?<=a+)b"),
        r#"the pattern '/.*(?<=a+)b' is no regular expression: look-behind requires fixed-width pattern"#
    );
    let nested = "(".repeat(100_000);
    let error = PathMatches::new(&nested).expect_err("it is too deep");
    assert_eq!(error.kind(), PatternErrorKind::Syntax);
    let error = PathMatches::new("/(?:(?:a{1000}){1000}){1000}").expect_err("it is too large");
    assert_eq!(error.kind(), PatternErrorKind::Unsupported);
}

#[test]
fn rust_spellings_are_known() {
    let matcher = path(r"/(?<year>[0-9]+)\z");
    assert_eq!(matcher.group_names().collect::<Vec<_>>(), ["year"]);
    assert_eq!(matcher.captures(b"/2026"), Ok(Some(vec![Some(1..5)])));
}

// Tornado's URLSpecReverseTest.
#[test]
fn reverse() {
    let none: [&str; 0] = [];
    for favicon in [r"/favicon\.ico", r"^/favicon\.ico$"] {
        assert_eq!(path(favicon).reverse(&none).as_deref(), Ok("/favicon.ico"));
    }
    let version = path(r"^/api/v\d+/foo/(\w+)$").reverse(&["x"]);
    let error = version.expect_err("Tornado cannot");
    assert_eq!(error.kind(), ReverseErrorKind::Irreversible);
    assert_eq!(
        error.to_string(),
        r"Cannot reverse url regex ^/api/v\d+/foo/(\w+)$"
    );
    assert_eq!(
        path(r"^/api/v1/foo/(\w+)$").reverse(&["bar"]).as_deref(),
        Ok("/api/v1/foo/bar")
    );
    let icon = path(r"/api\.v1/foo/([0-9]+)/icon\.png");
    assert_eq!(
        icon.reverse(&[5.to_string()]).as_deref(),
        Ok("/api.v1/foo/5/icon.png")
    );
    let error = icon.reverse(&none).expect_err("an argument is missing");
    assert_eq!(error.kind(), ReverseErrorKind::Arguments);
    assert_eq!(
        error.to_string(),
        r"required number of arguments not found: the pattern '/api\.v1/foo/([0-9]+)/icon\.png$' takes 1, not 0"
    );
    // Python's `%` stumbles over this one.
    assert_eq!(
        path("/100%/a%20b/(.*)").reverse(&["x"]).as_deref(),
        Ok("/100%/a%20b/x")
    );
}

#[test]
fn reverse_by_name() {
    let archive = path("/(?P<year>[0-9]+)/(?P<month>[0-9]+)");
    assert_eq!(archive.reverse(&["2026", "7"]).as_deref(), Ok("/2026/7"));
    assert_eq!(
        archive
            .reverse_by_name(&[("month", "7"), ("year", "2026")])
            .as_deref(),
        Ok("/2026/7")
    );
    let error = archive
        .reverse_by_name(&[("month", "7"), ("day", "1")])
        .expect_err("no year");
    assert!(error.to_string().contains("no argument 'year'"), "{error}");
    let error = path("/(.*)")
        .reverse_by_name(&[("a", "b")])
        .expect_err("no names");
    assert_eq!(error.kind(), ReverseErrorKind::Arguments);
}

#[test]
fn arguments_are_decoded_with_plus_kept() {
    let params = path("/(.*)/(x)?")
        .params(b"/a+b%2F%C3%A9%zz%4/")
        .unwrap()
        .expect("it matches");
    assert_eq!(
        params.args(),
        [Some("a+b/é%zz%4".as_bytes().to_vec()), None]
    );
    let params = path("/(?P<q>.*)").params(b"/%00%ff").unwrap();
    let params = params.expect("it matches");
    assert!(params.args().is_empty());
    assert_eq!(
        params.kwargs().collect::<Vec<_>>(),
        [("q", Some(b"\x00\xff".as_slice()))]
    );
    assert_eq!(
        format!("{params:?}"),
        r#"PathParams { args: 0, kwargs: ["q"] }"#
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_pattern_panics(pattern in r"[()\[\]{}?*+|^$\\abP<>=!:#/0-9.,ixé-]{0,16}", path in ".{0,8}") {
        if let Ok(matcher) = PathMatches::new(&pattern) {
            let captures = matcher.captures(path.as_bytes());
            let matched = captures.clone().map(|groups| groups.is_some());
            prop_assert_eq!(matched, matcher.is_match(path.as_bytes()));
            let args = vec!["x"; captures.ok().flatten().map_or(0, |groups| groups.len())];
            let _ = matcher.reverse(&args);
        }
    }

    #[test]
    fn what_is_reversed_matches_again(arg in "[^/]{1,8}") {
        let matcher = path("/entry/([^/]+)/edit");
        let url = matcher.reverse(&[&arg]).expect("one group");
        let params = matcher.params(url.as_bytes()).unwrap().expect("it matches");
        prop_assert_eq!(params.args(), &[Some(arg.into_bytes())]);
    }
}
