//! The words of an expression.

use crate::error::Error;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Token<'a> {
    Name(&'a str),
    Number(&'a str),
    /// A text literal: the prefix of its quotes, its contents, and whether there are three quotes.
    Text {
        prefix: &'a str,
        body: &'a str,
    },
    Operator(&'static str),
    End,
}

/// A word, with its start and end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<'a> {
    pub(crate) token: Token<'a>,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Longer ones first.
const OPERATORS: &[&str] = &[
    "**=", "//=", ">>=", "<<=", "...", "!=", "==", "<=", ">=", "->", "+=", "-=", "*=", "/=", "%=",
    "&=", "|=", "^=", "@=", "**", "//", "<<", ">>", ":=", "+", "-", "*", "/", "%", "&", "|", "^",
    "~", "<", ">", "(", ")", "[", "]", "{", "}", ",", ":", ".", ";", "=", "@", "!",
];

pub(crate) fn words(text: &str) -> Result<Vec<Word<'_>>, Error> {
    let mut words = Vec::with_capacity(text.len() / 3 + 2);
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut depth = 0u32;
    while at < bytes.len() {
        let start = at;
        let rest = &text[at..];
        let token = match bytes[at] {
            b' ' | b'\t' | b'\x0c' => {
                at += 1;
                continue;
            }
            b'\\' if rest.starts_with("\\\n") || rest.starts_with("\\\r\n") => {
                at += 2;
                continue;
            }
            b'\r' | b'\n' if depth > 0 => {
                at += 1;
                continue;
            }
            b'\r' | b'\n' => {
                return Err(Error::syntax(
                    "several lines of Python in one tag; use several tags, or brackets",
                ));
            }
            b'#' => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            b'0'..=b'9' => {
                at += number(rest);
                Token::Number(&text[start..at])
            }
            b'.' if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                at += number(rest);
                Token::Number(&text[start..at])
            }
            b'"' | b'\'' => {
                let (body, length) = quoted(rest)?;
                at += length;
                Token::Text { prefix: "", body }
            }
            b if b == b'_' || b.is_ascii_alphabetic() || b >= 0x80 => {
                let length = rest
                    .find(|c: char| !(c == '_' || c.is_alphanumeric()))
                    .unwrap_or(rest.len());
                if length == 0 {
                    let c = rest.chars().next().unwrap_or_default();
                    return Err(Error::syntax(format!("invalid character '{c}'")));
                }
                at += length;
                let name = &text[start..at];
                let quote = text[at..].starts_with(['"', '\'']);
                if quote && name.len() <= 2 && name.bytes().all(|b| b"rRbBuUfF".contains(&b)) {
                    let (body, length) = quoted(&text[at..])?;
                    at += length;
                    Token::Text { prefix: name, body }
                } else {
                    Token::Name(name)
                }
            }
            _ => {
                let operator = OPERATORS.iter().find(|o| rest.starts_with(**o));
                let Some(operator) = operator else {
                    let c = rest.chars().next().unwrap_or_default();
                    return Err(Error::syntax(format!("invalid character '{c}'")));
                };
                match *operator {
                    "(" | "[" | "{" => depth += 1,
                    ")" | "]" | "}" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                at += operator.len();
                Token::Operator(operator)
            }
        };
        words.push(Word {
            token,
            start,
            end: at,
        });
    }
    words.push(Word {
        token: Token::End,
        start: at,
        end: at,
    });
    Ok(words)
}

/// The length of a number.
fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    if bytes[0] == b'0' && bytes.len() > 1 && b"xXoObB".contains(&bytes[1]) {
        let digits = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
        return 2 + bytes[2..].iter().take_while(|b| digits(b)).count();
    }
    let mut length = 0;
    while let Some(byte) = bytes.get(length) {
        let exponent = matches!(bytes[length.saturating_sub(1)], b'e' | b'E');
        match byte {
            b'+' | b'-' if exponent && length > 0 => {}
            b if b.is_ascii_alphanumeric() => {}
            b'.' | b'_' => {}
            _ => break,
        }
        // `1if x else y` is valid Python: the start of a word ends the number, except for an
        // exponent.
        if byte.is_ascii_alphabetic() {
            let next = bytes.get(length + 1);
            let signed = matches!(next, Some(b'+' | b'-'))
                && bytes.get(length + 2).is_some_and(u8::is_ascii_digit);
            let starts_exponent =
                matches!(byte, b'e' | b'E') && (next.is_some_and(u8::is_ascii_digit) || signed);
            if !starts_exponent && !matches!(byte, b'j' | b'J') {
                break;
            }
        }
        length += 1;
    }
    length
}

/// The contents of the quotes at the beginning of a text, and their length including the quotes.
fn quoted(text: &str) -> Result<(&str, usize), Error> {
    let quote = &text[..1];
    let triple = text.starts_with(&quote.repeat(3));
    let quotes = if triple { 3 } else { 1 };
    let bytes = text.as_bytes();
    let mut at = quotes;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' if !triple => break,
            b if b == quote.as_bytes()[0] && (!triple || text[at..].starts_with(&text[..3])) => {
                return Ok((&text[quotes..at], at + quotes));
            }
            _ => at += 1,
        }
    }
    Err(Error::syntax("unterminated string literal"))
}
