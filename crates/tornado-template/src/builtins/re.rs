//! The module `re`: regular expressions as Python has them.

use std::sync::Arc;

use fancy_regex::{Captures, Regex};

use super::functions::iterator;
use crate::error::Error;
use crate::value::{Args, Caller, Object, V, Value, budget};

type Builtin = fn(&mut dyn Caller, Args) -> Result<Value, Error>;

pub(super) const FLAGS: &[(&str, i64)] = &[
    ("I", 2),
    ("IGNORECASE", 2),
    ("M", 8),
    ("MULTILINE", 8),
    ("S", 16),
    ("DOTALL", 16),
    ("U", 32),
    ("UNICODE", 32),
    ("X", 64),
    ("VERBOSE", 64),
];

pub(super) const FUNCTIONS: &[(&str, Builtin)] = &[
    ("compile", |_, args| {
        let pattern = pattern_of(&args, args.get_or(1, "flags", 0)?)?;
        Ok(Value::from_object(pattern))
    }),
    ("escape", |_, args| {
        let text: String = args.get(0, "pattern")?;
        let special =
            |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !"_!\"%',/:;<=>@`".contains(c);
        let mut escaped = String::new();
        for c in text.chars() {
            if special(c) {
                escaped.push('\\');
            }
            escaped.push(c);
        }
        Ok(Value::from(escaped))
    }),
    ("findall", |_, args| {
        find_all(
            &pattern_of(&args, args.get_or(2, "flags", 0)?)?,
            &args.get(1, "string")?,
        )
    }),
    ("finditer", |_, args| {
        find_iter(
            &pattern_of(&args, args.get_or(2, "flags", 0)?)?,
            &args.get(1, "string")?,
        )
    }),
    ("fullmatch", |_, args| {
        search(
            &pattern_of(&args, args.get_or(2, "flags", 0)?)?,
            &args.get(1, "string")?,
            How::Whole,
        )
    }),
    ("match", |_, args| {
        search(
            &pattern_of(&args, args.get_or(2, "flags", 0)?)?,
            &args.get(1, "string")?,
            How::Start,
        )
    }),
    ("search", |_, args| {
        search(
            &pattern_of(&args, args.get_or(2, "flags", 0)?)?,
            &args.get(1, "string")?,
            How::Anywhere,
        )
    }),
    ("split", |_, args| {
        split(
            &pattern_of(&args, args.get_or(3, "flags", 0)?)?,
            &args.get(1, "string")?,
            args.get_or(2, "maxsplit", 0)?,
        )
    }),
    ("sub", |caller, args| {
        let pattern = pattern_of(&args, args.get_or(4, "flags", 0)?)?;
        let (replacement, text): (Value, Arc<str>) = (args.get(1, "repl")?, args.get(2, "string")?);
        substitute(
            caller,
            &pattern,
            &replacement,
            &text,
            args.get_or(3, "count", 0)?,
        )
    }),
];

/// A compiled expression, `re.Pattern`.
#[derive(Debug)]
struct Pattern {
    text: String,
    regex: Regex,
}

/// What has matched, `re.Match`.
#[derive(Debug)]
struct Match {
    text: Arc<str>,
    groups: Vec<Option<(usize, usize)>>,
    names: Vec<(String, usize)>,
}

#[derive(Clone, Copy, PartialEq)]
enum How {
    Start,
    Whole,
    Anywhere,
}

fn pattern_of(args: &Args, flags: i64) -> Result<Pattern, Error> {
    let value: Value = args.get(0, "pattern")?;
    if let Some(pattern) = value.downcast_ref::<Pattern>() {
        return Ok(Pattern {
            text: pattern.text.clone(),
            regex: pattern.regex.clone(),
        });
    }
    let text = value
        .as_str()
        .ok_or_else(|| Error::type_error("first argument must be string or compiled pattern"))?;
    let mut letters = String::new();
    for (bit, letter) in [(2, 'i'), (8, 'm'), (16, 's'), (64, 'x')] {
        if flags & bit != 0 {
            letters.push(letter);
        }
    }
    let translated = translated(text, flags & 8 != 0);
    let source = if letters.is_empty() {
        translated
    } else {
        format!("(?{letters}:{translated})")
    };
    let regex = Regex::new(&source).map_err(|error| Error::of("re.error", error.to_string()))?;
    let text = text.to_owned();
    Ok(Pattern { text, regex })
}

/// A pattern of Python for Rust: the end of the text is `\Z` there, and `$` is before a
/// line break at the end as well.
fn translated(pattern: &str, lines: bool) -> String {
    let mut out = String::with_capacity(pattern.len());
    let (mut in_class, mut chars) = (false, pattern.chars());
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('Z') if !in_class => out.push_str("\\z"),
                next => {
                    out.push('\\');
                    out.extend(next);
                }
            },
            '$' if !in_class && !lines => out.push_str(r"(?:$|(?=\n\z))"),
            c => {
                in_class = c == '[' || in_class && c != ']';
                out.push(c);
            }
        }
    }
    out
}

/// What has been found, with the room for it.
fn checked<T>(found: Result<T, fancy_regex::Error>) -> Result<T, Error> {
    budget::work(16)?;
    budget::room(MATCH)?;
    found.or_else(|error| {
        budget::work(BACKTRACKS)?;
        Err(Error::of(
            "RuntimeError",
            format!("the regular expression takes too long: {error}"),
        ))
    })
}

/// What an expression has tried that takes too long: the limit of `fancy_regex`.
const BACKTRACKS: usize = 1_000_000;

/// About what a match takes, or the texts of its groups beside their characters.
const MATCH: usize = 256;

fn new_match(pattern: &Pattern, text: &Arc<str>, captures: &Captures<'_, str>) -> Match {
    let groups = captures
        .iter()
        .map(|group| group.map(|m| (m.start(), m.end())))
        .collect();
    let names = pattern.regex.capture_names().enumerate();
    let names = names
        .filter_map(|(i, name)| Some((name?.to_owned(), i)))
        .collect();
    let text = Arc::clone(text);
    Match {
        text,
        groups,
        names,
    }
}

fn search(pattern: &Pattern, text: &Arc<str>, how: How) -> Result<Value, Error> {
    for captures in pattern.regex.captures_iter(&**text) {
        let captures = checked(captures)?;
        let Some(whole) = captures.get(0) else {
            continue;
        };
        let fits = match how {
            How::Anywhere => true,
            How::Start => whole.start() == 0,
            How::Whole => whole.start() == 0 && whole.end() == text.len(),
        };
        if fits {
            return Ok(Value::from_object(new_match(pattern, text, &captures)));
        }
        if how == How::Whole {
            let source = format!("^(?:{})\\z", translated(&pattern.text, false));
            let whole =
                Regex::new(&source).map_err(|error| Error::of("re.error", error.to_string()))?;
            let pattern = Pattern {
                text: source,
                regex: whole,
            };
            return search(&pattern, text, How::Start);
        }
        break;
    }
    Ok(Value::none())
}

fn group_text(text: &str, group: Option<(usize, usize)>) -> Value {
    group.map_or_else(Value::none, |(start, end)| Value::from(&text[start..end]))
}

fn find_all(pattern: &Pattern, text: &Arc<str>) -> Result<Value, Error> {
    let mut found = Vec::new();
    for captures in pattern.regex.captures_iter(&**text) {
        let captures = checked(captures)?;
        let group = |i: usize| Value::from(captures.get(i).map_or("", |m| m.as_str()));
        found.push(match captures.len() {
            1 => group(0),
            2 => group(1),
            n => Value::tuple((1..n).map(group)),
        });
    }
    Ok(Value::from(found))
}

fn find_iter(pattern: &Pattern, text: &Arc<str>) -> Result<Value, Error> {
    let mut found = Vec::new();
    for captures in pattern.regex.captures_iter(&**text) {
        found.push(Value::from_object(new_match(
            pattern,
            text,
            &checked(captures)?,
        )));
    }
    Ok(iterator(found))
}

fn split(pattern: &Pattern, text: &Arc<str>, most: i64) -> Result<Value, Error> {
    let most = usize::try_from(most)
        .ok()
        .filter(|most| *most > 0)
        .unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    let mut last = 0;
    for captures in pattern.regex.captures_iter(&**text).take(most) {
        let captures = checked(captures)?;
        let Some(whole) = captures.get(0) else {
            continue;
        };
        parts.push(Value::from(&text[last..whole.start()]));
        parts.extend(
            (1..captures.len())
                .map(|i| group_text(text, captures.get(i).map(|m| (m.start(), m.end())))),
        );
        last = whole.end();
    }
    parts.push(Value::from(&text[last..]));
    Ok(Value::from(parts))
}

fn substitute(
    caller: &mut dyn Caller,
    pattern: &Pattern,
    by: &Value,
    text: &Arc<str>,
    count: i64,
) -> Result<Value, Error> {
    let most = usize::try_from(count)
        .ok()
        .filter(|count| *count > 0)
        .unwrap_or(usize::MAX);
    let mut out = String::with_capacity(text.len());
    let mut last = 0;
    for captures in pattern.regex.captures_iter(&**text).take(most) {
        let captures = checked(captures)?;
        let Some(whole) = captures.get(0) else {
            continue;
        };
        let before = out.len();
        out.push_str(&text[last..whole.start()]);
        let found = new_match(pattern, text, &captures);
        match &by.0 {
            V::Str(template) => expand(template, &found, &mut out)?,
            _ => {
                let replaced = caller.call(by, Args::new().arg(Value::from_object(found)))?;
                out.push_str(
                    replaced
                        .as_str()
                        .ok_or_else(|| Error::type_error("expected str instance"))?,
                );
            }
        }
        budget::room(out.len() - before)?;
        last = whole.end();
    }
    out.push_str(&text[last..]);
    Ok(Value::from(out))
}

/// `\1`, `\g<name>` and the escapes of a replacement.
fn expand(template: &str, found: &Match, out: &mut String) -> Result<(), Error> {
    let mut rest = template;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(c) = rest.chars().next() else {
            return Err(Error::of("re.error", "bad escape (end of pattern)"));
        };
        let name = match c {
            '0'..='9' => {
                let digits = rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
                let name = &rest[..digits];
                rest = &rest[digits..];
                name
            }
            'g' if rest.starts_with("g<") => {
                let end = rest
                    .find('>')
                    .ok_or_else(|| Error::of("re.error", "missing >, unterminated name"))?;
                let name = &rest[2..end];
                rest = &rest[end + 1..];
                name
            }
            _ => {
                rest = &rest[c.len_utf8()..];
                match c {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    'r' => out.push('\r'),
                    c if c.is_ascii_alphabetic() => {
                        return Err(Error::of("re.error", format!("bad escape \\{c}")));
                    }
                    c => {
                        if c != '\\' {
                            out.push('\\');
                        }
                        out.push(c);
                    }
                }
                continue;
            }
        };
        let group = found.group(
            &name
                .parse::<i64>()
                .map_or_else(|_| Value::from(name), Value::from),
        )?;
        out.push_str(group.as_str().unwrap_or_default());
    }
    out.push_str(rest);
    Ok(())
}

impl Match {
    fn index(&self, key: &Value) -> Result<usize, Error> {
        let by_name = |name: &str| self.names.iter().find(|(n, _)| n == name).map(|(_, i)| *i);
        let index = match &key.0 {
            V::Str(name) => by_name(name),
            _ => key.as_i64().and_then(|i| usize::try_from(i).ok()),
        };
        index
            .filter(|i| *i < self.groups.len())
            .ok_or_else(|| Error::of("IndexError", "no such group"))
    }

    fn group(&self, key: &Value) -> Result<Value, Error> {
        Ok(group_text(&self.text, self.groups[self.index(key)?]))
    }

    fn position(&self, args: &Args) -> Result<(i64, i64), Error> {
        let key = args
            .positional()
            .first()
            .cloned()
            .unwrap_or_else(|| Value::from(0));
        let chars = |at: usize| self.text[..at].chars().count() as i64;
        Ok(self.groups[self.index(&key)?]
            .map_or((-1, -1), |(start, end)| (chars(start), chars(end))))
    }
}

impl Object for Match {
    fn type_name(&self) -> &str {
        "re.Match"
    }

    fn get_item(&self, key: &Value) -> Option<Result<Value, Error>> {
        Some(self.group(key))
    }

    fn call_method(&self, name: &str, args: Args) -> Option<Result<Value, Error>> {
        let all = || (1..self.groups.len()).map(|i| group_text(&self.text, self.groups[i]));
        Some(match name {
            "group" => match args.positional() {
                [] => self.group(&Value::from(0)),
                [one] => self.group(one),
                many => many
                    .iter()
                    .map(|key| self.group(key))
                    .collect::<Result<Vec<_>, _>>()
                    .map(Value::tuple),
            },
            "groups" => Ok(Value::tuple(all())),
            "groupdict" => {
                Ok(Value::dict(self.names.iter().map(|(name, i)| {
                    (name.clone(), group_text(&self.text, self.groups[*i]))
                })))
            }
            "start" => self.position(&args).map(|(start, _)| Value::from(start)),
            "end" => self.position(&args).map(|(_, end)| Value::from(end)),
            "span" => self.position(&args).map(Value::from),
            _ => return None,
        })
    }
}

impl Object for Pattern {
    fn type_name(&self) -> &str {
        "re.Pattern"
    }

    fn get_attr(&self, name: &str) -> Option<Value> {
        (name == "pattern").then(|| Value::from(&self.text))
    }

    fn call_method(&self, name: &str, args: Args) -> Option<Result<Value, Error>> {
        let text = |i| args.get::<Arc<str>>(i, "string");
        Some(match name {
            "search" => text(0).and_then(|text| search(self, &text, How::Anywhere)),
            "match" => text(0).and_then(|text| search(self, &text, How::Start)),
            "fullmatch" => text(0).and_then(|text| search(self, &text, How::Whole)),
            "findall" => text(0).and_then(|text| find_all(self, &text)),
            "finditer" => text(0).and_then(|text| find_iter(self, &text)),
            "split" => text(0).and_then(|text| split(self, &text, args.get_or(1, "maxsplit", 0)?)),
            "sub" => text(1).and_then(|text| {
                substitute(
                    &mut crate::value::NoCaller,
                    self,
                    &args.get(0, "repl")?,
                    &text,
                    args.get_or(2, "count", 0)?,
                )
            }),
            _ => return None,
        })
    }
}
