//! Patterns of routes, and the paths that are looked up in them.

use http::{HeaderMap, Method};
use tornado_web::routing::{PathMatches, RequestHead, Rule, Table};

use super::lines;

/// Patterns as applications have them, of each of the engines.
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

    // A table finds what a walk through its list would find.
    let expected: Vec<_> = patterns
        .iter()
        .enumerate()
        .filter(|(_, pattern)| is_match(pattern, path.as_bytes()))
        .map(|(index, _)| index)
        .collect();
    let rules = patterns.into_iter().map(|pattern| Rule::new(pattern, ()));
    let table = Table::new(rules.collect());
    let headers = HeaderMap::new();
    let head = RequestHead::new(&Method::GET, &path, &headers);
    let found: Vec<_> = table.matches(&head).map(|hit| hit.index()).collect();
    assert_eq!(found, expected);
    assert_eq!(
        table.find(&head).map(|hit| hit.index()),
        expected.first().copied()
    );
}

/// Whether the pattern matches, which three functions have to agree on.
fn is_match(pattern: &PathMatches, path: &[u8]) -> bool {
    let matched = pattern.is_match(path);
    let shown = || {
        format!(
            "{:?} on {:?}",
            pattern.pattern(),
            String::from_utf8_lossy(path)
        )
    };
    assert_eq!(pattern.captures(path).is_some(), matched, "{}", shown());
    let params = pattern.params(path);
    assert_eq!(params.is_some(), matched, "{}", shown());
    for group in pattern.captures(path).into_iter().flatten().flatten() {
        assert!(group.start <= group.end && group.end <= path.len());
    }
    matched
}
