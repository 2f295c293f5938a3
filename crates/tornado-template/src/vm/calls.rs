//! Calls: of functions, methods, classes, and of what the host has.

use std::sync::Arc;

use super::machine::{Frame, Machine, Resume, Step, new_cell};
use super::question::{Question, QuestionKind};
use crate::builtins;
use crate::compile::Program;
use crate::error::Error;
use crate::value::{Args, Caller, Code, Key, Lambda, Method, V, Value, budget, new_dict};

/// What a call comes to.
pub(super) enum Flow {
    Value(Value),
    /// A function of the page has been entered.
    Entered,
    Stop(Step),
}

impl Machine {
    fn ask(&mut self, kind: QuestionKind, path: Arc<str>, args: Args) -> Flow {
        self.resume = Resume::Push;
        Flow::Stop(Step::Ask(Box::new(Question {
            kind,
            path,
            args,
            object: None,
        })))
    }

    pub(super) fn call_value(&mut self, function: &Value, args: Args) -> Result<Flow, Error> {
        match &function.0 {
            V::Function(function) => {
                if let Some(flow) = self.ask_attribute(&function.name, &args) {
                    return Ok(flow);
                }
                match &function.code {
                    Code::Sync(code) => code(self, args).map(Flow::Value).map_err(|error| {
                        let missing =
                            error.class() == "TypeError" && error.message().starts_with("missing ");
                        if missing && error.places().is_empty() {
                            let message = format!("{}() {}", function.name, error.message());
                            return Error::type_error(message);
                        }
                        error
                    }),
                    Code::Async(code) => {
                        self.resume = Resume::Push;
                        Ok(Flow::Stop(Step::Wait(code(args))))
                    }
                }
            }
            V::Method(method) => {
                let of = method.of.clone();
                self.call_method(&of, &method.name, args)
            }
            V::Class(class) => builtins::construct(self, class, &args).map(Flow::Value),
            V::Lambda(lambda) => {
                self.enter(lambda, args)?;
                Ok(Flow::Entered)
            }
            V::Object(object) => {
                let name = object.type_name();
                let result = object.call(args);
                result
                    .unwrap_or_else(|| {
                        Err(Error::type_error(format!(
                            "'{name}' object is not callable"
                        )))
                    })
                    .map(Flow::Value)
            }
            V::Remote(path) => Ok(self.ask(QuestionKind::Call, Arc::clone(path), args)),
            _ => {
                let name = function.type_name();
                Err(Error::type_error(format!(
                    "'{name}' object is not callable"
                )))
            }
        }
    }

    /// `getattr(handler, "name")` is for the host, as `handler.name` is.
    fn ask_attribute(&mut self, function: &str, args: &Args) -> Option<Flow> {
        if function != "getattr" && function != "hasattr" {
            return None;
        }
        let V::Remote(path) = &args.positional().first()?.0 else {
            return None;
        };
        let path = format!("{path}.{}", args.positional().get(1)?.as_str()?);
        Some(self.ask(QuestionKind::Attribute, path.into(), Args::new()))
    }

    pub(super) fn call_method(
        &mut self,
        of: &Value,
        name: &Arc<str>,
        args: Args,
    ) -> Result<Flow, Error> {
        match &of.0 {
            V::Object(object) => {
                if let Some(attribute) = object.get_attr(name) {
                    return self.call_value(&attribute, args);
                }
                if object.is_async_method(name) {
                    self.resume = Resume::Push;
                    return Ok(Flow::Stop(Step::Ask(Box::new(Question {
                        kind: QuestionKind::Method,
                        path: Arc::clone(name),
                        args,
                        object: Some(Arc::clone(object)),
                    }))));
                }
                let result = object.call_method(name, args);
                result
                    .unwrap_or_else(|| Err(of.no_attribute(name)))
                    .map(Flow::Value)
            }
            V::Remote(path) => {
                let path = format!("{path}.{name}");
                Ok(self.ask(QuestionKind::Call, path.into(), args))
            }
            V::Str(_) | V::List(_) => builtins::call_method(self, of, name, args).map(Flow::Value),
            _ => match of.get_attr(name) {
                Some(attribute) => self.call_value(&attribute, args),
                None => builtins::call_method(self, of, name, args).map(Flow::Value),
            },
        }
    }

    /// `value.name`: a value, or a question.
    pub(super) fn attribute(&mut self, of: &Value, name: &Arc<str>) -> Result<Flow, Error> {
        if let V::Remote(path) = &of.0 {
            let path = format!("{path}.{name}");
            return Ok(self.ask(QuestionKind::Attribute, path.into(), Args::new()));
        }
        attribute_of(of, name).map(Flow::Value)
    }

    fn enter(&mut self, lambda: &Arc<Lambda>, args: Args) -> Result<(), Error> {
        let program = Arc::clone(&self.program);
        let same = Arc::clone(&lambda.program)
            .downcast::<Program>()
            .is_ok_and(|other| Arc::ptr_eq(&other, &program));
        if !same {
            return Err(Error::type_error(
                "a function of another template can't be called here",
            ));
        }
        if self.frames.len() + self.nested >= self.environment.limits.depth {
            return Err(Error::of(
                "RecursionError",
                "maximum recursion depth exceeded",
            ));
        }
        self.step()?;
        let function = &program.functions[lambda.function];
        self.frames.push(Frame {
            pc: self.pc,
            base: self.base,
            function: self.function,
        });
        self.base = self.slots.len();
        self.function = lambda.function;
        self.new_slots(lambda.function);
        if let Err(error) = self.bind(function, lambda, args) {
            self.leave_frame();
            return Err(error);
        }
        for ((_, own), cell) in function.captures.iter().zip(&lambda.captured) {
            self.slots[self.base + *own as usize] = cell.clone();
        }
        for cell in &function.cells {
            let slot = &mut self.slots[self.base + *cell as usize];
            if !matches!(slot.0, V::Cell(_)) {
                *slot = new_cell(std::mem::replace(slot, Value(V::Undefined)));
            }
        }
        self.pc = function.start as usize;
        Ok(())
    }

    fn bind(
        &mut self,
        function: &crate::compile::Function,
        lambda: &Lambda,
        args: Args,
    ) -> Result<(), Error> {
        let parameters = function.parameters as usize;
        let base = self.base;
        let given = args.positional.len();
        let mut positional = args.positional.into_iter();
        for (slot, value) in (0..parameters).zip(positional.by_ref()) {
            self.slots[base + slot] = value;
        }
        let rest: Vec<Value> = positional.collect();
        match function.star {
            Some(slot) => self.slots[base + slot as usize] = Value::tuple(rest),
            None if !rest.is_empty() => {
                return Err(Error::type_error(format!(
                    "<lambda>() takes {parameters} positional argument{} but {given} {} given",
                    if parameters == 1 { "" } else { "s" },
                    if given == 1 { "was" } else { "were" },
                )));
            }
            None => {}
        }
        let mut named = Vec::new();
        for (name, value) in args.named {
            match function.slots[..parameters]
                .iter()
                .position(|slot| *slot == name)
            {
                Some(slot) if slot < given => {
                    return Err(Error::type_error(format!(
                        "<lambda>() got multiple values for argument '{name}'"
                    )));
                }
                Some(slot) => self.slots[base + slot] = value,
                None if function.star_star.is_some() => named.push((Value::from(name), value)),
                None => {
                    return Err(Error::type_error(format!(
                        "<lambda>() got an unexpected keyword argument '{name}'"
                    )));
                }
            }
        }
        if let Some(slot) = function.star_star {
            self.slots[base + slot as usize] = new_dict(named, false);
        }
        let required = parameters - function.defaults as usize;
        for slot in 0..parameters {
            if !matches!(self.slots[base + slot].0, V::Undefined | V::Cell(_)) {
                continue;
            }
            match slot.checked_sub(required) {
                Some(default) => self.slots[base + slot] = lambda.defaults[default].clone(),
                None => {
                    return Err(Error::type_error(format!(
                        "<lambda>() missing 1 required positional argument: '{}'",
                        function.slots[slot]
                    )));
                }
            }
        }
        Ok(())
    }

    pub(super) fn leave_frame(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.slots.truncate(self.base);
            self.pc = frame.pc;
            self.base = frame.base;
            self.function = frame.function;
        }
    }

    pub(super) fn step(&mut self) -> Result<(), Error> {
        if budget::step() {
            return Ok(());
        }
        self.take_stock()?;
        budget::work(1)
    }

    pub(super) fn spread(
        &mut self,
        function: &Value,
        list: &Value,
        dict: &Value,
    ) -> Result<Flow, Error> {
        let mut args = Args::of(list.to_vec()?);
        for (key, value) in dict.dict_items()? {
            match key.0 {
                V::Str(name) => args.named.push((name, value)),
                _ => return Err(Error::type_error("keywords must be strings")),
            }
        }
        self.call_value(function, args)
    }
}

/// `value.name`, of anything but what the host has.
pub(crate) fn attribute_of(of: &Value, name: &Arc<str>) -> Result<Value, Error> {
    if let Some(value) = of.get_attr(name) {
        return Ok(value);
    }
    if let Some(value) = builtins::attribute(of, name) {
        return Ok(value);
    }
    if builtins::has_method(of, name) {
        return Ok(Value(V::Method(Arc::new(Method {
            of: of.clone(),
            name: Arc::clone(name),
        }))));
    }
    Err(of.no_attribute(name))
}

impl Caller for Machine {
    fn call(&mut self, function: &Value, args: Args) -> Result<Value, Error> {
        let (pc, frames, handlers) = (self.pc, self.frames.len(), self.handler_count());
        let (stack, iterators) = (self.stack.len(), self.iterators.len());
        // Functions of Rust that call back are frames of the processor's stack.
        if self.nested > 20 {
            return Err(Error::of(
                "RecursionError",
                "maximum recursion depth exceeded",
            ));
        }
        let waits = || {
            Err(Error::type_error(
                "a function that waits can't be called from within sorted, map and their like",
            ))
        };
        // The values of the caller are nowhere where they could be counted.
        self.nested += 1;
        let flow = self.call_value(function, args);
        let result = match &flow {
            Ok(Flow::Entered) => Some(self.run_above(frames + 1, handlers)),
            _ => None,
        };
        self.nested -= 1;
        match flow? {
            Flow::Value(value) => Ok(value),
            Flow::Stop(_) => waits(),
            Flow::Entered => {
                while self.frames.len() > frames {
                    self.leave_frame();
                }
                self.pc = pc;
                self.stack.truncate(stack);
                self.iterators.truncate(iterators);
                match result.transpose()? {
                    Some(Step::Returned(value)) => Ok(value),
                    _ => waits(),
                }
            }
        }
    }
}

/// All that a page sees as names, for `globals()`.
pub(super) fn globals_dict(machine: &Machine) -> Value {
    let names = machine
        .environment
        .names
        .iter()
        .map(|(k, v)| (Arc::clone(k), v.clone()));
    let mut names: Vec<(Arc<str>, Value)> = names.collect();
    names.extend(machine.context.iter().map(|(k, v)| (k.into(), v.clone())));
    let dict = new_dict([], false);
    if let V::Dict(dict) = &dict.0 {
        let mut dict = dict.lock();
        for (name, value) in builtins::namespace() {
            dict.insert(Key(Value::from(name)), value);
        }
        for (name, value) in names {
            dict.insert(Key(Value::from(name)), value);
        }
    }
    dict
}
