//! Which rule of a table matches a request, and names.

use http::HeaderMap;
use proptest::prelude::*;
use tornado_routing::{
    AnyMatches, DefaultHostMatches, HostMatches, MatchError, Matcher, PathParams, RequestHead,
    ReverseError, ReverseErrorKind, ReversibleRouter, Rule, Table, Target,
};

use crate::support::{head, indexes, logged, path, table};

#[test]
fn the_first_rule_wins_whatever_its_kind() {
    let headers = HeaderMap::new();
    let table = table(&["/a", "/(?!a)[^/]*", "/[ab]", "/b", "/a", "/.*"]);
    let all = |path| indexes(&table, &head(path, &headers));
    assert_eq!(all("/a"), [0, 2, 4, 5]);
    assert_eq!(all("/b"), [1, 2, 3, 5]);
    assert_eq!(all("/c"), [1, 5]);
    assert_eq!(all("/c/d"), [5]);
    assert_eq!(all("c"), [0; 0]);
}

#[test]
fn many_rules_are_searched_at_once() {
    let patterns: Vec<String> = (0..1000).map(|i| format!("/r{i}/([^/]+)")).collect();
    let mut patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    patterns.extend(["/r7/(?=b)(.*)", "/r[0-9]+/(.*)", "/r7/b", "/plain"]);
    patterns.insert(0, "/r7/(?=aa)(.*)");
    let table = table(&patterns);
    let headers = HeaderMap::new();
    let all = |path| indexes(&table, &head(path, &headers));
    assert_eq!(all("/r7/aa"), [0, 8, 1002]);
    assert_eq!(all("/r7/b"), [8, 1001, 1002, 1003]);
    assert_eq!(all("/r999/x"), [1000, 1002]);
    assert_eq!(all("/r1000/x"), [1002]);
    assert_eq!(all("/plain"), [1004]);
    assert_eq!(all("/none"), [0; 0]);
    let request = head("/r41/x%20y", &headers);
    let hit = table.find(&request).unwrap().expect("it matches");
    assert_eq!((hit.index(), *hit.target()), (42, 42));
    assert_eq!(hit.into_params().unwrap().args(), [Some(b"x y".to_vec())]);
}

/// A matcher by header.
struct Key;

impl Matcher for Key {
    fn matches(&self, request: &RequestHead<'_>) -> Result<Option<PathParams>, MatchError> {
        let key = request.headers().get("x-key");
        Ok(key.map(|key| PathParams::new().with_arg(Some(key.as_bytes().to_vec()))))
    }

    fn reverse(&self, args: &[&str]) -> Result<Option<String>, ReverseError> {
        match args {
            [key] => Ok(Some(format!("/?key={key}"))),
            _ => Err(ReverseError::other("one key, please")),
        }
    }
}

#[test]
fn custom_matchers_keep_their_place() {
    let boxed: Box<dyn Matcher> = Box::new(path("/b"));
    let table = Table::new(vec![
        Rule::new(path("/a"), ()),
        Rule::new(Key, ()),
        Rule::new(boxed, ()),
        Rule::new(path("/[ab]"), ()),
        Rule::new(AnyMatches::new(), ()),
    ]);
    let mut headers = HeaderMap::new();
    let all = |path, headers: &HeaderMap| indexes(&table, &head(path, headers));
    assert_eq!(all("/a", &headers), [0, 3, 4]);
    assert_eq!(all("/b", &headers), [2, 3, 4]);
    assert_eq!(all("/c", &headers), [4]);
    headers.insert("x-key", "k".parse().expect("a value"));
    assert_eq!(all("/a", &headers), [0, 1, 3, 4]);
    assert_eq!(all("/b", &headers), [1, 2, 3, 4]);
    let request = head("/b", &headers);
    let hit = table.find(&request).unwrap().expect("it matches");
    assert_eq!(hit.into_params().unwrap().args(), [Some(b"k".to_vec())]);
}

#[test]
fn hosts() {
    let table = Table::new(vec![
        Rule::new(
            HostMatches::new(r"(www\.)?example\.com").expect("a host"),
            (),
        ),
        Rule::new(
            DefaultHostMatches::new(r"example\.com").expect("a host"),
            (),
        ),
    ]);
    let mut headers = HeaderMap::new();
    let all = |host, default, headers: &HeaderMap| {
        let head = head("/", headers)
            .with_host_name(host)
            .with_default_host(default);
        indexes(&table, &head)
    };
    assert_eq!(all("www.example.com", None, &headers), [0]);
    assert_eq!(all("www.example.com.evil", None, &headers), [0; 0]);
    assert_eq!(all("xwww.example.com", None, &headers), [0; 0]);
    assert_eq!(all("::1", Some("example.com"), &headers), [1]);
    assert_eq!(all("::1", Some("other"), &headers), [0; 0]);
    headers.insert("x-real-ip", "::1".parse().expect("a value"));
    assert_eq!(all("::1", Some("example.com"), &headers), [0; 0]);
    assert_eq!(all("example.com", Some("example.com"), &headers), [0]);
}

/// A handler, or a nested router.
enum Destination {
    Handler,
    Router(Table<Destination>),
}

impl Target for Destination {
    fn as_reversible(&self) -> Option<&dyn ReversibleRouter> {
        match self {
            Self::Handler => None,
            Self::Router(table) => Some(table),
        }
    }
}

#[test]
fn names_are_searched_in_routers_further_in() {
    let inner = |prefix: &str| {
        Destination::Router(Table::new(vec![
            Rule::new(path(&format!("/{prefix}/one")), Destination::Handler).name("one"),
            Rule::new(path(&format!("/{prefix}/(.*)")), Destination::Handler).name("two"),
        ]))
    };
    let table = Table::new(vec![
        Rule::new(path("/first.*"), inner("first")),
        Rule::new(path("/second.*"), inner("second")).name("one"),
        Rule::new(path("/dup1"), Destination::Handler).name("dup"),
        Rule::new(path("/dup2"), Destination::Handler).name("dup"),
        Rule::new(Key, Destination::Handler).name("key"),
        Rule::new(AnyMatches::new(), Destination::Handler).name("any"),
    ]);
    // A name of the router itself takes precedence over the same name in a
    // nested one.
    assert_eq!(table.reverse("one", &[]).as_deref(), Ok("/second.*"));
    assert_eq!(
        table.reverse("two", &["a b"]).as_deref(),
        Ok("/first/a%20b")
    );
    assert_eq!(table.reverse("dup", &[]).as_deref(), Ok("/dup2"));
    assert_eq!(table.reverse("key", &["k"]).as_deref(), Ok("/?key=k"));
    assert_eq!(
        table.reverse("key", &[]),
        Err(ReverseError::other("one key, please"))
    );
    for unknown in ["any", "three"] {
        let error = table
            .reverse(unknown, &[])
            .expect_err("it stands for no URL");
        assert_eq!(error.kind(), ReverseErrorKind::UnknownName);
        let message = error.to_string();
        let named = format!("{unknown} not found in named urls (");
        assert!(
            message.starts_with(&named) && message.contains("one"),
            "{message}"
        );
    }
    let error = table
        .reverse("two", &[])
        .expect_err("an argument is missing");
    assert_eq!(error.kind(), ReverseErrorKind::Arguments);
}

#[test]
fn a_name_given_twice_is_logged() {
    let rule = |pattern| Rule::new(path(pattern), Destination::Handler).name("entry");
    assert_eq!(
        logged(|| drop(Table::new(vec![rule("/a"), rule("/b")]))),
        " WARN tornado.application: Multiple handlers named entry; replacing previous value\n"
    );
}

/// Parts of patterns of all kinds, and paths that sometimes match them.
fn pattern() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "/",
        "a",
        "b",
        "ab",
        "[ab]",
        "([^/]+)",
        "([^/]*)",
        "(.*)",
        "(a|b)",
        "a?",
        "[a-c]{1,2}",
        "(?!a)",
        "(?:/b)?",
        "(?=.b)",
        r"\.",
        ".",
    ]);
    prop::collection::vec(piece, 0..5).prop_map(|pieces| format!("/{}", pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_is_as_trying_each_rule_in_order(
        patterns in prop::collection::vec(pattern(), 0..24),
        paths in prop::collection::vec("/[ab/.]{0,6}", 8),
    ) {
        let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
        let table = table(&patterns);
        let headers = HeaderMap::new();
        for path in &paths {
            let one_by_one: Vec<usize> = table
                .rules()
                .iter()
                .filter(|rule| rule.path().unwrap().is_match(path.as_bytes()).unwrap())
                .map(|rule| *rule.target())
                .collect();
            let request = head(path, &headers);
            prop_assert_eq!(&indexes(&table, &request), &one_by_one);
            let first = table.find(&request).unwrap().map(|hit| hit.index());
            prop_assert_eq!(first, one_by_one.first().copied());
        }
    }
}
