//! Simple statements.

use super::emit::{Compiler, Context};
use super::op::Op;
use crate::error::Error;
use crate::expr::{Expr, Statement};
use crate::value::Value;

impl Compiler<'_> {
    /// Assigns the top value to a target.
    pub(crate) fn assign(&mut self, target: &Expr) -> Result<(), Error> {
        match target {
            Expr::Name(name) => self.store(name),
            Expr::Attribute(of, name) => {
                self.expression(of)?;
                let name = self.name(name);
                self.emit(Op::StoreAttr(name));
            }
            Expr::Item(of, key) => {
                self.expression(of)?;
                self.expression(key)?;
                self.emit(Op::StoreItem);
            }
            Expr::Tuple(items) | Expr::List(items) => {
                let star = items
                    .iter()
                    .position(|item| matches!(item, Expr::Starred(_)));
                let short =
                    |n: usize| u16::try_from(n).map_err(|_| Error::syntax("too many targets"));
                match star {
                    Some(star) => {
                        let (before, after) = (short(star)?, short(items.len() - star - 1)?);
                        self.emit(Op::UnpackStar { before, after });
                    }
                    None => {
                        self.emit(Op::Unpack(items.len() as u32));
                    }
                }
                for item in items {
                    match item {
                        Expr::Starred(item) => self.assign(item)?,
                        item => self.assign(item)?,
                    }
                }
            }
            _ => return Err(Error::syntax("cannot assign to expression")),
        }
        Ok(())
    }

    pub(crate) fn statement(&mut self, statement: &Statement) -> Result<(), Error> {
        match statement {
            Statement::Pass => {}
            Statement::Break | Statement::Continue => {
                let is_loop = |context: &Context| matches!(context, Context::Loop { .. });
                if !self.contexts.iter().any(is_loop) {
                    return Err(Error::syntax("'break' and 'continue' are for loops"));
                }
                self.leave_loop(matches!(statement, Statement::Break));
            }
            Statement::If(branches, otherwise) => {
                let mut ends = Vec::new();
                for (condition, body) in branches {
                    self.expression(condition)?;
                    let onward = self.emit(Op::JumpIfFalse(0));
                    self.statements(body)?;
                    ends.push(self.emit(Op::Jump(0)));
                    self.land(onward);
                }
                self.statements(otherwise)?;
                for end in ends {
                    self.land(end);
                }
            }
            Statement::For(target, iterable, body, otherwise) => {
                self.expression(iterable)?;
                self.emit(Op::Iterate);
                let start = self.here();
                let leave = self.emit(Op::Next(0));
                self.assign(target)?;
                self.loop_statement(true, start, leave, body, otherwise)?;
            }
            Statement::While(condition, body, otherwise) => {
                let start = self.here();
                self.expression(condition)?;
                let leave = self.emit(Op::JumpIfFalse(0));
                self.loop_statement(false, start, leave, body, otherwise)?;
            }
            Statement::Expression(value) => {
                self.expression(value)?;
                self.emit(Op::Pop);
            }
            Statement::Assign(targets, value) => {
                self.expression(value)?;
                self.assign_all(targets)?;
            }
            Statement::Augment(target, operator, value) => match target {
                Expr::Name(name) => {
                    self.load(name);
                    self.expression(value)?;
                    self.emit(Op::Augment(*operator));
                    self.store(name);
                }
                Expr::Attribute(of, name) => {
                    self.expression(of)?;
                    self.emit(Op::Dup);
                    let name = self.name(name);
                    self.emit(Op::Attr(name));
                    self.expression(value)?;
                    self.emit(Op::Augment(*operator));
                    self.emit(Op::RotTwo);
                    self.emit(Op::StoreAttr(name));
                }
                Expr::Item(of, key) => {
                    self.expression(of)?;
                    self.expression(key)?;
                    self.emit(Op::DupTwo);
                    self.emit(Op::Item);
                    self.expression(value)?;
                    self.emit(Op::Augment(*operator));
                    self.emit(Op::RotThree);
                    self.emit(Op::StoreItem);
                }
                _ => return Err(Error::syntax("illegal expression for augmented assignment")),
            },
            Statement::Import(path, name, first) => {
                let path = self.name(path);
                self.emit(Op::Import {
                    first: *first,
                    name: path,
                });
                self.store(name);
            }
            Statement::From(path, names) => {
                let path = self.name(path);
                self.emit(Op::Import {
                    first: false,
                    name: path,
                });
                for (name, alias) in names {
                    self.emit(Op::Dup);
                    let name = self.name(name);
                    self.emit(Op::ImportName(name));
                    self.store(alias);
                }
                self.emit(Op::Pop);
            }
            Statement::Delete(targets) => {
                for target in targets {
                    self.delete(target)?;
                }
            }
            Statement::Raise(None) => {
                self.emit(Op::Reraise);
            }
            Statement::Raise(Some(value)) => {
                self.expression(value)?;
                self.emit(Op::Raise);
            }
            Statement::Assert(test, message) => {
                self.expression(test)?;
                self.emit(Op::Unary(crate::value::Unary::Not));
                let over = self.emit(Op::JumpIfFalse(0));
                match message {
                    Some(message) => self.expression(message)?,
                    None => self.constant(Value::from("")),
                }
                self.emit(Op::AssertFailed);
                self.land(over);
            }
        }
        Ok(())
    }

    fn statements(&mut self, statements: &[Statement]) -> Result<(), Error> {
        statements
            .iter()
            .try_for_each(|statement| self.statement(statement))
    }

    fn loop_statement(
        &mut self,
        is_for: bool,
        start: u32,
        leave: usize,
        body: &[Statement],
        otherwise: &[Statement],
    ) -> Result<(), Error> {
        self.contexts.push(Context::Loop {
            is_for,
            start,
            breaks: Vec::new(),
        });
        self.statements(body)?;
        let context = self.contexts.pop();
        self.emit(Op::Jump(start));
        self.land(leave);
        self.statements(otherwise)?;
        if let Some(Context::Loop { breaks, .. }) = context {
            for jump in breaks {
                self.land(jump);
            }
        }
        Ok(())
    }

    /// Assigns the top value to several targets, from left to right.
    pub(crate) fn assign_all(&mut self, targets: &[Expr]) -> Result<(), Error> {
        for (i, target) in targets.iter().enumerate() {
            if i + 1 < targets.len() {
                self.emit(Op::Dup);
            }
            self.assign(target)?;
        }
        Ok(())
    }

    fn delete(&mut self, target: &Expr) -> Result<(), Error> {
        match target {
            Expr::Name(name) => {
                let index = self.name(name);
                self.scopes.assign(index);
                let spot = self.spot(name);
                self.emit(Op::Delete(spot));
            }
            Expr::Item(of, key) => {
                self.expression(of)?;
                self.expression(key)?;
                self.emit(Op::DeleteItem);
            }
            Expr::Attribute(of, name) => {
                self.expression(of)?;
                let name = self.name(name);
                self.emit(Op::DeleteAttr(name));
            }
            _ => return Err(Error::syntax("cannot delete expression")),
        }
        Ok(())
    }
}
