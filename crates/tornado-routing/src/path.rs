//! Rules by path (Tornado's `PathMatches`).

use std::{borrow::Cow, ops::Range, sync::Arc};

use crate::{
    engine::{Groups, Pattern},
    error::{MatchError, PatternError, ReverseError},
    matcher::{Matcher, PathParams, RequestHead},
    reverse::Template,
};

/// A regular expression for paths (Tornado's `PathMatches`).
///
/// The language is that of Python's `re`. The pattern must match the whole path: it is anchored at
/// the start, and `$` is added if it does not end with one. (So, as in Tornado, `/a|/b` matches
/// everything that begins with `/a`; write `/(?:a|b)` instead.) It is applied to the raw path, not
/// percent-decoded and without the query, as bytes of which each is a Latin-1 character, as in
/// Tornado. `\b` knows only ASCII words. After `(a*)*` the group holds the last round that matched
/// something, not the empty one after it.
///
/// Groups are the handler's arguments, either all positional or all named.
///
/// ```
/// use tornado_routing::PathMatches;
///
/// let entry = PathMatches::new(r"/entry/([^/]+)/(?:page/)?([0-9]+)?")?;
/// let groups = entry.captures(b"/entry/caf%C3%A9/")?.unwrap();
/// assert_eq!(groups, [Some(7..16), None]);
/// assert_eq!(entry.captures(b"/entry")?, None);
///
/// let params = entry.params(b"/entry/caf%C3%A9/")?.unwrap();
/// assert_eq!(params.args()[0].as_deref(), Some("café".as_bytes()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct PathMatches {
    pattern: Pattern,
    /// The names of the groups, if they have any.
    names: Vec<Arc<str>>,
    template: Option<Template>,
}

impl PathMatches {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// If it is not a valid regular expression, has both named and unnamed groups, or exceeds what
    /// the engines can run.
    pub fn new(pattern: &str) -> Result<PathMatches, PatternError> {
        let pattern = Pattern::new(pattern, Groups::Uniform)?;
        let groups = pattern.groups();
        let names: Vec<Arc<str>> = groups
            .iter()
            .flatten()
            .map(|name| name.as_str().into())
            .collect();
        let template = Template::new(pattern.source(), groups.len());
        Ok(PathMatches {
            pattern,
            names,
            template,
        })
    }

    /// The pattern, including the final `$`.
    #[must_use]
    pub fn pattern(&self) -> &str {
        self.pattern.source()
    }

    /// The names of the groups; empty if the groups are positional.
    pub fn group_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    /// Whether the pattern matches a raw path.
    ///
    /// # Errors
    /// If it can't be decided; see [`MatchError`]. Only patterns with look-around, back-references,
    /// conditionals, atomic groups or possessive repeats can fail.
    #[inline]
    pub fn is_match(&self, path: &[u8]) -> Result<bool, MatchError> {
        self.pattern.is_match(path)
    }

    /// The positions of the groups in a raw path, or `None` if the pattern does
    /// not match.
    ///
    /// A group that did not take part in the match is `None`.
    ///
    /// # Errors
    /// As [`is_match`](Self::is_match).
    pub fn captures(&self, path: &[u8]) -> Result<Option<Vec<Option<Range<usize>>>>, MatchError> {
        let mut groups = Vec::with_capacity(self.pattern.groups().len());
        let matched = self.pattern.captures(path, |span| {
            groups.push(span.map(|(start, end)| start..end));
        })?;
        Ok(matched.then_some(groups))
    }

    /// The arguments for the handler, percent-decoded, or `None` if the pattern does not match the
    /// raw path.
    ///
    /// # Errors
    /// As [`is_match`](Self::is_match).
    pub fn params(&self, path: &[u8]) -> Result<Option<PathParams>, MatchError> {
        let mut params = PathParams::new();
        if self.pattern.groups().is_empty() {
            return Ok(self.is_match(path)?.then_some(params));
        }
        params.reserve(
            self.pattern.groups().len() - self.names.len(),
            self.names.len(),
        );
        let mut names = self.names.iter();
        let matched = self.pattern.captures(path, |span| {
            let value = span.map(|(start, end)| unescape_group(&path[start..end]).into_owned());
            match names.next() {
                Some(name) => params.push_kwarg(name, value),
                None => params.push_arg(value),
            }
        })?;
        Ok(matched.then_some(params))
    }

    /// Makes the path that the pattern matches with these arguments, one for each group.
    ///
    /// The arguments are percent-encoded, except `/`. Named groups are filled in order, too.
    ///
    /// ```
    /// use tornado_routing::PathMatches;
    ///
    /// let entry = PathMatches::new(r"^/entry/([^/]+)/feed\.xml$")?;
    /// assert_eq!(entry.reverse(&["a b"]).unwrap(), "/entry/a%20b/feed.xml");
    /// # Ok::<(), tornado_routing::PatternError>(())
    /// ```
    ///
    /// # Errors
    /// If the number of arguments is wrong, or the pattern has anything other than plain text
    /// outside its groups (`\d`, non-capturing groups, nested groups).
    pub fn reverse(&self, args: &[impl AsRef<str>]) -> Result<String, ReverseError> {
        let template = self.template(args.len())?;
        Ok(template.fill(args.iter().map(AsRef::as_ref)))
    }

    /// Makes the path that the pattern matches with these arguments, each for the group with its
    /// name.
    ///
    /// # Errors
    /// As [`reverse`](Self::reverse), and if the argument of a group is missing.
    pub fn reverse_by_name(
        &self,
        args: &[(impl AsRef<str>, impl AsRef<str>)],
    ) -> Result<String, ReverseError> {
        let template = self.template(args.len())?;
        if self.names.len() != args.len() {
            return Err(ReverseError::arguments(self.pattern(), 0, args.len()));
        }
        let mut values = Vec::with_capacity(args.len());
        for name in &self.names {
            let (_, value) = args
                .iter()
                .find(|(given, _)| given.as_ref() == &**name)
                .ok_or_else(|| ReverseError::missing(self.pattern(), name))?;
            values.push(value.as_ref());
        }
        Ok(template.fill(values.into_iter()))
    }

    fn template(&self, args: usize) -> Result<&Template, ReverseError> {
        let irreversible = || ReverseError::irreversible(self.pattern());
        let template = self.template.as_ref().ok_or_else(irreversible)?;
        if template.arguments() == args {
            Ok(template)
        } else {
            Err(ReverseError::arguments(
                self.pattern(),
                template.arguments(),
                args,
            ))
        }
    }

    pub(crate) fn compiled(&self) -> &Pattern {
        &self.pattern
    }
}

impl Matcher for PathMatches {
    fn matches(&self, request: &RequestHead<'_>) -> Result<Option<PathParams>, MatchError> {
        self.params(request.path().as_bytes())
    }

    fn reverse(&self, args: &[&str]) -> Result<Option<String>, ReverseError> {
        PathMatches::reverse(self, args).map(Some)
    }
}

/// Decodes a group of a raw path: `%41` is a byte, `+` stays, and so does a broken escape.
///
/// Tornado's `url_unescape(value, encoding=None, plus=False)`.
#[must_use]
pub fn unescape_group(group: &[u8]) -> Cow<'_, [u8]> {
    percent_encoding::percent_decode(group).into()
}
