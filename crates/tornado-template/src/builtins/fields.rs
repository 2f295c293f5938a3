//! The fields of `str.format`.

use super::format::{convert, format};
use crate::error::Error;
use crate::value::{Args, Value, budget};

/// `str.format`.
pub(super) fn format_text(text: &str, args: &Args) -> Result<String, Error> {
    let mut next = Some(0);
    fill(text, args, &mut next, 0)
}

fn fill(text: &str, args: &Args, next: &mut Option<usize>, depth: u32) -> Result<String, Error> {
    if depth > 1 && text.contains('{') {
        return Err(Error::value_error("Max string recursion exceeded"));
    }
    budget::room(text.len())?;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if rest.starts_with(brace) && depth == 0 {
            out.push_str(brace);
            rest = &rest[1..];
            continue;
        }
        if brace == "}" {
            return Err(Error::value_error(
                "Single '}' encountered in format string",
            ));
        }
        let end = end_of_field(rest)?;
        let field = &rest[..end];
        rest = &rest[end + 1..];
        let (name, conversion, spec) = parts_of_field(field)?;
        let value = convert(lookup(name, args, next)?, conversion)?;
        let spec = fill(spec, args, next, depth + 1)?;
        let part = format(&value, &spec)?;
        budget::room(part.len())?;
        out.push_str(&part);
    }
    out.push_str(rest);
    Ok(out)
}

fn end_of_field(text: &str) -> Result<usize, Error> {
    let mut depth = 0;
    for (i, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Ok(i),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    let message = if text.is_empty() {
        "Single '{' encountered in format string"
    } else {
        "expected '}' before end of string"
    };
    Err(Error::value_error(message))
}

fn parts_of_field(field: &str) -> Result<(&str, Option<char>, &str), Error> {
    // A `:` within brackets belongs to the key.
    let mut brackets = false;
    let end = field.char_indices().find_map(|(i, c)| {
        match c {
            '[' => brackets = true,
            ']' => brackets = false,
            ':' | '!' if !brackets => return Some(i),
            _ => {}
        }
        None
    });
    let Some(end) = end else {
        return Ok((field, None, ""));
    };
    let (name, rest) = field.split_at(end);
    if let Some(spec) = rest.strip_prefix(':') {
        return Ok((name, None, spec));
    }
    let mut chars = rest[1..].chars();
    let conversion = chars.next().filter(|c| matches!(c, 's' | 'r' | 'a'));
    let rest = chars.as_str();
    match (conversion, rest.is_empty(), rest.strip_prefix(':')) {
        (None, ..) => Err(Error::value_error("Unknown conversion specifier")),
        (_, true, _) => Ok((name, conversion, "")),
        (_, _, Some(spec)) => Ok((name, conversion, spec)),
        _ => Err(Error::value_error(
            "expected ':' after conversion specifier",
        )),
    }
}

/// `0`, `name`, `name.attribute[key]`.
fn lookup(field: &str, args: &Args, next: &mut Option<usize>) -> Result<Value, Error> {
    let end = field.find(['.', '[']).unwrap_or(field.len());
    let (name, mut rest) = field.split_at(end);
    let index = if name.is_empty() {
        let index = next.ok_or_else(|| {
            Error::value_error(
                "cannot switch from manual field specification to automatic field numbering",
            )
        })?;
        *next = Some(index + 1);
        Some(index)
    } else if let Ok(index) = name.parse() {
        if *next > Some(0) {
            return Err(Error::value_error(
                "cannot switch from automatic field numbering to manual field specification",
            ));
        }
        *next = None;
        Some(index)
    } else {
        None
    };
    let mut value = match index {
        Some(index) => args.positional().get(index).cloned().ok_or_else(|| {
            Error::of(
                "IndexError",
                format!("Replacement index {index} out of range for positional args tuple"),
            )
        })?,
        None => {
            let found = args.named().find(|(known, _)| *known == name);
            let found = found.map(|(_, value)| value.clone());
            found.ok_or_else(|| Error::of("KeyError", Value::from(name).brief()))?
        }
    };
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let name = &after[..end];
            value = value
                .get_attr(name)
                .ok_or_else(|| value.no_attribute(name))?;
            rest = &after[end..];
        } else {
            let after = rest.strip_prefix('[').unwrap_or(rest);
            let end = after
                .find(']')
                .ok_or_else(|| Error::value_error("Missing ']' in format string"))?;
            let key = &after[..end];
            let key = key
                .parse::<i64>()
                .map_or_else(|_| Value::from(key), Value::from);
            value = value.get_item(&key)?;
            rest = &after[end + 1..];
            if !rest.is_empty() && !rest.starts_with(['.', '[']) {
                return Err(Error::value_error(
                    "Only '.' or '[' may follow ']' in format field specifier",
                ));
            }
        }
    }
    Ok(value)
}
