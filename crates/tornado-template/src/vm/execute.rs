//! The instructions, one after the other.

use std::sync::Arc;

use super::calls::{Flow, attribute_of, globals_dict};
use super::iter::Iter;
use super::machine::{Machine, Reason, Step};
use crate::builtins;
use crate::compile::{Op, Program};
use crate::error::{Error, again};
use crate::value::{Args, BESIDE, Binary, Key, Method, V, Value, budget, new_dict};

impl Machine {
    pub(super) fn pop(&mut self) -> Value {
        // The compiler puts on the stack what it takes from there.
        self.stack.pop().unwrap_or(Value(V::None))
    }

    pub(super) fn take(&mut self, count: usize) -> Vec<Value> {
        self.stack.split_off(self.stack.len() - count)
    }

    /// Runs until there is something to wait for, the end, or so few frames.
    pub(super) fn execute(&mut self, program: &Arc<Program>, frames: usize) -> Result<Step, Error> {
        loop {
            let op = program.ops[self.pc];
            match op {
                Op::Text(text) => {
                    self.out.push_str(&program.texts[text as usize]);
                    self.check_output()?;
                }
                Op::Emit { escape } => {
                    let value = self.pop();
                    self.emit_value(&value, escape)?;
                }
                Op::EmitName { escape, spot } => {
                    if let Some(step) = self.emit_name(spot, escape)? {
                        return Ok(step);
                    }
                }
                Op::EmitAttr { escape, name, spot } => {
                    if let Some(step) =
                        self.emit_attr(spot, &program.names[name as usize], escape)?
                    {
                        return Ok(step);
                    }
                }
                Op::EmitApplied => {
                    let value = self.pop();
                    self.emit_applied(&value)?;
                }
                Op::Stringify => {
                    let value = self.pop();
                    self.stack.push(match value.0 {
                        V::Str(_) | V::Bytes(_) => value,
                        _ => Value::from(value.try_text()?),
                    });
                }
                Op::BeginCapture => self.captures.push(std::mem::take(&mut self.out)),
                Op::EndCapture => {
                    let outer = self.captures.pop().unwrap_or_default();
                    let text = std::mem::replace(&mut self.out, outer);
                    budget::room(text.len())?;
                    self.stack.push(Value::from(text));
                }
                Op::Const(constant) => self
                    .stack
                    .push(program.constants[constant as usize].clone()),
                Op::Load(spot) => match self.load(spot)? {
                    Ok(value) => self.stack.push(value),
                    Err(step) => return Ok(step),
                },
                Op::Store(spot) => {
                    let value = self.pop();
                    self.store(spot, value);
                }
                Op::Delete(spot) => {
                    if let Err(step) = self.load(spot)? {
                        return Ok(step);
                    }
                    self.store(spot, Value(V::Undefined));
                }
                Op::Unset(spot) => self.store(spot, Value(V::Undefined)),
                Op::EnterScope(scope) => self.enter_scope(&program.scopes[scope as usize]),
                Op::Globals => {
                    let globals = globals_dict(self);
                    self.stack.push(globals);
                }
                Op::Locals => {
                    let locals = self.locals(program);
                    self.stack.push(locals);
                }
                Op::Pop => {
                    self.pop();
                }
                Op::Dup => {
                    let value = self.stack.last().cloned().unwrap_or(Value(V::None));
                    self.stack.push(value);
                }
                Op::DupTwo => {
                    let from = self.stack.len() - 2;
                    self.stack.extend_from_within(from..);
                }
                Op::RotTwo => {
                    let top = self.stack.len() - 1;
                    self.stack.swap(top, top - 1);
                }
                Op::RotThree => {
                    let top = self.pop();
                    self.stack.insert(self.stack.len() - 2, top);
                }
                Op::Attr(name) => {
                    let of = self.pop();
                    let flow = self.attribute(&of, &program.names[name as usize])?;
                    if let Some(step) = self.flow(flow) {
                        return Ok(step);
                    }
                }
                Op::AttrOf { name, spot } => {
                    if let Some(step) = self.attr_of(spot, &program.names[name as usize])? {
                        return Ok(step);
                    }
                }
                Op::Bind(name) => {
                    let of = self.pop();
                    let name = Arc::clone(&program.names[name as usize]);
                    self.stack
                        .push(Value(V::Method(Arc::new(Method { of, name }))));
                }
                Op::StoreAttr(name) => {
                    let of = self.pop();
                    let value = self.pop();
                    of.set_attr(&program.names[name as usize], &value)?;
                }
                Op::DeleteAttr(name) => {
                    let of = self.pop();
                    return Err(of.no_attribute(&program.names[name as usize]));
                }
                Op::Item => {
                    let key = self.pop();
                    let of = self.pop();
                    self.stack.push(of.get_item(&key)?);
                }
                Op::StoreItem => {
                    let key = self.pop();
                    let of = self.pop();
                    let value = self.pop();
                    of.set_item(&key, &value)?;
                }
                Op::DeleteItem => {
                    let key = self.pop();
                    let of = self.pop();
                    of.del_item(&key)?;
                }
                Op::Slice => {
                    let (step, stop, start) = (self.pop(), self.pop(), self.pop());
                    self.stack
                        .push(Value(V::Slice(Arc::new([start, stop, step]))));
                }
                Op::Call(count) => {
                    let args = Args::of(self.take(count as usize));
                    let function = self.pop();
                    let flow = self.call_value(&function, args)?;
                    if matches!(flow, Flow::Entered) {
                        continue;
                    }
                    if let Some(step) = self.flow(flow) {
                        return Ok(step);
                    }
                }
                Op::CallMethod { args, name } => {
                    let args = Args::of(self.take(usize::from(args)));
                    let of = self.pop();
                    let flow = self.call_method(&of, &program.names[name as usize], args)?;
                    if matches!(flow, Flow::Entered) {
                        continue;
                    }
                    if let Some(step) = self.flow(flow) {
                        return Ok(step);
                    }
                }
                Op::CallNamed { args, names } => {
                    let names = &program.keywords[names as usize];
                    let values = self.take(names.len());
                    let positional = self.take(usize::from(args) - names.len());
                    let named = names.iter().cloned().zip(values).collect();
                    let function = self.pop();
                    let flow = self.call_value(&function, Args { positional, named })?;
                    if matches!(flow, Flow::Entered) {
                        continue;
                    }
                    if let Some(step) = self.flow(flow) {
                        return Ok(step);
                    }
                }
                Op::CallSpread => {
                    let (dict, list, function) = (self.pop(), self.pop(), self.pop());
                    let flow = self.spread(&function, &list, &dict)?;
                    if matches!(flow, Flow::Entered) {
                        continue;
                    }
                    if let Some(step) = self.flow(flow) {
                        return Ok(step);
                    }
                }
                Op::Unary(operator) => {
                    let of = self.pop();
                    self.stack.push(of.unary(operator)?);
                }
                Op::Binary(operator) => {
                    let right = self.pop();
                    let left = self.pop();
                    self.stack.push(binary(operator, &left, &right)?);
                }
                Op::Augment(operator) => {
                    let right = self.pop();
                    let left = self.pop();
                    self.stack.push(match (operator, &left.0) {
                        (Binary::Mod, V::Str(_) | V::Bytes(_)) => binary(operator, &left, &right)?,
                        _ => left.augment(operator, &right)?,
                    });
                }
                Op::Compare(operator) => {
                    let right = self.pop();
                    let left = self.pop();
                    self.stack
                        .push(Value(V::Bool(left.compare(operator, &right)?)));
                }
                Op::Jump(to) => {
                    if to as usize <= self.pc {
                        self.step()?;
                    }
                    self.pc = to as usize;
                    continue;
                }
                Op::JumpIfFalse(to) => {
                    if !self.pop().is_true() {
                        self.pc = to as usize;
                        continue;
                    }
                }
                Op::JumpIfFalseOrPop(to) | Op::JumpIfTrueOrPop(to) => {
                    let wanted = matches!(op, Op::JumpIfTrueOrPop(_));
                    if self.stack.last().is_some_and(Value::is_true) == wanted {
                        self.pc = to as usize;
                        continue;
                    }
                    self.pop();
                }
                Op::Tuple(count) => {
                    let items = self.take(count as usize);
                    self.stack.push(Value::tuple(items));
                }
                Op::List(count) => {
                    let items = self.take(count as usize);
                    self.stack.push(Value::from(items));
                }
                Op::Set(count) => {
                    let items = self.take(count as usize);
                    self.stack.push(builtins::new_set(items, false)?);
                }
                Op::Dict(count) => {
                    let items = self.take(2 * count as usize);
                    self.stack.push(dict_of(items)?);
                }
                Op::Append | Op::Extend => {
                    let value = self.pop();
                    if let Some(V::List(list)) = self.stack.last().map(|v| &v.0) {
                        if matches!(op, Op::Append) {
                            budget::room_for(1, 0)?;
                            list.lock().push(value);
                        } else {
                            let items = value.to_vec()?;
                            list.lock().extend(items);
                        }
                    }
                }
                Op::AddToSet => {
                    let key = Key::new(self.pop())?;
                    budget::room_for(1, BESIDE)?;
                    if let Some(V::Set(set)) = self.stack.last().map(|v| &v.0) {
                        set.lock().insert(key);
                    }
                }
                Op::Put => {
                    let value = self.pop();
                    let key = Key::new(self.pop())?;
                    budget::room_for(1, BESIDE)?;
                    if let Some(V::Dict(dict)) = self.stack.last().map(|v| &v.0) {
                        dict.lock().insert(key, value);
                    }
                }
                Op::Update => {
                    let more = self.pop();
                    let V::Dict(_) = &more.0 else {
                        let name = more.type_name();
                        return Err(Error::type_error(format!(
                            "'{name}' object is not a mapping"
                        )));
                    };
                    if let Some(V::Dict(dict)) = self.stack.last().map(|v| &v.0) {
                        let items = more.dict_items()?;
                        dict.lock()
                            .extend(items.into_iter().map(|(k, v)| (Key(k), v)));
                    }
                }
                Op::ToTuple => {
                    let items = self.pop().to_vec()?;
                    self.stack.push(Value::tuple(items));
                }
                Op::ToSet => {
                    let items = self.pop().to_vec()?;
                    self.stack.push(builtins::new_set(items, false)?);
                }
                Op::ToIterator => {
                    let items = self.pop().to_vec()?;
                    self.stack.push(builtins::iterator(items));
                }
                Op::Format { conversion, spec } => {
                    let spec = if spec {
                        Some(self.pop().try_text()?)
                    } else {
                        None
                    };
                    let value = builtins::convert(self.pop(), conversion)?;
                    let text = builtins::format(&value, spec.as_deref().unwrap_or(""))?;
                    budget::room(text.len())?;
                    self.stack.push(Value::from(text));
                }
                Op::Join(count) => {
                    let parts = self.take(count as usize);
                    let parts: Vec<&str> = parts.iter().filter_map(Value::as_str).collect();
                    let whole = parts.concat();
                    budget::room(whole.len())?;
                    self.stack.push(Value::from(whole));
                }
                Op::Unpack(count) => self.unpack(count as usize)?,
                Op::UnpackStar { before, after } => {
                    self.unpack_star(usize::from(before), usize::from(after))?;
                }
                Op::Iterate => {
                    let value = self.pop();
                    self.iterators.push(Iter::new(value)?);
                }
                Op::Next(to) => {
                    let next = match self.iterators.last_mut() {
                        Some(iterator) => iterator.next()?,
                        None => None,
                    };
                    match next {
                        Some(value) => self.stack.push(value),
                        None => {
                            self.iterators.pop();
                            self.pc = to as usize;
                            continue;
                        }
                    }
                }
                Op::PopIterator => {
                    self.iterators.pop();
                }
                Op::Lambda(function) => {
                    let lambda = self.lambda(program, function as usize);
                    self.stack.push(lambda);
                }
                Op::Return => {
                    let value = self.pop();
                    self.leave_frame();
                    if self.frames.len() < frames {
                        return Ok(Step::Returned(value));
                    }
                    self.stack.push(value);
                }
                Op::Try(to) => self.push_handler(to as usize),
                Op::PopTry => self.pop_handler(),
                Op::MatchException => {
                    let class = self.pop();
                    let error = self.exceptions.last();
                    let matches = match error {
                        Some(error) => builtins::matches_class(error.class(), &class)?,
                        None => false,
                    };
                    self.stack.push(Value(V::Bool(matches)));
                }
                Op::StoreException(spot) => {
                    if let Some(error) = self.exceptions.last().cloned() {
                        self.store(spot, Value(V::Exception(error)));
                    }
                }
                Op::PopException => {
                    self.exceptions.pop();
                }
                Op::Reraise => {
                    let error = self.exceptions.pop();
                    return Err(error.map_or_else(
                        || Error::of("RuntimeError", "No active exception to reraise"),
                        again,
                    ));
                }
                Op::Raise => {
                    let value = self.pop();
                    return Err(builtins::raised(self, &value)?);
                }
                Op::AssertFailed => {
                    let message = self.pop().try_text()?;
                    return Err(Error::of("AssertionError", &*message));
                }
                Op::CallFinally(to) => {
                    self.finals.push(Reason::GoTo(self.pc + 1));
                    self.pc = to as usize;
                    continue;
                }
                Op::EnterFinally => {
                    if let Some(error) = self.exceptions.pop() {
                        self.finals.push(Reason::Raise(error));
                    }
                }
                Op::EndFinally => match self.finals.pop() {
                    Some(Reason::GoTo(pc)) => {
                        self.pc = pc;
                        continue;
                    }
                    Some(Reason::Raise(error)) => return Err(again(error)),
                    None => {}
                },
                Op::PopFinally => {
                    self.finals.pop();
                }
                Op::Import { first, name } => {
                    let module = self.import(&program.names[name as usize], first)?;
                    self.stack.push(module);
                }
                Op::ImportName(name) => {
                    let module = self.pop();
                    let name = &program.names[name as usize];
                    let value = attribute_of(&module, name).map_err(|_| {
                        let module = module.brief();
                        Error::of(
                            "ImportError",
                            format!(
                                "cannot import name '{name}' from {module}: it has to be registered"
                            ),
                        )
                    })?;
                    self.stack.push(value);
                }
                Op::End => {
                    budget::settle()?;
                    return Ok(Step::Done);
                }
            }
            self.pc += 1;
        }
    }

    /// Puts the value of a call on the stack, or gives what it waits for.
    pub(super) fn flow(&mut self, flow: Flow) -> Option<Step> {
        match flow {
            Flow::Value(value) => self.stack.push(value),
            Flow::Entered => {}
            Flow::Stop(step) => return Some(step),
        }
        None
    }
}

fn binary(operator: Binary, left: &Value, right: &Value) -> Result<Value, Error> {
    match (operator, &left.0) {
        (Binary::Mod, V::Str(text)) => builtins::percent(text, right).map(Value::from),
        _ => left.binary(operator, right),
    }
}

fn dict_of(items: Vec<Value>) -> Result<Value, Error> {
    let mut items = items.into_iter();
    let mut pairs = Vec::with_capacity(items.len() / 2);
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        key.check_hashable()?;
        pairs.push((key, value));
    }
    Ok(new_dict(pairs, false))
}
