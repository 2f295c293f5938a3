//! Patterns of routes, and the paths that are looked up in them.

use http::{HeaderMap, Method};
use tornado_web::routing::{Hit, MatchError, PathMatches, RequestHead, Rule, Table};

use super::lines;

/// Patterns as in applications, for each of the engines.
const PATTERNS: [&str; 6] = [
    "/",
    r"/entry/([^/]+)",
    r"/entry/(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/?",
    r"/(?!static/)([a-z]+)/(\d+)?",
    r"/static/(.*)",
    r"/(.*?)/(?:page/)?([0-9]*)",
];

/// Two lines: a pattern and a path.
pub(crate) fn check(input: &[u8]) {
    let [pattern, path] = lines(input).map(String::from_utf8_lossy);
    let mut patterns: Vec<_> = PATTERNS
        .iter()
        .map(|pattern| PathMatches::new(pattern).expect("it is a pattern"))
        .collect();
    // First, so that it competes with all others.
    patterns.extend(PathMatches::new(&pattern));
    patterns.rotate_right(1);

    // A table finds what a walk through its list would find, up to a pattern that gives up.
    let mut expected = Vec::new();
    for (index, pattern) in patterns.iter().enumerate() {
        match is_match(pattern, path.as_bytes()) {
            Ok(true) => expected.push(Ok(index)),
            Ok(false) => {}
            Err(error) => {
                expected.push(Err(error));
                break;
            }
        }
    }
    let rules = patterns.into_iter().map(|pattern| Rule::new(pattern, ()));
    let table = Table::new(rules.collect());
    let headers = HeaderMap::new();
    let head = RequestHead::new(&Method::GET, &path, &headers);
    let index = |hit: Result<Hit<'_, '_, ()>, MatchError>| hit.map(|hit| hit.index());
    let found: Vec<_> = table.matches(&head).map(index).collect();
    assert_eq!(found, expected);
    let first = table.find(&head).transpose().map(index);
    assert_eq!(first.as_ref(), expected.first());
}

/// Whether the pattern matches, on which three functions must agree.
fn is_match(pattern: &PathMatches, path: &[u8]) -> Result<bool, MatchError> {
    let matched = pattern.is_match(path);
    let shown = || {
        format!(
            "{:?} on {:?}",
            pattern.pattern(),
            String::from_utf8_lossy(path)
        )
    };
    let captures = pattern.captures(path);
    let has_captures = captures.clone().map(|groups| groups.is_some());
    assert_eq!(has_captures, matched, "{}", shown());
    let has_params = pattern.params(path).map(|params| params.is_some());
    assert_eq!(has_params, matched, "{}", shown());
    for group in captures.into_iter().flatten().flatten().flatten() {
        assert!(group.start <= group.end && group.end <= path.len());
    }
    matched
}
