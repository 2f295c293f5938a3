//! The part of Python's format strings that URLs need: `/{0}/{name}`.

use crate::{Error, Result};

/// A piece of a format string.
#[derive(Debug, PartialEq)]
pub(super) enum Piece<'a> {
    /// Text, with `{{` and `}}` unescaped.
    Text(&'a str),
    /// `{0}`, or `{}`, which is numbered automatically.
    Index(usize),
    /// `{name}`.
    Name(&'a str),
}

/// Splits a format string into pieces.
///
/// # Errors
///
/// For unbalanced braces, and for anything in them except a number or a name:
/// Python's conversions, widths and attributes are not supported.
pub(super) fn parse(mut text: &str) -> Result<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut next = 0;
    while let Some(at) = text.find(['{', '}']) {
        let (before, brace) = (&text[..at], &text[at..=at]);
        let rest = &text[at + 1..];
        if let Some(rest) = rest.strip_prefix(brace) {
            pieces.push(Piece::Text(&text[..=at]));
            text = rest;
            continue;
        }
        pieces.push(Piece::Text(before));
        let (field, rest) = match rest.split_once('}') {
            Some(found) if brace == "{" => found,
            _ => {
                return Err(Error::msg(format!(
                    "Single '{brace}' in the URL of a redirect"
                )));
            }
        };
        let digits = field.bytes().all(|b| b.is_ascii_digit());
        pieces.push(match field {
            "" => {
                next += 1;
                Piece::Index(next - 1)
            }
            _ if digits => Piece::Index(field.parse()?),
            _ if field.chars().all(|c| c.is_alphanumeric() || c == '_') => Piece::Name(field),
            _ => {
                return Err(Error::msg(format!(
                    "Unknown field {{{field}}} in the URL of a redirect"
                )));
            }
        });
        text = rest;
    }
    pieces.push(Piece::Text(text));
    pieces.retain(|piece| *piece != Piece::Text(""));
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::Piece::{Index, Name, Text};
    use super::*;

    #[test]
    fn fields_are_found_and_braces_escaped() {
        let check = |text, expected: &[Piece<'_>]| assert_eq!(parse(text).unwrap(), expected);
        check("", &[]);
        check("/a", &[Text("/a")]);
        check("/{1}/{0}", &[Text("/"), Index(1), Text("/"), Index(0)]);
        check("{}{}{é_1}", &[Index(0), Index(1), Name("é_1")]);
        check("{{a}}{0}", &[Text("{"), Text("a}"), Index(0)]);
    }

    #[test]
    fn what_is_no_field_is_an_error() {
        for text in [
            "{",
            "}",
            "{0",
            "a}b",
            "{0!r}",
            "{a.b}",
            "{0:>3}",
            "{a[0]}",
            "{ }",
            "{99999999999999999999}",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
