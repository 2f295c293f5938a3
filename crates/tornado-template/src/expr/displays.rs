//! Lists, dicts, sets and tuples, and comprehensions.

use super::ast::{Clause, Expr, Kind};
use super::parser::Parser;
use crate::error::Error;

impl Parser<'_> {
    pub(super) fn parenthesis(&mut self) -> Result<Expr, Error> {
        if self.take(")") {
            return Ok(Expr::Tuple(Vec::new()));
        }
        let first = self.item()?;
        if self.is_word("for") {
            let whole = self.comprehension(Kind::Generator, first, None)?;
            self.expect(")")?;
            return Ok(whole);
        }
        if self.take(")") {
            if matches!(first, Expr::Starred(_)) {
                return Err(Error::syntax("cannot use starred expression here"));
            }
            return Ok(first);
        }
        Ok(Expr::Tuple(self.rest_of_list(first, ")")?))
    }

    pub(super) fn list(&mut self) -> Result<Expr, Error> {
        if self.take("]") {
            return Ok(Expr::List(Vec::new()));
        }
        let first = self.item()?;
        if self.is_word("for") {
            let whole = self.comprehension(Kind::List, first, None)?;
            self.expect("]")?;
            return Ok(whole);
        }
        Ok(Expr::List(self.rest_of_list(first, "]")?))
    }

    fn rest_of_list(&mut self, first: Expr, end: &str) -> Result<Vec<Expr>, Error> {
        let mut items = vec![first];
        while self.take(",") {
            if self.is(end) {
                break;
            }
            items.push(self.item()?);
        }
        self.expect(end)?;
        Ok(items)
    }

    pub(super) fn dict_or_set(&mut self) -> Result<Expr, Error> {
        if self.take("}") {
            return Ok(Expr::Dict(Vec::new()));
        }
        if !self.is("**") {
            let first = self.item()?;
            if !self.is(":") {
                if self.is_word("for") {
                    let whole = self.comprehension(Kind::Set, first, None)?;
                    self.expect("}")?;
                    return Ok(whole);
                }
                return Ok(Expr::Set(self.rest_of_list(first, "}")?));
            }
            self.at += 1;
            let value = self.test()?;
            if self.is_word("for") {
                let whole = self.comprehension(Kind::Dict, first, Some(value))?;
                self.expect("}")?;
                return Ok(whole);
            }
            let mut items = vec![(Some(first), value)];
            if self.take(",") {
                self.pairs(&mut items)?;
            }
            self.expect("}")?;
            return Ok(Expr::Dict(items));
        }
        let mut items = Vec::new();
        self.pairs(&mut items)?;
        self.expect("}")?;
        Ok(Expr::Dict(items))
    }

    fn pairs(&mut self, items: &mut Vec<(Option<Expr>, Expr)>) -> Result<(), Error> {
        while !self.is("}") {
            if self.take("**") {
                items.push((None, self.bit_or()?));
            } else {
                let key = self.test()?;
                self.expect(":")?;
                items.push((Some(key), self.test()?));
            }
            if !self.take(",") {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn comprehension(
        &mut self,
        kind: Kind,
        element: Expr,
        value: Option<Expr>,
    ) -> Result<Expr, Error> {
        if matches!(element, Expr::Starred(_)) {
            return Err(Error::syntax(
                "iterable unpacking cannot be used in comprehension",
            ));
        }
        let mut clauses = Vec::new();
        while self.take_word("for") {
            let target = self.target()?;
            if !self.take_word("in") {
                return Err(self.unexpected());
            }
            let iterable = self.or_test()?;
            let mut conditions = Vec::new();
            while self.take_word("if") {
                conditions.push(self.or_test()?);
            }
            clauses.push(Clause {
                target,
                iterable,
                conditions,
            });
        }
        Ok(Expr::Comprehension {
            kind,
            element: Box::new((element, value)),
            clauses,
        })
    }
}
