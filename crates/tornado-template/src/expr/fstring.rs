//! The parts of an f-string, whose expressions are not parsed yet.

use super::literal::unescape;
use crate::error::Error;

pub(crate) enum Part<'a> {
    Text(String),
    Value {
        expression: &'a str,
        conversion: Option<char>,
        spec: Vec<Part<'a>>,
    },
}

pub(crate) fn parts(body: &str, raw: bool) -> Result<Vec<Part<'_>>, Error> {
    let mut reader = Reader { body, at: 0, raw };
    reader.parts(0)
}

struct Reader<'a> {
    body: &'a str,
    at: usize,
    raw: bool,
}

impl<'a> Reader<'a> {
    fn text(&self, text: &str) -> Result<String, Error> {
        if self.raw {
            Ok(text.to_owned())
        } else {
            unescape(text)
        }
    }

    /// Parts up to the end, or, within a spec, up to its brace.
    fn parts(&mut self, depth: u32) -> Result<Vec<Part<'a>>, Error> {
        if depth > 2 {
            return Err(Error::syntax("f-string: expressions nested too deeply"));
        }
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut start = self.at;
        let bytes = self.body.as_bytes();
        loop {
            let byte = bytes.get(self.at);
            let twice = bytes.get(self.at + 1) == byte && depth == 0;
            match byte {
                Some(b'\\') => self.at += 2,
                Some(b'{' | b'}') if twice => {
                    text.push_str(&self.text(&self.body[start..=self.at])?);
                    self.at += 2;
                    start = self.at;
                }
                Some(b'{') => {
                    text.push_str(&self.text(&self.body[start..self.at])?);
                    if !text.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut text)));
                    }
                    self.at += 1;
                    self.value(&mut parts, depth)?;
                    start = self.at;
                }
                Some(b'}') if depth == 0 => {
                    return Err(Error::syntax("f-string: single '}' is not allowed"));
                }
                None if depth > 0 => return Err(Error::syntax("f-string: expecting '}'")),
                None | Some(b'}') => {
                    let end = self.at.min(self.body.len());
                    text.push_str(&self.text(&self.body[start..end])?);
                    if !text.is_empty() {
                        parts.push(Part::Text(text));
                    }
                    return Ok(parts);
                }
                Some(_) => self.at += 1,
            }
        }
    }

    /// The contents of the braces.
    fn value(&mut self, parts: &mut Vec<Part<'a>>, depth: u32) -> Result<(), Error> {
        let start = self.at;
        let end = self.end_of_expression()?;
        let mut expression = &self.body[start..end];
        let mut conversion = None;
        self.at = end;
        let debug = expression.trim_end().strip_suffix('=').filter(|before| {
            // `a==b`, `a<=b` and the like do not end in a `=`, so this is the `=` of `{a=}`.
            !before.is_empty() && !before.ends_with(['=', '!', '<', '>'])
        });
        if let Some(before) = debug {
            parts.push(Part::Text(expression.to_owned()));
            expression = before;
        }
        if self.body[self.at..].starts_with('!') {
            let mut rest = self.body[self.at + 1..].chars();
            conversion = rest.next().filter(|c| matches!(c, 's' | 'r' | 'a'));
            if conversion.is_none() {
                return Err(Error::syntax(
                    "f-string: invalid conversion character: expected 's', 'r', or 'a'",
                ));
            }
            self.at += 2;
        }
        let mut spec = Vec::new();
        let mut has_spec = false;
        if self.body[self.at..].starts_with(':') {
            self.at += 1;
            has_spec = true;
            spec = self.parts(depth + 1)?;
        }
        if !self.body[self.at.min(self.body.len())..].starts_with('}') {
            return Err(Error::syntax("f-string: expecting '}'"));
        }
        self.at += 1;
        if expression.trim().is_empty() {
            return Err(Error::syntax("f-string: empty expression not allowed"));
        }
        if debug.is_some() && conversion.is_none() && !has_spec {
            conversion = Some('r');
        }
        parts.push(Part::Value {
            expression,
            conversion,
            spec,
        });
        Ok(())
    }

    fn end_of_expression(&self) -> Result<usize, Error> {
        let bytes = self.body.as_bytes();
        let mut at = self.at;
        let mut brackets = 0u32;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => {
                    return Err(Error::syntax(
                        "f-string expression part cannot include a backslash",
                    ));
                }
                b'#' => return Err(Error::syntax("f-string expression part cannot include '#'")),
                b'"' | b'\'' => {
                    let rest = &bytes[at + 1..];
                    let length = rest.iter().position(|b| b == byte);
                    at +=
                        1 + length.ok_or_else(|| Error::syntax("f-string: unterminated string"))?;
                }
                b'(' | b'[' | b'{' => brackets += 1,
                b')' | b']' => brackets = brackets.saturating_sub(1),
                b'}' if brackets > 0 => brackets -= 1,
                b'}' | b':' if brackets == 0 => return Ok(at),
                b'!' if brackets == 0 && bytes.get(at + 1) != Some(&b'=') => return Ok(at),
                _ => {}
            }
            at += 1;
        }
        Err(Error::syntax("f-string: expecting '}'"))
    }
}
