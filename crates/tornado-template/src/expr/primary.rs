//! Names, calls, items, and whatever stands alone.

use super::ast::{Arg, Expr, Kind};
use super::lexer::Token;
use super::literal;
use super::parser::Parser;
use crate::error::Error;
use crate::value::Value;

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Result<Expr, Error> {
        let mut whole = self.atom()?;
        loop {
            if self.take(".") {
                let name = self.name()?;
                whole = Expr::Attribute(Box::new(whole), name);
            } else if self.take("(") {
                let args = self.nest(Self::args)?;
                whole = Expr::Call(Box::new(whole), args);
            } else if self.take("[") {
                let key = self.nest(Self::subscript)?;
                self.expect("]")?;
                whole = Expr::Item(Box::new(whole), Box::new(key));
            } else {
                return Ok(whole);
            }
            self.link()?;
        }
    }

    fn args(&mut self) -> Result<Vec<Arg>, Error> {
        let mut args = Vec::new();
        while !self.take(")") {
            if self.take("**") {
                args.push(Arg::StarStar(self.test()?));
            } else if self.take("*") {
                args.push(Arg::Star(self.test()?));
            } else if let (Token::Name(_), Token::Operator("=")) = (self.peek(), self.peek_second())
            {
                let name = self.name()?;
                self.at += 1;
                if args
                    .iter()
                    .any(|arg| matches!(arg, Arg::Named(n, _) if *n == name))
                {
                    return Err(Error::syntax(format!("keyword argument repeated: {name}")));
                }
                args.push(Arg::Named(name, self.test()?));
            } else {
                if args
                    .iter()
                    .any(|arg| matches!(arg, Arg::Named(..) | Arg::StarStar(_)))
                {
                    return Err(Error::syntax(
                        "positional argument follows keyword argument",
                    ));
                }
                let element = self.named()?;
                if self.is_word("for") {
                    if !args.is_empty() {
                        return Err(Error::syntax("Generator expression must be parenthesized"));
                    }
                    args.push(Arg::Positional(self.comprehension(
                        Kind::Generator,
                        element,
                        None,
                    )?));
                    self.expect(")")?;
                    break;
                }
                args.push(Arg::Positional(element));
            }
            if !self.take(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(args)
    }

    fn subscript(&mut self) -> Result<Expr, Error> {
        let first = self.slice()?;
        if !self.is(",") {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.take(",") {
            if self.is("]") {
                break;
            }
            items.push(self.slice()?);
        }
        Ok(Expr::Tuple(items))
    }

    fn slice(&mut self) -> Result<Expr, Error> {
        let part = |p: &mut Self| {
            let none = p.is(":") || p.is("]") || p.is(",");
            if none { Ok(None) } else { p.named().map(Some) }
        };
        let start = part(self)?;
        if !self.take(":") {
            return start.ok_or_else(|| self.unexpected());
        }
        let stop = part(self)?;
        let step = if self.take(":") { part(self)? } else { None };
        Ok(Expr::Slice(Box::new([start, stop, step])))
    }

    fn atom(&mut self) -> Result<Expr, Error> {
        match self.peek() {
            Token::Number(text) => {
                self.at += 1;
                Ok(Expr::Literal(literal::number(text)?))
            }
            Token::Text { .. } => self.texts(),
            Token::Name("None") => self.constant(Value::none()),
            Token::Name("True") => self.constant(Value::from(true)),
            Token::Name("False") => self.constant(Value::from(false)),
            Token::Name(_) => Ok(Expr::Name(self.name()?)),
            Token::Operator("(") => {
                self.at += 1;
                self.nest(Self::parenthesis)
            }
            Token::Operator("[") => {
                self.at += 1;
                self.nest(Self::list)
            }
            Token::Operator("{") => {
                self.at += 1;
                self.nest(Self::dict_or_set)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn constant(&mut self, value: Value) -> Result<Expr, Error> {
        self.at += 1;
        Ok(Expr::Literal(value))
    }
}
