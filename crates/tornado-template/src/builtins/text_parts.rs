//! The methods of `str` that take it apart, and put it together.

use crate::error::Error;
use crate::value::{Args, Key, StrKey, V, Value, budget};

pub(super) fn join(text: &str, args: &Args) -> Result<Value, Error> {
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
        budget::room(text.len() + part.len())?;
        if i > 0 {
            joined.push_str(text);
        }
        joined.push_str(part);
    }
    Ok(Value::from(joined))
}

pub(super) fn split(text: &str, right: bool, args: &Args) -> Result<Value, Error> {
    args.check(if right { "rsplit" } else { "split" }, &["sep", "maxsplit"])?;
    let separator: Option<String> = args.get_or(0, "sep", None)?;
    let most: i64 = args.get_or(1, "maxsplit", -1)?;
    let most = usize::try_from(most).unwrap_or(usize::MAX - 1);
    if let Some(separator) = separator {
        if separator.is_empty() {
            return Err(Error::value_error("empty separator"));
        }
        let mut parts = if right {
            texts(text.rsplitn(most + 1, &*separator))?
        } else {
            texts(text.splitn(most + 1, &*separator))?
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
        budget::room_for(1, PART)?;
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

/// What a text takes beside its characters and its place in a list.
const PART: usize = 24;

/// The parts of a text, which has been counted itself.
fn texts<'t>(parts: impl Iterator<Item = &'t str>) -> Result<Vec<Value>, Error> {
    let counted = parts.map(|part| budget::room_for(1, PART).map(|()| Value::from(part)));
    counted.collect()
}

pub(super) fn splitlines(text: &str, keep: bool) -> Result<Value, Error> {
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
        budget::room_for(1, PART)?;
        lines.push(if keep { &rest[..end] } else { &rest[..at] });
        rest = &rest[end..];
    }
    Ok(Value::from(lines))
}

pub(super) fn expandtabs(text: &str, size: i64) -> Result<String, Error> {
    let size = usize::try_from(size).unwrap_or(0);
    let mut expanded = String::with_capacity(text.len());
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' if size == 0 => {}
            '\t' => {
                let spaces = size - column % size;
                budget::room(spaces)?;
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

pub(super) fn encode(text: &str, args: &Args) -> Result<Value, Error> {
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

pub(super) fn translate(text: &str, args: &Args) -> Result<Value, Error> {
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
            Some(V::Str(text)) => {
                budget::room(text.len())?;
                translated.push_str(text);
            }
            Some(V::Int(code)) => {
                let c = u32::try_from(*code).ok().and_then(char::from_u32);
                translated.push(c.ok_or_else(|| Error::value_error("no character"))?);
            }
            _ => translated.push(c),
        }
    }
    Ok(Value::from(translated))
}

/// Python's white space.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}
