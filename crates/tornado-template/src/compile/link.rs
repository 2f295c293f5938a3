//! Resolves names to places, once all assignments are known.

use std::collections::HashMap;
use std::sync::Arc;

use super::emit::Compiler;
use super::op::{Op, Program, Spot, SpotKind};

impl Compiler<'_> {
    pub(crate) fn link(mut self) -> Program {
        self.give_slots();
        let mut globals: HashMap<u32, u32> = HashMap::new();
        let unresolved = std::mem::take(&mut self.unresolved);
        let mut resolved = Vec::with_capacity(unresolved.len());
        // All of them first: only then is it known that an inner function shares a name.
        for (at, scope) in unresolved {
            let Some(spot) = self.program.ops.get_mut(at).and_then(spot_of) else {
                continue;
            };
            let name = spot.index() as u32;
            let found = match self.scopes.owner(name, scope) {
                Some(owner) => {
                    let free = owner != scope;
                    let slot = self.scopes.all[owner].assigned[&name].unwrap_or(0);
                    let (owner, function) = (
                        self.scopes.all[owner].function,
                        self.scopes.all[scope].function,
                    );
                    let slot = self.captured(function, owner, slot, name);
                    Some((function, slot, free))
                }
                None => None,
            };
            resolved.push((at, name, found));
        }
        for (at, name, found) in resolved {
            let spot = match found {
                Some((function, slot, true)) => self.local(function, slot).free(),
                Some((function, slot, false)) => self.local(function, slot),
                None => {
                    let next = globals.len() as u32;
                    Spot::new(SpotKind::Global, *globals.entry(name).or_insert(next))
                }
            };
            if let Some(old) = self.program.ops.get_mut(at).and_then(spot_of) {
                *old = spot;
            }
        }
        let mut names = vec![Arc::from(""); globals.len()];
        for (name, global) in globals {
            names[global as usize] = Arc::clone(&self.program.names[name as usize]);
        }
        self.program.globals = names;
        self.program.scopes = (0..self.scopes.all.len())
            .map(|scope| self.fresh(scope))
            .collect();
        self.program
    }

    /// The slots of a scope, which have no value when it starts.
    fn fresh(&self, scope: usize) -> Vec<Spot> {
        let scope = &self.scopes.all[scope];
        let mut slots: Vec<u32> = scope.assigned.values().copied().flatten().collect();
        slots.sort_unstable();
        slots
            .iter()
            .map(|slot| self.local(scope.function, *slot))
            .collect()
    }

    fn local(&self, function: usize, slot: u32) -> Spot {
        let function = &self.program.functions[function];
        let shared =
            function.cells.contains(&slot) || function.captures.iter().any(|(_, own)| *own == slot);
        let kind = if shared {
            SpotKind::Cell
        } else {
            SpotKind::Local
        };
        Spot::new(kind, slot)
    }

    fn give_slots(&mut self) {
        for scope in &mut self.scopes.all {
            let function = &mut self.program.functions[scope.function];
            let mut names: Vec<(&u32, &mut Option<u32>)> = scope.assigned.iter_mut().collect();
            names.sort_unstable_by_key(|(name, _)| **name);
            for (name, slot) in names {
                if slot.is_none() {
                    *slot = Some(function.slots.len() as u32);
                    function
                        .slots
                        .push(Arc::clone(&self.program.names[*name as usize]));
                }
            }
        }
    }

    /// The slot in which a function holds a name of an enclosing function.
    fn captured(&mut self, function: usize, owner: usize, slot: u32, name: u32) -> u32 {
        if function == owner {
            return slot;
        }
        let around = self.around(function);
        let outer = self.captured(around, owner, slot, name);
        if around == owner {
            let cells = &mut self.program.functions[owner].cells;
            if !cells.contains(&slot) {
                cells.push(slot);
            }
        }
        let inner = &mut self.program.functions[function];
        if let Some((_, own)) = inner.captures.iter().find(|(from, _)| *from == outer) {
            return *own;
        }
        let own = inner.slots.len() as u32;
        inner
            .slots
            .push(Arc::clone(&self.program.names[name as usize]));
        inner.captures.push((outer, own));
        own
    }

    /// The enclosing function.
    fn around(&self, function: usize) -> usize {
        let first = self
            .scopes
            .all
            .iter()
            .find(|scope| scope.function == function);
        let parent = first.and_then(|scope| scope.parent).unwrap_or(0);
        self.scopes.all[parent].function
    }
}

fn spot_of(op: &mut Op) -> Option<&mut Spot> {
    match op {
        Op::EmitName { spot, .. }
        | Op::EmitAttr { spot, .. }
        | Op::AttrOf { spot, .. }
        | Op::Load(spot)
        | Op::Store(spot)
        | Op::Delete(spot)
        | Op::Unset(spot)
        | Op::StoreException(spot) => Some(spot),
        _ => None,
    }
}
