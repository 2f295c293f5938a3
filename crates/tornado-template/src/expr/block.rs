//! Several lines of Python in one tag, which Python reads as part of the page's
//! function, by their indentation.

use super::ast::Statement;
use super::lexer::Token;
use super::parser::Parser;
use super::statement::{loop_header, simple_statements};
use crate::error::Error;

/// How deeply statements may be nested.
const DEEPEST: usize = 20;

/// A line, or several that brackets or quotes hold together.
struct Line<'a> {
    /// The number of leading spaces; `None` for the first line, which has been trimmed.
    indent: Option<usize>,
    text: &'a str,
}

/// Statements, one per line, and in blocks. All lines except the first are
/// indented by at least `indent`, if that is known.
pub(crate) fn parse_statements(text: &str, indent: Option<usize>) -> Result<Vec<Statement>, Error> {
    let lines = lines(text)?;
    let least = lines.iter().filter_map(|line| line.indent).min();
    let mut block = Block {
        base: indent.or(least).unwrap_or(0),
        lines,
        at: 0,
    };
    let statements = block.statements(block.base, 0)?;
    if block.at < block.lines.len() {
        return Err(Error::syntax(
            "unindent does not match any outer indentation level",
        ));
    }
    if statements.is_empty() {
        return Err(Error::syntax("the expression ends too early"));
    }
    Ok(statements)
}

/// Splits a text at the line breaks that end a line of Python.
fn lines(text: &str) -> Result<Vec<Line<'_>>, Error> {
    let bytes = text.as_bytes();
    let mut lines = Vec::new();
    let (mut start, mut at, mut depth) = (0, 0, 0usize);
    let mut push = |start: usize, end: usize| {
        let line = text[start..end].trim_end();
        let body = line.trim_start_matches([' ', '\x0c']);
        if body.is_empty() || body.starts_with('#') {
            return Ok(());
        }
        if body.starts_with('\t') {
            return Err(Error::syntax(
                "Python in a tag is indented by spaces, not by tabs",
            ));
        }
        let indent = (start > 0).then_some(line.len() - body.len());
        lines.push(Line { indent, text: body });
        Ok(())
    };
    while at < bytes.len() {
        match bytes[at] {
            b'\n' if depth == 0 => {
                push(start, at)?;
                start = at + 1;
                at += 1;
            }
            b'\\' => at += 2,
            b'#' => at += text[at..].find('\n').unwrap_or(text.len() - at),
            b'(' | b'[' | b'{' => {
                depth += 1;
                at += 1;
            }
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            quote @ (b'"' | b'\'') => at = end_of_text(bytes, at, quote),
            _ => at += 1,
        }
    }
    push(start, text.len())?;
    Ok(lines)
}

/// The end of a quoted text; if there is none, the lexer reports it.
fn end_of_text(bytes: &[u8], start: usize, quote: u8) -> usize {
    let triple = bytes[start..].starts_with(&[quote; 3]);
    let mut at = start + if triple { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' if !triple => return at,
            byte if byte == quote && !triple => return at + 1,
            _ if triple && bytes[at..].starts_with(&[quote; 3]) => return at + 3,
            _ => at += 1,
        }
    }
    bytes.len()
}

struct Block<'a> {
    lines: Vec<Line<'a>>,
    at: usize,
    base: usize,
}

impl<'a> Block<'a> {
    /// The next line, if it belongs to a block with this indentation.
    fn next(&self, indent: usize) -> Result<Option<&'a str>, Error> {
        let Some(line) = self.lines.get(self.at) else {
            return Ok(None);
        };
        match line.indent.unwrap_or(self.base) {
            found if found == indent => Ok(Some(line.text)),
            found if found < indent => Ok(None),
            _ => Err(Error::syntax(format!(
                "unexpected indent: several lines of Python in one tag start with {indent} spaces here, as the code around the tag does"
            ))),
        }
    }

    fn statements(&mut self, indent: usize, depth: usize) -> Result<Vec<Statement>, Error> {
        if depth > DEEPEST {
            return Err(Error::syntax("statements are nested too deeply"));
        }
        let mut statements = Vec::new();
        while let Some(text) = self.next(indent)? {
            let mut parser = Parser::new(text)?;
            let Token::Name(word @ ("if" | "for" | "while")) = parser.peek() else {
                self.at += 1;
                statements.extend(simple_statements(&mut parser)?);
                continue;
            };
            statements.push(match word {
                "if" => self.if_statement(parser, indent, depth)?,
                _ => {
                    let (target, of) = loop_header(&mut parser)?;
                    let body = self.suite(parser, indent, depth)?;
                    let otherwise = self.otherwise(indent, depth)?;
                    match target {
                        Some(target) => Statement::For(target, of, body, otherwise),
                        None => Statement::While(of, body, otherwise),
                    }
                }
            });
        }
        Ok(statements)
    }

    fn if_statement(
        &mut self,
        mut parser: Parser<'a>,
        indent: usize,
        depth: usize,
    ) -> Result<Statement, Error> {
        let mut branches = Vec::new();
        loop {
            // `if`, or `elif`.
            parser.next();
            let condition = parser.named()?;
            branches.push((condition, self.suite(parser, indent, depth)?));
            let next = self.next(indent)?.map(Parser::new).transpose()?;
            match next {
                Some(next) if next.is_word("elif") => parser = next,
                _ => return Ok(Statement::If(branches, self.otherwise(indent, depth)?)),
            }
        }
    }

    fn otherwise(&mut self, indent: usize, depth: usize) -> Result<Vec<Statement>, Error> {
        match self.next(indent)?.map(Parser::new).transpose()? {
            Some(mut parser) if parser.is_word("else") => {
                parser.next();
                self.suite(parser, indent, depth)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The code after the colon: statements on the same line, or indented lines.
    fn suite(
        &mut self,
        mut parser: Parser<'a>,
        indent: usize,
        depth: usize,
    ) -> Result<Vec<Statement>, Error> {
        parser.expect(":")?;
        self.at += 1;
        if parser.peek() != Token::End {
            return simple_statements(&mut parser);
        }
        let inner = self.lines.get(self.at).and_then(|line| line.indent);
        match inner.filter(|inner| *inner > indent) {
            Some(inner) => self.statements(inner, depth + 1),
            None => Err(Error::syntax("expected an indented block")),
        }
    }
}
