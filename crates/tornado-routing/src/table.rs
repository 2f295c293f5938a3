//! An ordered list of rules, searched at constant cost (Tornado's `ReversibleRuleRouter`).

use std::{any::Any, collections::HashMap, fmt};

use crate::{
    error::{MatchError, ReverseError},
    index::Index,
    matcher::{Matcher, PathParams, RequestHead},
    path::PathMatches,
};

/// One entry of a routing table: which requests it matches, where they go, and a name for
/// `reverse_url`.
pub struct Rule<T> {
    kind: RuleKind,
    target: T,
    name: Option<String>,
}

/// The table knows matchers by path, and finds them all in one search.
enum RuleKind {
    Path(PathMatches),
    Custom(Box<dyn Matcher>),
}

impl<T> Rule<T> {
    /// A rule: requests that the matcher accepts go to the target.
    #[expect(
        clippy::missing_panics_doc,
        reason = "the slot is full unless it gave a path"
    )]
    pub fn new<M: Matcher>(matcher: M, target: T) -> Rule<T> {
        let mut slot = Some(matcher);
        let path = (&mut slot as &mut dyn Any)
            .downcast_mut::<Option<PathMatches>>()
            .and_then(Option::take);
        let kind = match (path, slot) {
            (Some(path), _) => RuleKind::Path(path),
            (None, matcher) => {
                RuleKind::Custom(Box::new(matcher.expect("it was not taken as a path")))
            }
        };
        Rule {
            kind,
            target,
            name: None,
        }
    }

    /// Gives the rule a name, for `reverse_url`.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Rule<T> {
        self.name = Some(name.into());
        self
    }

    /// Where requests go.
    pub fn target(&self) -> &T {
        &self.target
    }

    /// The pattern, if the rule is by path.
    pub fn path(&self) -> Option<&PathMatches> {
        match &self.kind {
            RuleKind::Path(path) => Some(path),
            RuleKind::Custom(_) => None,
        }
    }

    fn reverse(&self, args: &[&str]) -> Result<Option<String>, ReverseError> {
        match &self.kind {
            RuleKind::Path(path) => path.reverse(args).map(Some),
            RuleKind::Custom(matcher) => matcher.reverse(args),
        }
    }
}

impl<T> fmt::Debug for Rule<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("path", &self.path().map(PathMatches::pattern))
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// An ordered list of rules: the first that matches wins.
///
/// ```
/// use http::{HeaderMap, Method};
/// use tornado_routing::{MatchError, PathMatches, RequestHead, Rule, Table};
///
/// let table = Table::new(vec![
///     Rule::new(PathMatches::new("/entry/new")?, "compose"),
///     Rule::new(PathMatches::new("/entry/([^/]+)")?, "entry"),
/// ]);
/// let headers = HeaderMap::new();
/// let find = |path| {
///     let hit = table.find(&RequestHead::new(&Method::GET, path, &headers))?;
///     Ok::<_, MatchError>(hit.map(|hit| *hit.target()))
/// };
/// assert_eq!(find("/entry/new")?, Some("compose"));
/// assert_eq!(find("/entry/old")?, Some("entry"));
/// assert_eq!(find("/entry")?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Table<T> {
    rules: Vec<Rule<T>>,
    index: Index,
    /// The rules that are not by path, in order.
    customs: Vec<usize>,
    names: HashMap<String, usize>,
}

impl<T> Table<T> {
    /// Makes a table of rules. The time that this takes once makes each search cheap.
    ///
    /// If two rules share a name, the last one has it, and a warning is logged.
    #[must_use]
    pub fn new(rules: Vec<Rule<T>>) -> Table<T> {
        let mut names = HashMap::new();
        for (index, rule) in rules.iter().enumerate() {
            let Some(name) = &rule.name else { continue };
            if names.insert(name.clone(), index).is_some() {
                tracing::warn!(
                    target: "tornado.application",
                    "Multiple handlers named {name}; replacing previous value"
                );
            }
        }
        let paths: Vec<_> = rules.iter().map(Rule::path).collect();
        let index = Index::new(&paths);
        let customs = (0..rules.len())
            .filter(|&i| rules[i].path().is_none())
            .collect();
        Table {
            rules,
            index,
            customs,
            names,
        }
    }

    /// The rules, in order.
    #[must_use]
    pub fn rules(&self) -> &[Rule<T>] {
        &self.rules
    }

    /// The rules that match a request, in order.
    ///
    /// The first is found at constant cost. The others matter if a target is a router that finds
    /// nothing for the request: they are looked up one by one, and only on demand.
    #[must_use]
    pub fn matches<'t, 'r>(&'t self, request: &RequestHead<'r>) -> Matches<'t, 'r, T> {
        Matches {
            table: self,
            request: *request,
            next: None,
        }
    }

    /// The first rule that matches; the same as `matches(request).next()`.
    ///
    /// # Errors
    /// If it can't be decided whether a rule matches, and no earlier one does.
    #[inline]
    pub fn find<'t, 'r>(
        &'t self,
        request: &RequestHead<'r>,
    ) -> Result<Option<Hit<'t, 'r, T>>, MatchError> {
        let path = request.path();
        let by_path = self.index.find(path.as_bytes(), |i| self.rules[i].path());
        let ended_at = match &by_path {
            Ok(found) => *found,
            Err(undecided) => Some(undecided.index),
        };
        for &index in &self.customs {
            if ended_at.is_some_and(|ended_at| ended_at < index) {
                break;
            }
            if let Some(hit) = self.try_rule(index, request)? {
                return Ok(Some(hit));
            }
        }
        let found = by_path.map_err(|undecided| undecided.error)?;
        Ok(found.map(|index| Hit {
            index,
            rule: &self.rules[index],
            path,
            params: None,
        }))
    }

    fn try_rule<'t, 'r>(
        &'t self,
        index: usize,
        request: &RequestHead<'r>,
    ) -> Result<Option<Hit<'t, 'r, T>>, MatchError> {
        let rule = &self.rules[index];
        let path = request.path();
        let params = match &rule.kind {
            RuleKind::Path(pattern) if pattern.is_match(path.as_bytes())? => None,
            RuleKind::Path(_) => return Ok(None),
            RuleKind::Custom(matcher) => match matcher.matches(request)? {
                None => return Ok(None),
                params => params,
            },
        };
        Ok(Some(Hit {
            index,
            rule,
            path,
            params,
        }))
    }
}

impl<T: Target> Table<T> {
    /// Makes the URL of the rule with this name, here or in a nested router.
    ///
    /// # Errors
    /// If no rule has the name, or the arguments do not fit the rule.
    pub fn reverse(&self, name: &str, args: &[&str]) -> Result<String, ReverseError> {
        self.reverse_url(name, args)?.ok_or_else(|| {
            let known = self.names.keys().map(String::as_str);
            ReverseError::unknown_name(name, known.collect())
        })
    }
}

impl<T> fmt::Debug for Table<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// The rules that match a request, in order; see [`Table::matches`]. An error ends the sequence.
#[derive(Debug)]
pub struct Matches<'t, 'r, T> {
    table: &'t Table<T>,
    request: RequestHead<'r>,
    /// Where to continue; `None` before the first.
    next: Option<usize>,
}

impl<'t, 'r, T> Iterator for Matches<'t, 'r, T> {
    type Item = Result<Hit<'t, 'r, T>, MatchError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let end = self.table.rules.len();
        let from = self.next.replace(end);
        let found = match from {
            None => self.table.find(&self.request),
            Some(from) => (from..end)
                .find_map(|index| self.table.try_rule(index, &self.request).transpose())
                .transpose(),
        };
        match found {
            Ok(Some(hit)) => {
                self.next = Some(hit.index + 1);
                Some(Ok(hit))
            }
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

/// A rule that matches a request.
#[derive(Debug)]
pub struct Hit<'t, 'r, T> {
    index: usize,
    rule: &'t Rule<T>,
    path: &'r str,
    /// What a matcher that is not by path took from the request.
    params: Option<PathParams>,
}

impl<'t, T> Hit<'t, '_, T> {
    /// The number of the rule, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &'t Rule<T> {
        self.rule
    }

    /// Where the request goes.
    #[must_use]
    pub fn target(&self) -> &'t T {
        &self.rule.target
    }

    /// The arguments for the handler. The groups of a pattern are searched only now.
    ///
    /// # Errors
    /// If the pattern gives up on that search.
    pub fn into_params(self) -> Result<PathParams, MatchError> {
        match (self.params, self.rule.path()) {
            (Some(params), _) => Ok(params),
            // It is known to match.
            (None, Some(pattern)) if pattern.compiled().groups().is_empty() => {
                Ok(PathParams::new())
            }
            (None, Some(pattern)) => pattern.params(self.path.as_bytes())?.ok_or_else(|| {
                let pattern = pattern.pattern();
                MatchError::other(format!(
                    "the pattern '{pattern}' has matched, and now does not"
                ))
            }),
            (None, None) => Ok(PathParams::new()),
        }
    }
}

/// What a rule leads to, and whether that is a router with names of its own.
///
/// See [`Table::reverse`] for an example.
pub trait Target {
    /// The router in which `reverse_url` looks up names, too.
    fn as_reversible(&self) -> Option<&dyn ReversibleRouter> {
        None
    }
}

/// A router that knows the URLs of its named rules (Tornado's `ReversibleRouter`).
///
/// ```
/// use tornado_routing::{ReverseError, ReversibleRouter};
///
/// struct Docs;
///
/// impl ReversibleRouter for Docs {
///     fn reverse_url(&self, name: &str, args: &[&str]) -> Result<Option<String>, ReverseError> {
///         Ok((name == "docs").then(|| format!("/docs/{}", args.join("/"))))
///     }
/// }
///
/// assert_eq!(Docs.reverse_url("docs", &["a", "b"]), Ok(Some("/docs/a/b".to_owned())));
/// assert_eq!(Docs.reverse_url("other", &[]), Ok(None));
/// ```
pub trait ReversibleRouter {
    /// Makes the URL of the rule with this name, or `None` if no rule has it.
    ///
    /// # Errors
    /// If the arguments do not fit the rule.
    fn reverse_url(&self, name: &str, args: &[&str]) -> Result<Option<String>, ReverseError>;
}

impl<T: Target> ReversibleRouter for Table<T> {
    fn reverse_url(&self, name: &str, args: &[&str]) -> Result<Option<String>, ReverseError> {
        if let Some(&index) = self.names.get(name) {
            return self.rules[index].reverse(args);
        }
        for nested in self
            .rules
            .iter()
            .filter_map(|rule| rule.target.as_reversible())
        {
            if let Some(url) = nested.reverse_url(name, args)? {
                return Ok(Some(url));
            }
        }
        Ok(None)
    }
}
