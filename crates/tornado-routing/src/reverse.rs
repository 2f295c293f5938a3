//! A pattern turned back into a URL (Tornado's `PathMatches._find_groups`).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What `url_escape(value, plus=False)` leaves alone: letters, digits, `_.-~` and `/`.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'.')
    .remove(b'-')
    .remove(b'~')
    .remove(b'/');

/// The texts before, between and after the groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template(Vec<String>);

impl Template {
    /// Returns `None` if the pattern cannot be reversed: as in Tornado, if it has parentheses other
    /// than those of its groups, or an escaped letter or digit outside them.
    pub(crate) fn new(pattern: &str, groups: usize) -> Option<Template> {
        let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
        let pattern = pattern.strip_suffix('$').unwrap_or(pattern);
        if groups != pattern.matches('(').count() {
            return None;
        }
        let mut texts = vec![String::new()];
        for fragment in pattern.split('(') {
            let text = match fragment.split_once(')') {
                Some((_, behind)) => {
                    texts.push(String::new());
                    behind
                }
                None => fragment,
            };
            let text = re_unescape(text)?;
            texts
                .last_mut()
                .expect("it begins with one")
                .push_str(&text);
        }
        // A nested group would be one place for two arguments, which Python's `%` refuses.
        (texts.len() == groups + 1).then_some(Template(texts))
    }

    /// How many arguments it takes.
    pub(crate) fn arguments(&self) -> usize {
        self.0.len() - 1
    }

    /// Fills in the arguments, percent-encoded. Their number must be right.
    pub(crate) fn fill<'a>(&self, args: impl Iterator<Item = &'a str>) -> String {
        let mut texts = self.0.iter();
        let mut url = texts.next().cloned().unwrap_or_default();
        for (arg, text) in args.zip(texts) {
            url.extend(utf8_percent_encode(arg, ESCAPED));
            url.push_str(text);
        }
        url
    }
}

/// Undoes `re.escape`; `None` for text that it could not have made (`tornado.util.re_unescape`).
fn re_unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some(c) if c.is_ascii_alphanumeric() => return None,
            Some(c) => out.push(c),
            None => out.push('\\'),
        }
    }
    Some(out)
}
