//! `MadeStates`: one value per type, shared by all requests and made when it is
//! first needed.

use std::any::{Any, TypeId};
use std::sync::{Arc, PoisonError, RwLock};

use crate::type_map::TypeMap;

#[derive(Default)]
pub(super) struct MadeStates(RwLock<TypeMap<Arc<dyn Any + Send + Sync>>>);

impl MadeStates {
    pub(super) fn get_or_init<T: Send + Sync + 'static>(&self, init: impl FnOnce() -> T) -> Arc<T> {
        if let Some(value) = self.get() {
            return value;
        }
        // Outside the lock, since it may ask for another value. If two race
        // here, the first value stored is used by both.
        let value = Arc::new(init());
        let mut made = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let value = made.entry(TypeId::of::<T>()).or_insert(value);
        Arc::clone(value)
            .downcast()
            .expect("the key is the type of the value")
    }

    fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let made = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let value = made.get(&TypeId::of::<T>())?;
        Some(
            Arc::clone(value)
                .downcast()
                .expect("the key is the type of the value"),
        )
    }
}
