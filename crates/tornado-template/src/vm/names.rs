//! What gets a name: parts of a value, functions, modules.

use std::sync::Arc;

use super::machine::Machine;
use crate::builtins;
use crate::compile::Program;
use crate::error::Error;
use crate::value::{Lambda, V, Value, locked, new_dict};

impl Machine {
    pub(super) fn locals(&self, program: &Program) -> Value {
        let names = &program.functions[self.function].slots;
        let values = names.iter().enumerate().filter_map(|(i, name)| {
            let value = match &self.slots[self.base + i].0 {
                V::Cell(cell) => locked(cell).clone(),
                _ => self.slots[self.base + i].clone(),
            };
            let has_value = !matches!(value.0, V::Undefined) && !name.starts_with("_tt_");
            has_value.then(|| (Value::from(Arc::clone(name)), value))
        });
        new_dict(values.collect::<Vec<_>>(), false)
    }

    pub(super) fn lambda(&mut self, program: &Arc<Program>, function: usize) -> Value {
        let made = &program.functions[function];
        let defaults = self.take(made.defaults as usize);
        let captured = made
            .captures
            .iter()
            .map(|(from, _)| self.slots[self.base + *from as usize].clone())
            .collect();
        Value(V::Lambda(Arc::new(Lambda {
            program: Arc::clone(program) as Arc<dyn std::any::Any + Send + Sync>,
            function,
            defaults,
            captured,
        })))
    }

    pub(super) fn unpack(&mut self, count: usize) -> Result<(), Error> {
        let value = self.pop();
        // The most frequent one, `for key, value in ..`, without an
        // intermediate list.
        if let V::Tuple(items) = &value.0
            && items.len() == count
        {
            self.stack.extend(items.iter().rev().cloned());
            return Ok(());
        }
        let items = unpackable(&value)?;
        if items.len() < count {
            return Err(Error::value_error(format!(
                "not enough values to unpack (expected {count}, got {})",
                items.len()
            )));
        }
        if items.len() > count {
            return Err(Error::value_error(format!(
                "too many values to unpack (expected {count})"
            )));
        }
        self.stack.extend(items.into_iter().rev());
        Ok(())
    }

    pub(super) fn unpack_star(&mut self, before: usize, after: usize) -> Result<(), Error> {
        let mut items = unpackable(&self.pop())?;
        if items.len() < before + after {
            return Err(Error::value_error(format!(
                "not enough values to unpack (expected at least {}, got {})",
                before + after,
                items.len()
            )));
        }
        let last = items.split_off(items.len() - after);
        let middle = items.split_off(before);
        self.stack.extend(last.into_iter().rev());
        self.stack.push(Value::from(middle));
        self.stack.extend(items.into_iter().rev());
        Ok(())
    }

    /// A module that the program has registered, or one of ours. With `first`,
    /// the value that `import a.b` binds: `a`, with `b` in it.
    pub(super) fn import(&self, path: &Arc<str>, first: bool) -> Result<Value, Error> {
        let registered = |path: &str| {
            let found = self.environment.modules.get(path).cloned();
            found.or_else(|| builtins::module(path))
        };
        let whole = registered(path).ok_or_else(|| {
            Error::of(
                "ModuleNotFoundError",
                format!("No module named '{path}': it has to be registered"),
            )
        })?;
        if !first {
            return Ok(whole);
        }
        let (top, rest) = path.split_once('.').unwrap_or((path, ""));
        if let Some(module) = registered(top) {
            return Ok(module);
        }
        // `a.b.c` without a module `a`: make one that contains only that.
        let mut inner = whole;
        for name in rest.rsplit('.') {
            inner = builtins::new_module(top, [(name, inner)]);
        }
        Ok(inner)
    }
}

fn unpackable(value: &Value) -> Result<Vec<Value>, Error> {
    value.try_to_vec()?.ok_or_else(|| {
        Error::type_error(format!(
            "cannot unpack non-iterable {} object",
            value.type_name()
        ))
    })
}
