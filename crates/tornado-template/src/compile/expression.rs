//! Expressions and simple statements.

use std::sync::Arc;

use super::emit::Compiler;
use super::op::{Function, Op, Spot, SpotKind};
use crate::error::Error;
use crate::expr::{Arg, Clause, Expr, Kind, Name, Parameter, Piece};
use crate::value::Value;

/// The name that stands for the body of an `apply` in the call of its function.
pub(crate) const APPLIED: &str = "_tt_apply";

impl Compiler<'_> {
    pub(crate) fn expression(&mut self, expr: &Expr) -> Result<(), Error> {
        match expr {
            Expr::Literal(value) => self.constant(value.clone()),
            Expr::Name(name) if **name == *APPLIED && !self.applied.is_empty() => {
                let body = self.applied.pop().expect("it was looked at just now");
                self.apply(&body)?;
            }
            Expr::Name(name) => self.load(name),
            Expr::Attribute(of, name) => self.attribute(of, name)?,
            Expr::Item(of, key) => {
                self.expression(of)?;
                self.expression(key)?;
                self.emit(Op::Item);
            }
            Expr::Slice(parts) => {
                for part in parts.iter() {
                    match part {
                        Some(part) => self.expression(part)?,
                        None => self.constant(Value::none()),
                    }
                }
                self.emit(Op::Slice);
            }
            Expr::Call(function, args) => self.call(function, args)?,
            Expr::Unary(operator, of) => {
                self.expression(of)?;
                self.emit(Op::Unary(*operator));
            }
            Expr::Binary(operator, left, right) => {
                self.expression(left)?;
                self.expression(right)?;
                self.emit(Op::Binary(*operator));
            }
            Expr::Compare(first, rest) => self.comparison(first, rest)?,
            Expr::And(items) => self.short_cut(items, Op::JumpIfFalseOrPop(0))?,
            Expr::Or(items) => self.short_cut(items, Op::JumpIfTrueOrPop(0))?,
            Expr::If(parts) => {
                let [test, then, otherwise] = &**parts;
                self.expression(test)?;
                let to_else = self.emit(Op::JumpIfFalse(0));
                self.expression(then)?;
                let to_end = self.emit(Op::Jump(0));
                self.land(to_else);
                self.expression(otherwise)?;
                self.land(to_end);
            }
            Expr::Tuple(items) => {
                if self.items(items)? {
                    self.emit(Op::ToTuple);
                } else {
                    self.emit(Op::Tuple(items.len() as u32));
                }
            }
            Expr::List(items) => {
                if !self.items(items)? {
                    self.emit(Op::List(items.len() as u32));
                }
            }
            Expr::Set(items) => {
                if self.items(items)? {
                    self.emit(Op::ToSet);
                } else {
                    self.emit(Op::Set(items.len() as u32));
                }
            }
            Expr::Dict(items) => self.dict(items)?,
            Expr::Starred(_) => return Err(Error::syntax("can't use starred expression here")),
            Expr::Lambda(parameters, body) => self.lambda(parameters, body)?,
            Expr::Comprehension {
                kind,
                element,
                clauses,
            } => self.comprehension(*kind, &element.0, element.1.as_ref(), clauses)?,
            Expr::Format(pieces) => self.format(pieces)?,
            Expr::Assign(name, value) => {
                self.expression(value)?;
                self.emit(Op::Dup);
                let index = self.name(name);
                let scope = self.scopes.assign_around(index);
                self.unresolved.push((self.program.ops.len(), scope));
                self.emit(Op::Store(Spot::new(SpotKind::Name, index)));
            }
        }
        Ok(())
    }

    fn attribute(&mut self, of: &Expr, name: &Name) -> Result<(), Error> {
        let index = self.name(name);
        if let (Expr::Name(of), Ok(short)) = (of, u16::try_from(index))
            && **of != *APPLIED
        {
            let spot = self.spot(of);
            self.emit(Op::AttrOf { name: short, spot });
            return Ok(());
        }
        self.expression(of)?;
        self.emit(Op::Attr(index));
        Ok(())
    }

    /// Puts items on the stack; if any has a star, all of them in one list, and returns true.
    fn items(&mut self, items: &[Expr]) -> Result<bool, Error> {
        let stars = items.iter().any(|item| matches!(item, Expr::Starred(_)));
        if stars {
            self.emit(Op::List(0));
        }
        for item in items {
            match item {
                Expr::Starred(item) => {
                    self.expression(item)?;
                    self.emit(Op::Extend);
                }
                item => {
                    self.expression(item)?;
                    if stars {
                        self.emit(Op::Append);
                    }
                }
            }
        }
        Ok(stars)
    }

    fn dict(&mut self, items: &[(Option<Expr>, Expr)]) -> Result<(), Error> {
        let plain = items.iter().all(|(key, _)| key.is_some());
        if !plain {
            self.emit(Op::Dict(0));
        }
        for (key, value) in items {
            match key {
                Some(key) => {
                    self.expression(key)?;
                    self.expression(value)?;
                    if !plain {
                        self.emit(Op::Put);
                    }
                }
                None => {
                    self.expression(value)?;
                    self.emit(Op::Update);
                }
            }
        }
        if plain {
            self.emit(Op::Dict(items.len() as u32));
        }
        Ok(())
    }

    fn short_cut(&mut self, items: &[Expr], jump: Op) -> Result<(), Error> {
        let mut jumps = Vec::new();
        for (i, item) in items.iter().enumerate() {
            self.expression(item)?;
            if i + 1 < items.len() {
                jumps.push(self.emit(jump));
            }
        }
        for jump in jumps {
            self.land(jump);
        }
        Ok(())
    }

    fn comparison(
        &mut self,
        first: &Expr,
        rest: &[(crate::value::Compare, Expr)],
    ) -> Result<(), Error> {
        self.expression(first)?;
        let mut jumps = Vec::new();
        for (i, (operator, value)) in rest.iter().enumerate() {
            self.expression(value)?;
            let last = i + 1 == rest.len();
            if !last {
                self.emit(Op::Dup);
                self.emit(Op::RotThree);
            }
            self.emit(Op::Compare(*operator));
            if !last {
                jumps.push(self.emit(Op::JumpIfFalseOrPop(0)));
            }
        }
        if !jumps.is_empty() {
            let to_end = self.emit(Op::Jump(0));
            for jump in jumps {
                self.land(jump);
            }
            self.emit(Op::RotTwo);
            self.emit(Op::Pop);
            self.land(to_end);
        }
        Ok(())
    }

    fn call(&mut self, function: &Expr, args: &[Arg]) -> Result<(), Error> {
        let plain = args.iter().all(|arg| matches!(arg, Arg::Positional(_)));
        let count = u16::try_from(args.len()).map_err(|_| Error::syntax("too many arguments"))?;
        if let (Expr::Name(name), []) = (function, args) {
            // The result of these depends on where they are called.
            match &**name {
                "globals" => {
                    self.emit(Op::Globals);
                    return Ok(());
                }
                "locals" | "vars" => {
                    self.emit(Op::Locals);
                    return Ok(());
                }
                _ => {}
            }
        }
        if let (Expr::Attribute(of, name), true) = (function, plain) {
            self.expression(of)?;
            for arg in args {
                if let Arg::Positional(arg) = arg {
                    self.expression(arg)?;
                }
            }
            let name = self.name(name);
            self.emit(Op::CallMethod { args: count, name });
            return Ok(());
        }
        if let Expr::Attribute(of, name) = function {
            self.expression(of)?;
            let name = self.name(name);
            self.emit(Op::Bind(name));
        } else {
            self.expression(function)?;
        }
        if args
            .iter()
            .any(|arg| matches!(arg, Arg::Star(_) | Arg::StarStar(_)))
        {
            return self.spread(args);
        }
        let mut names = Vec::new();
        for arg in args {
            match arg {
                Arg::Positional(value) => self.expression(value)?,
                Arg::Named(name, value) => {
                    self.expression(value)?;
                    names.push(Arc::clone(name));
                }
                Arg::Star(_) | Arg::StarStar(_) => {}
            }
        }
        if names.is_empty() {
            self.emit(Op::Call(u32::from(count)));
        } else {
            self.program.keywords.push(names);
            let names = self.program.keywords.len() as u32 - 1;
            self.emit(Op::CallNamed { args: count, names });
        }
        Ok(())
    }

    fn spread(&mut self, args: &[Arg]) -> Result<(), Error> {
        self.emit(Op::List(0));
        for arg in args {
            match arg {
                Arg::Positional(value) => {
                    self.expression(value)?;
                    self.emit(Op::Append);
                }
                Arg::Star(value) => {
                    self.expression(value)?;
                    self.emit(Op::Extend);
                }
                _ => {}
            }
        }
        self.emit(Op::Dict(0));
        for arg in args {
            match arg {
                Arg::Named(name, value) => {
                    self.constant(Value::from(Arc::clone(name)));
                    self.expression(value)?;
                    self.emit(Op::Put);
                }
                Arg::StarStar(value) => {
                    self.expression(value)?;
                    self.emit(Op::Update);
                }
                _ => {}
            }
        }
        self.emit(Op::CallSpread);
        Ok(())
    }

    fn format(&mut self, pieces: &[Piece]) -> Result<(), Error> {
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.constant(Value::from(Arc::clone(text))),
                Piece::Value {
                    value,
                    conversion,
                    spec,
                } => {
                    self.expression(value)?;
                    let has_spec = !spec.is_empty();
                    if has_spec {
                        self.format(spec)?;
                    }
                    self.emit(Op::Format {
                        conversion: *conversion,
                        spec: has_spec,
                    });
                }
            }
        }
        self.emit(Op::Join(pieces.len() as u32));
        Ok(())
    }

    fn lambda(&mut self, parameters: &[Parameter], body: &Expr) -> Result<(), Error> {
        let mut function = Function::default();
        for parameter in parameters {
            if let Some(default) = &parameter.default {
                self.expression(default)?;
                function.defaults += 1;
            }
        }
        let index = self.program.functions.len();
        self.emit(Op::Lambda(index as u32));
        let over = self.emit(Op::Jump(0));
        function.start = self.here();
        self.program.functions.push(function);
        self.scopes.enter(index, false);
        // Its parameters occupy its first slots.
        for (slot, parameter) in parameters.iter().enumerate() {
            let name = self.name(&parameter.name);
            let slot = slot as u32;
            let scope = &mut self.scopes.all[self.scopes.current];
            scope.assigned.insert(name, Some(slot));
            let function = &mut self.program.functions[index];
            function.slots.push(Arc::clone(&parameter.name));
            match parameter.stars {
                0 => function.parameters += 1,
                1 => function.star = Some(slot),
                _ => function.star_star = Some(slot),
            }
        }
        // The body of an `apply` is not part of a function inside its call.
        let applied = std::mem::take(&mut self.applied);
        self.expression(body)?;
        self.applied = applied;
        self.emit(Op::Return);
        self.scopes.leave();
        self.land(over);
        Ok(())
    }

    fn comprehension(
        &mut self,
        kind: Kind,
        element: &Expr,
        value: Option<&Expr>,
        clauses: &[Clause],
    ) -> Result<(), Error> {
        let Some(first) = clauses.first() else {
            return Err(Error::syntax("a comprehension without a loop"));
        };
        // The first loop is over something in the enclosing scope.
        self.expression(&first.iterable)?;
        self.emit(Op::Iterate);
        self.emit(match kind {
            Kind::List | Kind::Generator => Op::List(0),
            Kind::Set => Op::Set(0),
            Kind::Dict => Op::Dict(0),
        });
        let scope = self.scopes.enter(self.scopes.function(), true);
        self.emit(Op::EnterScope(scope as u32));
        let mut loops = Vec::new();
        for (i, clause) in clauses.iter().enumerate() {
            if i > 0 {
                self.expression(&clause.iterable)?;
                self.emit(Op::Iterate);
            }
            let start = self.here();
            loops.push((start, self.emit(Op::Next(0))));
            self.assign(&clause.target)?;
            for condition in &clause.conditions {
                self.expression(condition)?;
                let onward = self.emit(Op::JumpIfFalse(0));
                if let Op::JumpIfFalse(to) = &mut self.program.ops[onward] {
                    *to = start;
                }
            }
        }
        self.expression(element)?;
        if let Some(value) = value {
            self.expression(value)?;
        }
        self.emit(match kind {
            Kind::List | Kind::Generator => Op::Append,
            Kind::Set => Op::AddToSet,
            Kind::Dict => Op::Put,
        });
        for (start, next) in loops.into_iter().rev() {
            self.emit(Op::Jump(start));
            self.land(next);
        }
        self.scopes.leave();
        if kind == Kind::Generator {
            self.emit(Op::ToIterator);
        }
        Ok(())
    }
}
