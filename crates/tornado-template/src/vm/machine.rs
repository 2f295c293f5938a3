//! The state of a page that runs, and what happens at an error.

use std::sync::Arc;

use super::environment::Environment;
use super::iter::Iter;
use super::question::{Question, QuestionKind};
use crate::builtins;
use crate::compile::{Program, Spot, SpotKind};
use crate::error::{Error, ErrorKind};
use crate::value::budget::Budget;
use crate::value::{Args, Context, Pending, V, Value, locked};

/// Why a page does not go on.
pub(crate) enum Step {
    Done,
    Ask(Box<Question>),
    Wait(Pending),
    /// A function that was called from within has returned.
    Returned(Value),
}

/// What becomes of an answer.
#[derive(Clone, Copy)]
pub(super) enum Resume {
    Push,
    Emit(bool),
    Global(usize),
}

pub(super) struct Frame {
    pub(super) pc: usize,
    pub(super) base: usize,
    pub(super) function: usize,
}

/// Where an error goes, and how much of everything there is then.
struct Handler {
    pc: usize,
    stack: usize,
    iterators: usize,
    captures: usize,
    exceptions: usize,
    finals: usize,
}

/// Why a `finally` runs.
pub(super) enum Reason {
    GoTo(usize),
    Raise(Arc<Error>),
}

pub(crate) struct Machine {
    pub(super) program: Arc<Program>,
    pub(super) environment: Arc<Environment>,
    pub(super) context: Context,
    pub(super) globals: Vec<Value>,
    pub(super) stack: Vec<Value>,
    pub(super) slots: Vec<Value>,
    pub(super) iterators: Vec<Iter>,
    pub(super) frames: Vec<Frame>,
    handlers: Vec<Handler>,
    pub(super) exceptions: Vec<Arc<Error>>,
    pub(super) finals: Vec<Reason>,
    pub(super) out: String,
    pub(super) captures: Vec<String>,
    pub(super) pc: usize,
    pub(super) base: usize,
    pub(super) function: usize,
    budget: Budget,
    /// How much memory what it was given takes, once that was counted.
    pub(super) given: Option<usize>,
    pub(super) resume: Resume,
    /// How many functions of Rust are calling functions of the page.
    pub(super) nested: usize,
    /// What escapes in place of `xhtml_escape`, if the page was given that.
    pub(super) escape: Option<Value>,
    has_host: bool,
}

impl Machine {
    pub(crate) fn new(
        program: Arc<Program>,
        environment: Arc<Environment>,
        context: Context,
        has_host: bool,
    ) -> Machine {
        let other = |name: &str| context.get(name).or_else(|| environment.names.get(name));
        let escape = other("xhtml_escape").or_else(|| other("escape")).cloned();
        let size = program.size.load(std::sync::atomic::Ordering::Relaxed);
        let mut machine = Machine {
            globals: vec![Value(V::Undefined); program.globals.len()],
            stack: Vec::with_capacity(16),
            slots: Vec::new(),
            iterators: Vec::new(),
            frames: Vec::new(),
            handlers: Vec::new(),
            exceptions: Vec::new(),
            finals: Vec::new(),
            out: String::with_capacity(size + size / 8 + 64),
            captures: Vec::new(),
            pc: 0,
            base: 0,
            function: 0,
            budget: Budget::new(environment.limits.steps, environment.limits.memory),
            given: None,
            resume: Resume::Push,
            nested: 0,
            escape,
            has_host,
            program,
            environment,
            context,
        };
        machine.new_slots(0);
        machine
    }

    /// The page, when it is done.
    pub(crate) fn into_output(mut self) -> String {
        let size = self.out.len();
        self.program
            .size
            .store(size, std::sync::atomic::Ordering::Relaxed);
        std::mem::take(&mut self.out)
    }

    /// Slots for a function, from `base` on.
    pub(super) fn new_slots(&mut self, function: usize) {
        let program = Arc::clone(&self.program);
        let function = &program.functions[function];
        self.slots
            .resize(self.base + function.slots.len(), Value(V::Undefined));
        for cell in &function.cells {
            self.slots[self.base + *cell as usize] = new_cell(Value(V::Undefined));
        }
    }

    /// Runs until there is something to wait for, or the end.
    pub(crate) fn run(&mut self) -> Result<Step, Error> {
        self.within_budget(|machine| machine.run_above(0, 0))
    }

    fn within_budget<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let scope = self.budget.enter();
        let result = run(self);
        self.budget = scope.leave();
        result
    }

    /// Runs until as many frames are left, with no handler but those from one on.
    pub(super) fn run_above(&mut self, frames: usize, handlers: usize) -> Result<Step, Error> {
        let program = Arc::clone(&self.program);
        loop {
            match self.execute(&program, frames) {
                Ok(step) => return Ok(step),
                Err(error) => self.unwind(error, handlers)?,
            }
        }
    }

    /// Goes on with the answer to a question.
    pub(crate) fn answer(&mut self, value: Option<Value>) -> Result<(), Error> {
        match (self.resume, value) {
            (Resume::Global(index), Some(value)) => self.globals[index] = value,
            (Resume::Global(index), None) => {
                let error = self.name_error(index);
                self.unwind(error, 0)?;
            }
            (Resume::Push, value) => {
                self.stack.push(value.unwrap_or_else(Value::none));
                self.pc += 1;
            }
            (Resume::Emit(escape), value) => {
                let value = value.unwrap_or_else(Value::none);
                let emitted = self.within_budget(|machine| machine.emit_value(&value, escape));
                if let Err(error) = emitted {
                    return self.unwind(error, 0);
                }
                self.pc += 1;
            }
        }
        Ok(())
    }

    /// Goes on with an error in place of an answer.
    pub(crate) fn throw(&mut self, mut error: Error) -> Result<(), Error> {
        if !error.places().is_empty()
            && let Some(place) = self.program.place(self.pc)
        {
            error.push_place(place.clone());
        }
        self.unwind(error, 0)
    }

    /// To the handler of an error, if there is one.
    fn unwind(&mut self, mut error: Error, floor: usize) -> Result<(), Error> {
        if error.places().is_empty()
            && let Some(place) = self.program.place(self.pc)
        {
            error.push_place(place.clone());
        }
        if error.kind() == ErrorKind::Limit || self.handlers.len() <= floor {
            return Err(error);
        }
        let Some(handler) = self.handlers.pop() else {
            return Err(error);
        };
        self.pc = handler.pc;
        self.stack.truncate(handler.stack);
        self.iterators.truncate(handler.iterators);
        while self.captures.len() > handler.captures {
            self.out = self.captures.pop().unwrap_or_default();
        }
        self.exceptions.truncate(handler.exceptions);
        self.finals.truncate(handler.finals);
        self.exceptions.push(Arc::new(error));
        // A function within has none of its own: tags are not in functions.
        if let Some(frame) = self.frames.first() {
            let (base, function) = (frame.base, frame.function);
            self.slots
                .truncate(base + self.program.functions[function].slots.len());
            self.base = base;
            self.function = function;
            self.frames.clear();
        }
        Ok(())
    }

    pub(super) fn handler_count(&self) -> usize {
        self.handlers.len()
    }

    pub(super) fn push_handler(&mut self, pc: usize) {
        self.handlers.push(Handler {
            pc,
            stack: self.stack.len(),
            iterators: self.iterators.len(),
            captures: self.captures.len(),
            exceptions: self.exceptions.len(),
            finals: self.finals.len(),
        });
    }

    pub(super) fn pop_handler(&mut self) {
        self.handlers.pop();
    }

    /// The value of a name, or the question for it.
    pub(super) fn load(&mut self, spot: Spot) -> Result<Result<Value, Step>, Error> {
        let index = spot.index();
        let value = match spot.kind() {
            SpotKind::Local => self.slots[self.base + index].clone(),
            SpotKind::Cell => match &self.slots[self.base + index].0 {
                V::Cell(cell) => locked(cell).clone(),
                _ => Value(V::Undefined),
            },
            SpotKind::Global | SpotKind::Name => {
                return match self.global(index)? {
                    Some(step) => Ok(Err(step)),
                    None => Ok(Ok(self.globals[index].clone())),
                };
            }
        };
        if matches!(value.0, V::Undefined) {
            return Err(self.unbound(spot));
        }
        Ok(Ok(value))
    }

    /// Finds a name of all else: in what the page was given, in what the loader
    /// knows, in Python, and then with the host.
    pub(super) fn global(&mut self, index: usize) -> Result<Option<Step>, Error> {
        if !matches!(self.globals[index].0, V::Undefined) {
            return Ok(None);
        }
        let name = &self.program.globals[index];
        let found = self
            .context
            .get(name)
            .or_else(|| self.environment.names.get(name))
            .cloned()
            .or_else(|| builtins::global(name));
        if let Some(value) = found {
            self.globals[index] = value;
            return Ok(None);
        }
        if !self.has_host {
            return Err(self.name_error(index));
        }
        self.resume = Resume::Global(index);
        Ok(Some(Step::Ask(Box::new(Question {
            kind: QuestionKind::Name,
            path: Arc::clone(name),
            args: Args::new(),
            object: None,
        }))))
    }

    fn name_error(&self, index: usize) -> Error {
        let name = &self.program.globals[index];
        if **name == *"_tt_modules" {
            return Error::of("NameError", "this page has no UI modules");
        }
        Error::of("NameError", format!("name '{name}' is not defined"))
    }

    pub(super) fn unbound(&self, spot: Spot) -> Error {
        let name = &self.program.functions[self.function].slots[spot.index()];
        if spot.is_free() {
            return Error::of(
                "NameError",
                format!(
                    "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
                ),
            );
        }
        let mut message = format!(
            "cannot access local variable '{name}' where it is not associated with a value"
        );
        if self.context.get(name).is_some() {
            message.push_str("; the page was given one, but it assigns this name itself, further down or in a branch not taken, and so the name is its own all over the page");
        }
        Error::of("UnboundLocalError", message)
    }

    pub(super) fn store(&mut self, spot: Spot, value: Value) {
        let slot = &mut self.slots[self.base + spot.index()];
        match (spot.kind(), &slot.0) {
            (SpotKind::Cell, V::Cell(cell)) => *locked(cell) = value,
            _ => *slot = value,
        }
    }

    pub(super) fn enter_scope(&mut self, spots: &[Spot]) {
        for spot in spots {
            // A new cell: a function that has the old one keeps it.
            self.slots[self.base + spot.index()] = match spot.kind() {
                SpotKind::Cell => new_cell(Value(V::Undefined)),
                _ => Value(V::Undefined),
            };
        }
    }
}

/// A function that calls itself has the cell that it is in.
impl Drop for Machine {
    fn drop(&mut self) {
        for slot in &self.slots {
            if let V::Cell(cell) = &slot.0 {
                let value = std::mem::replace(&mut *locked(cell), Value(V::Undefined));
                drop(value);
            }
        }
    }
}

pub(super) fn new_cell(value: Value) -> Value {
    Value(V::Cell(Arc::new(std::sync::Mutex::new(value))))
}
