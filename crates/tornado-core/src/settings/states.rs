//! `States`: one value of each type, shared by clones.

use std::any::{Any, TypeId};
use std::sync::Arc;

use crate::type_map::TypeMap;

#[derive(Clone, Default)]
pub(super) struct States(TypeMap<Arc<dyn Any + Send + Sync>>);

impl States {
    pub(super) fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Arc::new(value));
    }

    pub(super) fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref()
    }

    pub(super) fn contains(&self, id: TypeId) -> bool {
        self.0.contains_key(&id)
    }

    /// The value, shared.
    pub(super) fn share<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        Arc::clone(self.0.get(&TypeId::of::<T>())?).downcast().ok()
    }

    pub(super) fn merge(&mut self, other: States) {
        self.0.extend(other.0);
    }
}
