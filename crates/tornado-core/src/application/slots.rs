//! `ApplicationSlots`: one value per type, shared by all requests.

use std::any::{Any, TypeId};
use std::sync::{Arc, PoisonError, RwLock};

use crate::type_map::TypeMap;

#[derive(Default)]
pub(super) struct ApplicationSlots(RwLock<TypeMap<Arc<dyn Any + Send + Sync>>>);

impl ApplicationSlots {
    pub(super) fn get_or_init<T: Send + Sync + 'static>(&self, init: impl FnOnce() -> T) -> Arc<T> {
        if let Some(value) = self.get() {
            return value;
        }
        // Outside the lock, since it may ask for a slot itself. Of two that
        // race here, the first to be put in is everybody's.
        let value = Arc::new(init());
        let mut slots = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let value = slots.entry(TypeId::of::<T>()).or_insert(value);
        Arc::clone(value)
            .downcast()
            .expect("the key is the type of the value")
    }

    fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let slots = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let value = slots.get(&TypeId::of::<T>())?;
        Some(
            Arc::clone(value)
                .downcast()
                .expect("the key is the type of the value"),
        )
    }
}
