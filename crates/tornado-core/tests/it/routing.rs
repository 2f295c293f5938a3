//! What Tornado makes of patterns, and what a table makes of its rules.

use std::collections::HashMap;

use http::{HeaderMap, Method, Request, Response};
use proptest::prelude::*;
use serde::Deserialize;
use tornado_core::log::{ACCESS, APPLICATION};
use tornado_core::routing::{
    AnyMatches, DefaultHostMatches, HostMatches, MatchError, MatchErrorKind, Matcher, PathMatches,
    PathParams, PatternErrorKind, RequestHead, ReverseError, ReverseErrorKind, ReversibleRouter,
    Rule, Table, Target,
};
use tornado_core::{
    Application, Body, Exchange, Handler, Output as _, RequestHandler, Settings, mount, nest, url,
};
use tornado_testing::{ExpectLog, TestClient, WatchLogs};
use tracing::Level;

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

/// Documented: Python goes one round more in these loops, and the group ends as an empty one.
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
            // Documented: `\b` knows the words of ASCII only.
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

fn head<'a>(path: &'a str, headers: &'a HeaderMap) -> RequestHead<'a> {
    RequestHead::new(&Method::GET, path, headers)
}

fn path(pattern: &str) -> PathMatches {
    PathMatches::new(pattern).expect("the pattern is right")
}

fn table(patterns: &[&str]) -> Table<usize> {
    let rules = patterns
        .iter()
        .enumerate()
        .map(|(i, pattern)| Rule::new(path(pattern), i));
    Table::new(rules.collect())
}

fn indexes<T>(table: &Table<T>, request: &RequestHead<'_>) -> Vec<usize> {
    let hits = table.matches(request);
    hits.map(|hit| hit.expect("no pattern gives up").index())
        .collect()
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
    assert!(
        error
            .to_string()
            .starts_with("required number of arguments not found")
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

/// A handler, or a router further in.
enum Node {
    Handler,
    Router(Table<Node>),
}

impl Target for Node {
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
        Node::Router(Table::new(vec![
            Rule::new(path(&format!("/{prefix}/one")), Node::Handler).name("one"),
            Rule::new(path(&format!("/{prefix}/(.*)")), Node::Handler).name("two"),
        ]))
    };
    let table = Table::new(vec![
        Rule::new(path("/first.*"), inner("first")),
        Rule::new(path("/second.*"), inner("second")).name("one"),
        Rule::new(path("/dup1"), Node::Handler).name("dup"),
        Rule::new(path("/dup2"), Node::Handler).name("dup"),
        Rule::new(Key, Node::Handler).name("key"),
        Rule::new(AnyMatches::new(), Node::Handler).name("any"),
    ]);
    // A name of the router itself comes before the same name further in.
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
    }
    let error = table
        .reverse("two", &[])
        .expect_err("an argument is missing");
    assert_eq!(error.kind(), ReverseErrorKind::Arguments);
}

#[test]
fn a_name_given_twice_is_logged() {
    let line = "Multiple handlers named entry; replacing previous value$";
    let _expected = ExpectLog::new(APPLICATION, line).level(Level::WARN);
    let rule = |pattern| Rule::new(path(pattern), Node::Handler).name("entry");
    drop(Table::new(vec![rule("/a"), rule("/b")]));
}

/// Matches what is below `/private/`, but gives up on many `a` there.
const GUARD: &str = r"/private/(?:(?:a|a)*(?=!)|(.*))";
const LONG: &str = "/private/aaaaaaaaaaaaaaaaaaaaaaaa";

/// The same for hosts that begin with an `a`.
const HOST_GUARD: &str = r"(?:a|a)*(?=!)|a.*";
const LONG_HOST: &str = "aaaaaaaaaaaaaaaaaaaaaaaa";

/// A matcher of the application's own that asks a pattern.
struct Reads(PathMatches, Method);

impl Matcher for Reads {
    fn matches(&self, request: &RequestHead<'_>) -> Result<Option<PathParams>, MatchError> {
        let found = self.0.matches(request)?;
        Ok(found.filter(|_| *request.method() == self.1))
    }
}

/// A matcher of the application's own that can't tell.
struct NotLoaded;

impl Matcher for NotLoaded {
    fn matches(&self, _: &RequestHead<'_>) -> Result<Option<PathParams>, MatchError> {
        Err(MatchError::other("the tenants are not loaded"))
    }
}

#[test]
fn a_pattern_that_gives_up_says_so() {
    let guard = path(GUARD);
    assert_eq!(guard.is_match(b"/private/ab"), Ok(true));
    assert_eq!(guard.is_match(b"/public"), Ok(false));
    let errors = [
        guard.is_match(LONG.as_bytes()).unwrap_err(),
        guard.captures(LONG.as_bytes()).unwrap_err(),
        guard.params(LONG.as_bytes()).unwrap_err(),
        path(&GUARD.replace("(.*)", ".*"))
            .params(LONG.as_bytes())
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), MatchErrorKind::GaveUp);
        let text = error.to_string();
        assert!(text.starts_with("the pattern '/private/"), "{text}");
        assert!(
            text.ends_with("limit for backtracking count exceeded"),
            "{text}"
        );
    }
}

#[test]
fn nothing_behind_a_rule_that_can_not_tell_is_found() {
    let rule = |pattern: &str| Rule::new(path(pattern), ());
    let own = || Rule::new(Reads(path(GUARD), Method::GET), ());
    let any = || Rule::new(AnyMatches::new(), ());
    let host = || Rule::new(HostMatches::new(HOST_GUARD).unwrap(), ());
    let default_host = || Rule::new(DefaultHostMatches::new(HOST_GUARD).unwrap(), ());
    // More than are tried one by one.
    let and_many = |rules: Vec<Rule<()>>| {
        let others = (0..9).map(|i| rule(&format!("/{i}/[^/]*")));
        rules.into_iter().chain(others).collect()
    };
    // The rules, and those that match before one that can't tell.
    let cases: [(Vec<Rule<()>>, &[usize]); 19] = [
        (vec![rule(GUARD), rule("/.*")], &[]),
        (vec![rule("/.*"), rule(GUARD), rule("/.*")], &[0]),
        (and_many(vec![rule(GUARD), rule("/.*")]), &[]),
        (and_many(vec![rule("/.*"), rule(GUARD)]), &[0]),
        // Another one of its kind matches, before it or behind it.
        (vec![rule("/(?=p).*"), rule(GUARD)], &[0]),
        (vec![rule(GUARD), rule("/(?=p).*")], &[]),
        // Text is looked up in a map.
        (vec![rule(GUARD), rule(LONG)], &[]),
        (vec![rule(LONG), rule(GUARD), rule(LONG)], &[0]),
        (vec![rule("/.*"), rule(GUARD), rule(LONG)], &[0]),
        (and_many(vec![rule(GUARD), rule(LONG)]), &[]),
        (and_many(vec![rule("/q"), rule(LONG), rule(GUARD)]), &[1]),
        // Matchers that are not by path.
        (vec![rule(GUARD), any()], &[]),
        (vec![any(), rule(GUARD), any()], &[0]),
        (vec![rule("/q"), any(), rule(GUARD)], &[1]),
        (vec![own(), rule("/.*")], &[]),
        (vec![rule("/.*"), own(), any()], &[0]),
        (vec![any(), host(), any()], &[0]),
        (vec![host(), rule(LONG), any()], &[]),
        (vec![default_host(), any()], &[]),
    ];
    let headers = HeaderMap::new();
    let request = head(LONG, &headers)
        .with_host_name(LONG_HOST)
        .with_default_host(Some(LONG_HOST));
    for (number, (rules, before)) in cases.into_iter().enumerate() {
        let table = Table::new(rules);
        let found: Vec<_> = table.matches(&request).collect();
        let (last, hits) = found.split_last().expect("there is an error");
        let hits: Vec<_> = hits
            .iter()
            .map(|hit| hit.as_ref().unwrap().index())
            .collect();
        assert_eq!(hits, before, "case {number}");
        let error = last.as_ref().expect_err("nobody can tell");
        assert_eq!(error.kind(), MatchErrorKind::GaveUp, "case {number}");
        let first = table.find(&request).map(|hit| hit.map(|hit| hit.index()));
        let expected = before
            .first()
            .map_or(Err(error.clone()), |&hit| Ok(Some(hit)));
        assert_eq!(first, expected, "case {number}");
    }
    let table = Table::new(vec![Rule::new(NotLoaded, ()), any()]);
    let error = table.find(&request).unwrap_err();
    assert_eq!(error.kind(), MatchErrorKind::Other);
    assert_eq!(error.to_string(), "the tenants are not loaded");
}

#[test]
fn a_route_that_can_never_be_answered_is_logged() {
    let _watch = WatchLogs::new();
    drop(table(&[LONG, GUARD, LONG]));
    let line = format!("The route {LONG} can't be answered: the pattern");
    let _expected = ExpectLog::new(APPLICATION, &line).level(Level::WARN);
    drop(table(&[GUARD, LONG]));
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Says {
    base: Exchange,
    what: &'static str,
}

impl RequestHandler for Says {
    async fn get(&mut self) -> tornado_core::Result {
        self.write(self.what);
        Ok(())
    }
}

fn says(pattern: &str, what: &'static str) -> tornado_core::Rule {
    url(pattern, move |base| Says { base, what })
}

#[tokio::test]
async fn a_request_that_may_be_a_guards_is_a_500() {
    let builder = || Application::builder(Settings::new());
    let guard = || says(GUARD, "guard");
    let wide = || says("/.*", "wide");
    let own = |matcher: Reads| tornado_core::Rule::new(matcher, [says("/.*", "guard")]);
    let open = tower::service_fn(async |_: Request<Body>| {
        Ok::<_, std::convert::Infallible>(Response::new(Body::from("wide")))
    });
    let cases = [
        ("a route", builder().handlers([guard(), wide()])),
        ("text", builder().handlers([guard(), says(LONG, "wide")])),
        (
            "a list behind",
            builder().handlers([guard(), nest("/.*", [wide()])]),
        ),
        (
            "a service behind",
            builder().handlers([guard(), mount("/.*", open)]),
        ),
        (
            "the default",
            builder()
                .handlers([guard()])
                .default_handler(|base| Says { base, what: "wide" }),
        ),
        (
            "a list of its own",
            builder().handlers([nest(GUARD, [says("/.*", "guard")]), wide()]),
        ),
        (
            "in a list",
            builder().handlers([nest("/private/.*", [guard()]), wide()]),
        ),
        (
            "a mount",
            builder().handlers([
                mount(
                    GUARD,
                    Application::new([says("/.*", "guard")], Settings::new()).unwrap(),
                ),
                wide(),
            ]),
        ),
        (
            "a matcher",
            builder().handlers([own(Reads(path(GUARD), Method::GET)), wide()]),
        ),
        (
            "a host",
            builder()
                .add_handlers(HOST_GUARD, [says("/.*", "guard")])
                .handlers([wide()]),
        ),
        (
            "in a host",
            builder().add_handlers("a.*", [guard()]).handlers([wide()]),
        ),
    ];
    let page = "<html><title>500: Internal Server Error</title><body>500: Internal Server Error</body></html>";
    for (name, builder) in cases {
        let client = TestClient::new(builder.build().unwrap());
        let short = client.get("/private/a").header("Host", "a.com").await;
        assert_eq!(short.text(), "guard", "{name}");
        let failure = "(?s)Uncaught exception GET /private/aaa.*\nthe pattern '";
        let _uncaught = ExpectLog::new(APPLICATION, failure);
        let _line = ExpectLog::new(ACCESS, "500 GET /private/aaa");
        let long = client.get(LONG).header("Host", LONG_HOST).await;
        assert_eq!((long.status().as_u16(), long.text()), (500, page), "{name}");
    }
}

#[tokio::test]
async fn a_request_that_may_be_a_guards_is_a_500_whatever_it_is() {
    let settings = Settings::new().xsrf_cookies(true);
    let rules = [says(GUARD, "guard"), says("/.*", "wide")];
    let client = TestClient::new(Application::new(rules, settings).unwrap());
    let served = client.clone().serve().await;
    let _uncaught = ExpectLog::new(APPLICATION, "Uncaught exception");
    for client in [client, served.clone(), served.http2()] {
        for (method, body) in [("GET", ""), ("HEAD", ""), ("POST", "a=1"), ("DELETE", "")] {
            let request = client.request(method, LONG).body(body).without_xsrf();
            assert_eq!(request.await.status(), 500, "{method}");
        }
    }
}

/// Pieces that make patterns of all kinds, and paths that match them now and then.
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
