//! Texts, and f-strings.

use super::ast::{Expr, Piece};
use super::fstring::{self, Part};
use super::lexer::Token;
use super::literal;
use super::parser::Parser;
use crate::error::Error;
use crate::value::Value;

impl Parser<'_> {
    /// Adjacent texts are joined.
    pub(super) fn texts(&mut self) -> Result<Expr, Error> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut text = String::new();
        let mut bytes: Option<Vec<u8>> = None;
        let mut plain = true;
        let mut any_text = false;
        while let Token::Text { prefix, body } = self.peek() {
            self.at += 1;
            let prefix = prefix.to_ascii_lowercase();
            let raw = prefix.contains('r');
            match &*prefix {
                "" | "u" => text.push_str(&literal::unescape(body)?),
                "r" => text.push_str(body),
                "b" | "br" | "rb" => {
                    let value = literal::bytes(body, raw)?;
                    bytes
                        .get_or_insert_default()
                        .extend_from_slice(value.as_bytes().unwrap_or_default());
                    continue;
                }
                "f" | "fr" | "rf" => {
                    plain = false;
                    for part in fstring::parts(body, raw)? {
                        match part {
                            Part::Text(part) => text.push_str(&part),
                            value @ Part::Value { .. } => {
                                if !text.is_empty() {
                                    pieces.push(Piece::Text(std::mem::take(&mut text).into()));
                                }
                                pieces.push(self.nest(|p| p.piece(value))?);
                            }
                        }
                    }
                }
                _ => return Err(Error::syntax(format!("invalid prefix {prefix} of a text"))),
            }
            any_text = true;
        }
        match bytes {
            Some(_) if any_text => Err(Error::syntax("cannot mix bytes and nonbytes literals")),
            Some(bytes) => Ok(Expr::Literal(Value::bytes(bytes))),
            None if plain => Ok(Expr::text(&text)),
            None => {
                if !text.is_empty() {
                    pieces.push(Piece::Text(text.into()));
                }
                Ok(Expr::Format(pieces))
            }
        }
    }

    fn piece(&mut self, part: Part<'_>) -> Result<Piece, Error> {
        match part {
            Part::Text(text) => Ok(Piece::Text(text.into())),
            Part::Value {
                expression,
                conversion,
                spec,
            } => {
                // A line break within the braces is like one within brackets.
                let text = expression.replace(['\n', '\r'], " ");
                let mut parser = Parser::new(&text)?;
                parser.depth = self.depth + 1;
                parser.chain = self.chain;
                let value = parser.tuple()?;
                parser.end()?;
                self.chain = parser.chain;
                let spec: Result<Vec<Piece>, Error> =
                    spec.into_iter().map(|p| self.piece(p)).collect();
                Ok(Piece::Value {
                    value,
                    conversion,
                    spec: spec?,
                })
            }
        }
    }
}
