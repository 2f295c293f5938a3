//! The methods of `str`.

use super::format::format_text;
use super::pad::pad;
use crate::error::Error;
use crate::value::{Args, Caller, Key, StrKey, V, Value, slice_bounds};

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

/// Python's white space.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

pub(super) fn call(
    caller: &mut dyn Caller,
    text: &str,
    name: &str,
    args: &Args,
) -> Result<Value, Error> {
    let positional = args.positional();
    let none = || args.check(name, &[]);
    Ok(match name {
        "lower" | "casefold" => {
            none()?;
            Value::from(text.to_lowercase())
        }
        "upper" => {
            none()?;
            Value::from(text.to_uppercase())
        }
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
        "splitlines" => splitlines(text, args.get_or(0, "keepends", false)?),
        "partition" | "rpartition" => {
            let separator: String = args.get(0, "sep")?;
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
            let (old, new): (String, String) = (args.get(0, "old")?, args.get(1, "new")?);
            let count: i64 = args.get_or(2, "count", -1)?;
            let size = text
                .len()
                .saturating_add(text.len().saturating_add(1).saturating_mul(new.len()));
            if new.len() > 64 {
                crate::value::check_size(if old.is_empty() {
                    size
                } else {
                    text.matches(&*old).count().saturating_mul(new.len())
                })?;
            }
            Value::from(match usize::try_from(count) {
                Ok(count) => text.replacen(&*old, &new, count),
                Err(_) => text.replace(&*old, &new),
            })
        }
        "startswith" | "endswith" => {
            let part = bounded(text, args, 1)?.map_or("", |(_, part)| part);
            let starts = name == "startswith";
            let test = |affix: &str| {
                if starts {
                    part.starts_with(affix)
                } else {
                    part.ends_with(affix)
                }
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
            let affix: String = args.get(0, "prefix")?;
            Value::from(text.strip_prefix(&*affix).unwrap_or(text))
        }
        "removesuffix" => {
            let affix: String = args.get(0, "suffix")?;
            Value::from(text.strip_suffix(&*affix).unwrap_or(text))
        }
        "find" | "rfind" | "index" | "rindex" => {
            let part: String = args.get(0, "sub")?;
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
            let part: String = args.get(0, "sub")?;
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
        "format" => Value::from(format_text(caller, text, args)?),
        "format_map" => {
            let mapping = positional.first().cloned().ok_or_else(|| missing(name))?;
            let mut named = Args::new();
            for (key, value) in mapping.dict_items()? {
                if let V::Str(key) = key.0 {
                    named = named.named_arg(key, value);
                }
            }
            Value::from(format_text(caller, text, &named)?)
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
        }
        "isnumeric" => all(char::is_numeric),
        "isspace" => all(is_space),
        "islower" => cased(false),
        "isupper" => cased(true),
        "istitle" => text.chars().any(char::is_uppercase) && title(text) == text,
        "isprintable" => !Value::from(text)
            .repr()
            .trim_matches(['\'', '"'])
            .contains("\\x"),
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
        within = c.is_alphabetic();
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
    if start.as_i64().is_some_and(|start| start > length as i64) {
        return Ok(None);
    }
    let (start, end, _) = slice_bounds(&[start, end, Value::none()], length)?;
    if start > end {
        return Ok(None);
    }
    let byte = |index: i64| {
        let at = text.char_indices().nth(index as usize);
        at.map_or(text.len(), |(at, _)| at)
    };
    Ok(Some((start as usize, &text[byte(start)..byte(end)])))
}

fn join(text: &str, args: &Args) -> Result<Value, Error> {
    args.check("join", &["iterable"])?;
    let items: Value = args.get(0, "iterable")?;
    let Some(items) = items.try_to_vec()? else {
        return Err(Error::type_error("can only join an iterable"));
    };
    let mut joined = String::new();
    for (i, item) in items.iter().enumerate() {
        let V::Str(part) = &item.0 else {
            let class = item.type_name();
            return Err(Error::type_error(format!(
                "sequence item {i}: expected str instance, {class} found"
            )));
        };
        if i > 0 {
            joined.push_str(text);
        }
        joined.push_str(part);
        crate::value::check_size(joined.len())?;
    }
    Ok(Value::from(joined))
}

fn split(text: &str, right: bool, args: &Args) -> Result<Value, Error> {
    args.check(if right { "rsplit" } else { "split" }, &["sep", "maxsplit"])?;
    let separator: Option<String> = args.get_or(0, "sep", None)?;
    let most: i64 = args.get_or(1, "maxsplit", -1)?;
    let most = usize::try_from(most).unwrap_or(usize::MAX - 1);
    if let Some(separator) = separator {
        if separator.is_empty() {
            return Err(Error::value_error("empty separator"));
        }
        let mut parts: Vec<&str> = if right {
            text.rsplitn(most + 1, &*separator).collect()
        } else {
            text.splitn(most + 1, &*separator).collect()
        };
        if right {
            parts.reverse();
        }
        return Ok(Value::from(parts));
    }
    let mut parts = Vec::new();
    let mut rest = if right {
        text.trim_end_matches(is_space)
    } else {
        text.trim_start_matches(is_space)
    };
    while !rest.is_empty() {
        let at = if right {
            rest.rfind(is_space)
        } else {
            rest.find(is_space)
        };
        let Some(at) = at.filter(|_| parts.len() < most) else {
            let last = if right {
                rest.trim_start_matches(is_space)
            } else {
                rest.trim_end_matches(is_space)
            };
            // Only the last of a limited number of parts keeps the space around it.
            parts.push(if parts.len() < most { last } else { rest });
            break;
        };
        let width = rest[at..].chars().next().map_or(0, char::len_utf8);
        if right {
            parts.push(&rest[at + width..]);
            rest = rest[..at].trim_end_matches(is_space);
        } else {
            parts.push(&rest[..at]);
            rest = rest[at..].trim_start_matches(is_space);
        }
    }
    if right {
        parts.reverse();
    }
    Ok(Value::from(parts))
}

fn splitlines(text: &str, keep: bool) -> Value {
    let is_end = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let at = rest.find(is_end).unwrap_or(rest.len());
        let end = match rest[at..].chars().next() {
            Some('\r') if rest[at..].starts_with("\r\n") => at + 2,
            Some(c) => at + c.len_utf8(),
            None => at,
        };
        lines.push(if keep { &rest[..end] } else { &rest[..at] });
        rest = &rest[end..];
    }
    Value::from(lines)
}

fn expandtabs(text: &str, size: i64) -> Result<String, Error> {
    let size = usize::try_from(size).unwrap_or(0);
    let mut expanded = String::with_capacity(text.len());
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' if size == 0 => {}
            '\t' => {
                let spaces = size - column % size;
                crate::value::check_size(expanded.len().saturating_add(spaces))?;
                expanded.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            '\n' | '\r' => {
                expanded.push(c);
                column = 0;
            }
            c => {
                expanded.push(c);
                column += 1;
            }
        }
    }
    Ok(expanded)
}

fn encode(text: &str, args: &Args) -> Result<Value, Error> {
    let encoding: String = args.get_or(0, "encoding", "utf-8".to_owned())?;
    let errors: String = args.get_or(1, "errors", "strict".to_owned())?;
    let (name, most) = match &*encoding.to_ascii_lowercase().replace(['_', '-'], "") {
        "utf8" => return Ok(Value::bytes(text.as_bytes())),
        "ascii" | "usascii" => ("ascii", 0x7f),
        "latin1" | "iso88591" => ("latin-1", 0xff),
        _ => {
            return Err(Error::of(
                "LookupError",
                format!("unknown encoding: {encoding}"),
            ));
        }
    };
    let mut bytes = Vec::with_capacity(text.len());
    for (i, c) in text.chars().enumerate() {
        match (u32::from(c), &*errors) {
            (code, _) if code <= most => bytes.push(code as u8),
            (_, "ignore") => {}
            (_, "replace") => bytes.push(b'?'),
            (code, "xmlcharrefreplace") => bytes.extend(format!("&#{code};").bytes()),
            _ => {
                let c = Value::from(c).repr();
                let class = "UnicodeEncodeError";
                return Err(Error::of(
                    class,
                    format!(
                        "'{name}' codec can't encode character {c} in position {i}: ordinal not in range({})",
                        most + 1
                    ),
                ));
            }
        }
    }
    Ok(Value::bytes(bytes))
}

fn translate(text: &str, args: &Args) -> Result<Value, Error> {
    let table: Value = args.get(0, "table")?;
    let V::Dict(dict) = &table.0 else {
        return Err(Error::type_error("translate needs a dict"));
    };
    let dict = dict.lock();
    let mut translated = String::with_capacity(text.len());
    for c in text.chars() {
        let by_code = dict.get(&Key(Value::from(u32::from(c))));
        let found = by_code.or_else(|| dict.get(&StrKey(c.encode_utf8(&mut [0; 4]))));
        match found.map(|value| &value.0) {
            Some(V::None) => {}
            Some(V::Str(text)) => translated.push_str(text),
            Some(V::Int(code)) => {
                let c = u32::try_from(*code).ok().and_then(char::from_u32);
                translated.push(c.ok_or_else(|| Error::value_error("no character"))?);
            }
            _ => translated.push(c),
        }
    }
    Ok(Value::from(translated))
}
