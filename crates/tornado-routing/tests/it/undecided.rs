//! Cases in which it can't be decided whether a rule matches a request.

use http::{HeaderMap, Method};
use tornado_routing::{
    AnyMatches, DefaultHostMatches, HostMatches, MatchError, MatchErrorKind, Matcher, PathMatches,
    PathParams, RequestHead, Rule, Table,
};

use crate::support::{head, logged, path, table};

/// Matches everything below `/private/`, but gives up on many `a` there.
const GUARD: &str = r"/private/(?:(?:a|a)*(?=!)|(.*))";
const LONG: &str = "/private/aaaaaaaaaaaaaaaaaaaaaaaa";

/// The same for hosts that begin with an `a`.
const HOST_GUARD: &str = r"(?:a|a)*(?=!)|a.*";
const LONG_HOST: &str = "aaaaaaaaaaaaaaaaaaaaaaaa";

/// One of the application's own matchers, which uses a pattern.
struct Reads(PathMatches, Method);

impl Matcher for Reads {
    fn matches(&self, request: &RequestHead<'_>) -> Result<Option<PathParams>, MatchError> {
        let found = self.0.matches(request)?;
        Ok(found.filter(|_| *request.method() == self.1))
    }
}

/// One of the application's own matchers, which can't decide.
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
    // The rules, and those that match before one that can't decide.
    let cases: [(Vec<Rule<()>>, &[usize]); 19] = [
        (vec![rule(GUARD), rule("/.*")], &[]),
        (vec![rule("/.*"), rule(GUARD), rule("/.*")], &[0]),
        (and_many(vec![rule(GUARD), rule("/.*")]), &[]),
        (and_many(vec![rule("/.*"), rule(GUARD)]), &[0]),
        // Another rule of its kind matches, before it or after it.
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
    assert_eq!(logged(|| drop(table(&[LONG, GUARD, LONG]))), "");
    let log = logged(|| drop(table(&[GUARD, LONG])));
    let line =
        format!(" WARN tornado.application: The route {LONG} can't be answered: the pattern");
    assert!(log.starts_with(&line), "{log}");
    assert_eq!(log.lines().count(), 1, "{log}");
}
