//! `ClassAttributes`: the class attributes of a handler.

use std::any::{Any, TypeId};
use std::fmt;

use crate::type_map::TypeMap;

/// The class attributes of a handler and its bases, one of each type. A derived
/// class overrides its bases.
#[derive(Default)]
pub struct ClassAttributes(TypeMap<Box<dyn Any + Send + Sync>>);

impl ClassAttributes {
    /// Sets an attribute, overriding that of a base.
    pub fn set<T: Clone + Send + Sync + 'static>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Box::new(value));
    }

    pub(crate) fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref()
    }
}

impl fmt::Debug for ClassAttributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClassAttributes({})", self.0.len())
    }
}
