//! Which names belong to which function.

use std::collections::HashMap;

/// Where names live: the page, an `apply`, a comprehension, a lambda.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) parent: Option<usize>,
    pub(crate) function: usize,
    pub(crate) comprehension: bool,
    /// The names assigned here, by index, with their slots.
    pub(crate) assigned: HashMap<u32, Option<u32>>,
}

#[derive(Debug, Default)]
pub(crate) struct Scopes {
    pub(crate) all: Vec<Scope>,
    pub(crate) current: usize,
}

impl Scopes {
    pub(crate) fn enter(&mut self, function: usize, comprehension: bool) -> usize {
        let parent = (!self.all.is_empty()).then_some(self.current);
        self.all.push(Scope {
            parent,
            function,
            comprehension,
            assigned: HashMap::new(),
        });
        self.current = self.all.len() - 1;
        self.current
    }

    pub(crate) fn leave(&mut self) {
        self.current = self.all[self.current].parent.unwrap_or(0);
    }

    pub(crate) fn function(&self) -> usize {
        self.all[self.current].function
    }

    /// Records that a name is assigned in the current scope.
    pub(crate) fn assign(&mut self, name: u32) {
        self.all[self.current].assigned.entry(name).or_insert(None);
    }

    /// As `assign`, from within a comprehension: `:=` assigns in the enclosing
    /// scope.
    pub(crate) fn assign_around(&mut self, name: u32) -> usize {
        let mut scope = self.current;
        while let (true, Some(parent)) = (self.all[scope].comprehension, self.all[scope].parent) {
            scope = parent;
        }
        self.all[scope].assigned.entry(name).or_insert(None);
        scope
    }

    /// The scope that a name belongs to, seen from another one.
    pub(crate) fn owner(&self, name: u32, from: usize) -> Option<usize> {
        let mut scope = Some(from);
        while let Some(at) = scope {
            if self.all[at].assigned.contains_key(&name) {
                return Some(at);
            }
            scope = self.all[at].parent;
        }
        None
    }
}
