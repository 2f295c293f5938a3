//! The methods of `str`.

use std::sync::Arc;

use super::fields::format_text;
use super::pad::pad;
use super::text_parts::{encode, expandtabs, is_space, join, split, splitlines, translate};
use crate::error::Error;
use crate::value::{Args, V, Value, budget, slice_bounds};

pub(super) const METHODS: &[&str] = &[
    "capitalize",
    "casefold",
    "center",
    "count",
    "encode",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "format_map",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "translate",
    "upper",
    "zfill",
];

pub(super) fn call(text: &str, name: &str, args: &Args) -> Result<Value, Error> {
    let positional = args.positional();
    let most = match name {
        "capitalize" | "casefold" | "lower" | "swapcase" | "title" | "upper" => 0,
        "center" | "encode" | "ljust" | "rjust" | "rsplit" | "split" => 2,
        "count" | "endswith" | "find" | "index" | "replace" | "rfind" | "rindex" | "startswith" => {
            3
        }
        "format" => usize::MAX,
        name if name.starts_with("is") => 0,
        _ => 1,
    };
    args.at_most(name, most)?;
    Ok(match name {
        "casefold" => Value::from(text.to_lowercase().replace('\u{df}', "ss")),
        "lower" => Value::from(text.to_lowercase()),
        "upper" => Value::from(text.to_uppercase()),
        "title" => Value::from(title(text)),
        "capitalize" => {
            let mut chars = text.chars();
            let mut capital = String::with_capacity(text.len());
            if let Some(first) = chars.next() {
                push_title(first, &mut capital);
            }
            Value::from(capital + &chars.as_str().to_lowercase())
        }
        "swapcase" => {
            let swap = |c: char| -> String {
                if c.is_uppercase() {
                    c.to_lowercase().collect()
                } else {
                    c.to_uppercase().collect()
                }
            };
            Value::from(text.chars().map(swap).collect::<String>())
        }
        "strip" | "lstrip" | "rstrip" => {
            args.check(name, &["chars"])?;
            let chars: Option<String> = args.get_or(0, "chars", None)?;
            let strip = |c: char| {
                chars
                    .as_ref()
                    .map_or_else(|| is_space(c), |chars| chars.contains(c))
            };
            Value::from(match name {
                "strip" => text.trim_matches(strip),
                "lstrip" => text.trim_start_matches(strip),
                _ => text.trim_end_matches(strip),
            })
        }
        "join" => join(text, args)?,
        "split" | "rsplit" => split(text, name == "rsplit", args)?,
        "splitlines" => splitlines(text, args.get_or::<i64>(0, "keepends", 0)? != 0)?,
        "partition" | "rpartition" => {
            let separator: Arc<str> = args.get(0, "sep")?;
            if separator.is_empty() {
                return Err(Error::value_error("empty separator"));
            }
            let first = name == "partition";
            let found = if first {
                text.split_once(&*separator)
            } else {
                text.rsplit_once(&*separator)
            };
            match (found, first) {
                (Some((before, after)), _) => Value::from((before, separator, after)),
                (None, true) => Value::from((text, "", "")),
                (None, false) => Value::from(("", "", text)),
            }
        }
        "replace" => {
            let (old, new): (Arc<str>, Arc<str>) = (args.get(0, "old")?, args.get(1, "new")?);
            let count: i64 = args.get_or(2, "count", -1)?;
            // How often it can be there at most, and how often it is where that is a lot.
            let mut most = (text.len() + 1) / old.len().max(1);
            if most.saturating_mul(new.len()) > 1 << 16 {
                most = text.matches(&*old).count();
            }
            budget::room(most.saturating_mul(new.len()))?;
            Value::from(match usize::try_from(count) {
                Ok(count) => text.replacen(&*old, &new, count),
                Err(_) => text.replace(&*old, &new),
            })
        }
        "startswith" | "endswith" => {
            let part = bounded(text, args, 1)?.map(|(_, part)| part);
            let starts = name == "startswith";
            let test = |affix: &str| {
                part.is_some_and(|part| {
                    if starts {
                        part.starts_with(affix)
                    } else {
                        part.ends_with(affix)
                    }
                })
            };
            let affixes = positional.first().ok_or_else(|| missing(name))?;
            match &affixes.0 {
                V::Str(affix) => Value::from(test(affix)),
                V::Tuple(affixes) => {
                    Value::from(affixes.iter().filter_map(Value::as_str).any(test))
                }
                _ => {
                    let class = affixes.type_name();
                    return Err(Error::type_error(format!(
                        "{name} first arg must be str or a tuple of str, not {class}"
                    )));
                }
            }
        }
        "removeprefix" => {
            let affix: Arc<str> = args.get(0, "prefix")?;
            Value::from(text.strip_prefix(&*affix).unwrap_or(text))
        }
        "removesuffix" => {
            let affix: Arc<str> = args.get(0, "suffix")?;
            Value::from(text.strip_suffix(&*affix).unwrap_or(text))
        }
        "find" | "rfind" | "index" | "rindex" => {
            let part: Arc<str> = args.get(0, "sub")?;
            let found = bounded(text, args, 1)?.and_then(|(start, within)| {
                let first = name == "find" || name == "index";
                let at = if first {
                    within.find(&*part)
                } else {
                    within.rfind(&*part)
                };
                at.map(|at| start + within[..at].chars().count())
            });
            match found {
                Some(at) => Value::from(at),
                None if name.ends_with("find") => Value::from(-1),
                None => return Err(Error::value_error("substring not found")),
            }
        }
        "count" => {
            let part: Arc<str> = args.get(0, "sub")?;
            let count = bounded(text, args, 1)?.map_or(0, |(_, within)| {
                if part.is_empty() {
                    within.chars().count() + 1
                } else {
                    within.matches(&*part).count()
                }
            });
            Value::from(count)
        }
        "center" | "ljust" | "rjust" => {
            let width: i64 = args.get(0, "width")?;
            let fill: String = args.get_or(1, "fillchar", " ".to_owned())?;
            if fill.chars().count() != 1 {
                return Err(Error::type_error(
                    "The fill character must be exactly one character long",
                ));
            }
            pad(text, width, &fill, name)?
        }
        "zfill" => {
            let width: i64 = args.get(0, "width")?;
            let signed = text.starts_with(['+', '-']);
            let (sign, digits) = text.split_at(usize::from(signed));
            let padded = pad(digits, width - sign.len() as i64, "0", "rjust")?;
            Value::from(format!("{sign}{padded}"))
        }
        "expandtabs" => Value::from(expandtabs(text, args.get_or(0, "tabsize", 8)?)?),
        "encode" => encode(text, args)?,
        "format" => Value::from(format_text(text, args)?),
        "format_map" => {
            let mapping = positional.first().cloned().ok_or_else(|| missing(name))?;
            let mut named = Args::new();
            for (key, value) in mapping.dict_items()? {
                if let V::Str(key) = key.0 {
                    named = named.named_arg(key, value);
                }
            }
            Value::from(format_text(text, &named)?)
        }
        "translate" => translate(text, args)?,
        "isascii" => Value::from(text.is_ascii()),
        _ => {
            return is(text, name)
                .map(Value::from)
                .ok_or_else(|| Value::from(text).no_attribute(name));
        }
    })
}

fn missing(name: &str) -> Error {
    Error::type_error(format!("{name}() takes at least 1 argument (0 given)"))
}

fn is(text: &str, name: &str) -> Option<bool> {
    let all = |test: fn(char) -> bool| !text.is_empty() && text.chars().all(test);
    let cased = |upper: bool| {
        let wrong = |c: char| {
            if upper {
                c.is_lowercase()
            } else {
                c.is_uppercase()
            }
        };
        let right = |c: char| {
            if upper {
                c.is_uppercase()
            } else {
                c.is_lowercase()
            }
        };
        text.chars().any(right) && !text.chars().any(wrong)
    };
    Some(match name {
        "isalnum" => all(char::is_alphanumeric),
        "isalpha" => all(char::is_alphabetic),
        "isdecimal" | "isdigit" => {
            all(|c| c.is_ascii_digit() || (!c.is_ascii() && c.is_numeric() && !c.is_alphabetic()))
                && (name == "isdigit" || !text.contains(['\u{b2}', '\u{b3}', '\u{b9}']))
        }
        "isnumeric" => all(char::is_numeric),
        "isspace" => all(is_space),
        "islower" => cased(false),
        "isupper" => cased(true),
        "istitle" => text.chars().any(char::is_uppercase) && title(text) == text,
        "isprintable" => {
            let shown = Value::from(text).repr();
            !shown.contains("\\x") && !shown.contains("\\u") && !text.contains(char::is_control)
        }
        "isidentifier" => {
            let starts = |c: char| c == '_' || c.is_alphabetic();
            text.chars().next().is_some_and(starts)
                && text.chars().all(|c| c == '_' || c.is_alphanumeric())
        }
        _ => return None,
    })
}

/// The first letter of a word: of several capitals, as the German sharp s has, only the
/// first one is one.
fn push_title(c: char, out: &mut String) {
    let mut capitals = c.to_uppercase();
    out.extend(capitals.next());
    capitals.for_each(|c| out.extend(c.to_lowercase()));
}

fn title(text: &str) -> String {
    let mut titled = String::with_capacity(text.len());
    let mut within = false;
    for c in text.chars() {
        if within {
            titled.extend(c.to_lowercase());
        } else {
            push_title(c, &mut titled);
        }
        within = c.is_lowercase() || c.is_uppercase();
    }
    titled
}

/// The part of a text between two optional indices, and where it starts.
fn bounded<'t>(text: &'t str, args: &Args, from: usize) -> Result<Option<(usize, &'t str)>, Error> {
    let [start, end] = [args.positional().get(from), args.positional().get(from + 1)]
        .map(|value| value.cloned().unwrap_or_else(Value::none));
    if start.is_none() && end.is_none() {
        return Ok(Some((0, text)));
    }
    let length = text.chars().count();
    slice_bounds(&[start.clone(), end.clone(), Value::none()], length)?;
    if start.as_i64().is_some_and(|start| start > length as i64) {
        return Ok(None);
    }
    let (start, end, _) = slice_bounds(&[start, end, Value::none()], length)?;
    if start > end {
        // Not even an empty text is there.
        return Ok(None);
    }
    let byte = |index: i64| {
        let at = text.char_indices().nth(index as usize);
        at.map_or(text.len(), |(at, _)| at)
    };
    Ok(Some((start as usize, &text[byte(start)..byte(end)])))
}
