//! `Router`: the routes of an application, compiled.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use http::header;
use http::request::Parts;
use tornado_routing::{
    DefaultHostMatches, HostMatches, MatchError, PathMatches, PathParams, PatternError,
    RequestHead, ReverseError, ReversibleRouter, Table, host_name,
};

use crate::application::Routes;
use crate::builtin::ErrorHandler;
use crate::dispatch::Endpoint;
#[cfg(feature = "axum")]
use crate::dispatch::Layered;
use crate::error::{StartError, StartErrorKind};
use crate::rule::{Rule, RuleMatcher, RuleTarget};

/// The table of all routes, and what answers when none of them matches.
pub(super) struct Router {
    table: Table<Destination>,
    default: Endpoint,
    default_host: Option<String>,
    /// Whether any rule examines more than the path. Most applications have
    /// none, and then the host is never needed.
    looks_beyond_path: bool,
    complaints: Vec<String>,
    /// The layers around all routes, if there are any.
    #[cfg(feature = "axum")]
    pub(super) layered: Option<Layered>,
}

/// The findings from compiling the rules.
#[derive(Default)]
struct Findings {
    looks_beyond_path: bool,
    /// Probable mistakes.
    complaints: Vec<String>,
}

/// Where a compiled rule leads: to an endpoint, or to more rules.
enum Destination {
    Endpoint(Endpoint),
    Table(Arc<Table<Destination>>),
}

impl Router {
    /// Compiles rules: those for any host, and those for the hosts that a pattern
    /// matches. `default` answers when none of them matches.
    pub(super) fn new(
        handlers: Vec<Rule>,
        hosts: Vec<(String, Vec<Rule>)>,
        default: Option<Endpoint>,
        default_host: Option<String>,
    ) -> Result<Router, StartError> {
        let mut findings = Findings {
            looks_beyond_path: !hosts.is_empty(),
            complaints: Vec::new(),
        };
        let mut table = |rules| compile(rules, None, &mut findings);
        let mut by_host = Vec::new();
        let mut by_default_host = Vec::new();
        for (pattern, rules) in hosts {
            let rules = Arc::new(Table::new(table(rules)?));
            let matcher = HostMatches::new(&pattern).map_err(bad_pattern)?;
            by_host.push(tornado_routing::Rule::new(
                matcher,
                Destination::Table(Arc::clone(&rules)),
            ));
            if default_host.is_some() {
                let matcher = DefaultHostMatches::new(&pattern).map_err(bad_pattern)?;
                by_default_host.push(tornado_routing::Rule::new(
                    matcher,
                    Destination::Table(rules),
                ));
            }
        }
        let mut rules = table(handlers)?;
        rules.splice(0..0, by_host);
        rules.extend(by_default_host);
        Ok(Router {
            table: Table::new(rules),
            default: default
                .unwrap_or_else(|| Endpoint::handler(|base| ErrorHandler::new(base, 404))),
            default_host,
            looks_beyond_path: findings.looks_beyond_path,
            complaints: findings.complaints,
            #[cfg(feature = "axum")]
            layered: None,
        })
    }

    /// As `new`, with layers around it.
    #[cfg(feature = "axum")]
    pub(super) fn behind(self, layered: Option<Layered>) -> Router {
        Router { layered, ..self }
    }

    /// The endpoint for a request, and the groups that its route's pattern
    /// matched.
    ///
    /// If it can't be decided whether a rule applies to the request, the result
    /// is an error. Neither a later rule nor the default is used: the undecided
    /// rule may be guarding them.
    pub(super) fn find(&self, parts: &Parts) -> Result<(&Endpoint, PathParams), MatchError> {
        let head = RequestHead::new(&parts.method, parts.uri.path(), &parts.headers);
        let found = if self.looks_beyond_path {
            let named = parts
                .headers
                .get(header::HOST)
                .and_then(|host| host.to_str().ok());
            let host = named
                .or_else(|| parts.uri.authority().map(|a| a.as_str()))
                .unwrap_or("127.0.0.1");
            let host = host_name(host);
            search(
                &self.table,
                &head
                    .with_host_name(&host)
                    .with_default_host(self.default_host.as_deref()),
            )
        } else {
            search(&self.table, &head)
        };
        Ok(found?.unwrap_or_else(|| (&self.default, PathParams::new())))
    }
}

impl Routes for Router {
    fn complaints(&self) -> &[String] {
        &self.complaints
    }

    fn reverse_url(&self, name: &str, args: &[&str]) -> Result<String, ReverseError> {
        self.table.reverse(name, args)
    }
}

fn search<'t>(
    table: &'t Table<Destination>,
    head: &RequestHead<'_>,
) -> Result<Option<(&'t Endpoint, PathParams)>, MatchError> {
    for hit in table.matches(head) {
        let hit = hit?;
        match hit.target() {
            Destination::Endpoint(endpoint) => return Ok(Some((endpoint, hit.into_params()?))),
            Destination::Table(table) => {
                if let Some(found) = search(table, head)? {
                    return Ok(Some(found));
                }
            }
        }
    }
    Ok(None)
}

/// Compiles a list of rules, all of them below the pattern `outer`, if there is one.
fn compile(
    rules: Vec<Rule>,
    outer: Option<&str>,
    findings: &mut Findings,
) -> Result<Vec<tornado_routing::Rule<Destination>>, StartError> {
    let mut compiled = Vec::with_capacity(rules.len());
    let mut taken = HashSet::new();
    for rule in rules {
        let pattern = match &rule.matcher {
            RuleMatcher::Path(pattern) => Some(&**pattern),
            RuleMatcher::Custom(_) => None,
        };
        if let Some(pattern) = pattern {
            findings.complaints.extend(never_reached(pattern, outer));
            let is_endpoint = matches!(rule.target, RuleTarget::Endpoint(_));
            // A second name for a URL can be useful.
            if is_endpoint && !taken.insert(pattern.to_owned()) && rule.name.is_none() {
                findings.complaints.push(format!(
                    "The pattern \"{pattern}\" is there twice; nothing reaches the second route"
                ));
            }
        }
        let target = match rule.target {
            RuleTarget::Endpoint(endpoint) => Destination::Endpoint(endpoint),
            RuleTarget::Rules(rules) => Destination::Table(Arc::new(Table::new(compile(
                rules,
                pattern.or(outer),
                findings,
            )?))),
        };
        let made = match rule.matcher {
            RuleMatcher::Path(pattern) => {
                let matcher = PathMatches::new(&pattern).map_err(|error| {
                    let message = format!("{}: {error}", rule.place);
                    StartError::new(StartErrorKind::Pattern, message).with_source(error)
                })?;
                tornado_routing::Rule::new(matcher, target)
            }
            RuleMatcher::Custom(matcher) => {
                findings.looks_beyond_path = true;
                tornado_routing::Rule::new(matcher, target)
            }
        };
        compiled.push(match rule.name {
            Some(name) => made.name(name),
            None => made,
        });
    }
    Ok(compiled)
}

/// A message for a pattern that no path can match, or that no path can reach.
fn never_reached(pattern: &str, outer: Option<&str>) -> Option<String> {
    if begins_with_a_letter(pattern) {
        return Some(format!(
            "The pattern \"{pattern}\" matches no path, since every path begins with a slash"
        ));
    }
    let outer = outer?;
    let ((inner_text, inner_ends), (outer_text, outer_ends)) = (literal(pattern), literal(outer));
    let begins = |long: &str, short: &str, short_ends: bool| {
        long.starts_with(short) && (!short_ends || long.len() == short.len())
    };
    let reached =
        begins(inner_text, outer_text, outer_ends) || begins(outer_text, inner_text, inner_ends);
    (!reached).then(|| {
        format!(
            "The pattern \"{pattern}\" matches no path behind \"{outer}\": each of them is for the whole path"
        )
    })
}

/// The literal text at the beginning of every path that a pattern matches, and
/// whether that is the whole path.
fn literal(pattern: &str) -> (&str, bool) {
    let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
    let pattern = pattern.strip_suffix('$').unwrap_or(pattern);
    if pattern.contains('|') {
        return ("", false);
    }
    match pattern.find(['\\', '.', '*', '+', '?', '(', '[', '{', '^', '$']) {
        None => (pattern, true),
        Some(end) => {
            let text = &pattern[..end];
            // The character before it may be missing: `/api/?`.
            let optional = matches!(pattern.as_bytes()[end], b'*' | b'?' | b'{');
            let last = text.chars().next_back().filter(|_| optional);
            (&text[..end - last.map_or(0, char::len_utf8)], false)
        }
    }
}

/// Whether a pattern requires a letter, a digit or the like where each path has
/// its slash.
fn begins_with_a_letter(pattern: &str) -> bool {
    let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
    let mut chars = pattern.chars();
    let begins = chars
        .next()
        .is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    // `a?/b` and `a*/b` may begin with the slash, and so may `a|/b`.
    begins && !matches!(chars.next(), Some('?' | '*' | '{')) && !pattern.contains('|')
}

fn bad_pattern(error: PatternError) -> StartError {
    StartError::new(StartErrorKind::Pattern, error.to_string()).with_source(error)
}

impl tornado_routing::Target for Destination {
    fn as_reversible(&self) -> Option<&dyn ReversibleRouter> {
        match self {
            Destination::Endpoint(_) => None,
            Destination::Table(table) => Some(&**table),
        }
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("rules", &self.table.rules())
            .finish_non_exhaustive()
    }
}
