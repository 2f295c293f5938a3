//! Simple statements.

use super::emit::Compiler;
use super::op::Op;
use crate::error::Error;
use crate::expr::{Expr, Statement};
use crate::value::Value;

impl Compiler<'_> {
    /// The value on top goes to a target.
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

    /// The value on top goes to several targets, from left to right.
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
