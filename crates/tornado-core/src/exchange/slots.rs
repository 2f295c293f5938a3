//! `Slots`: one value per type, for mixins.

use std::any::{Any, TypeId};
use std::fmt;

/// A list, since a request uses one or two mixins and a search is a comparison.
#[derive(Default)]
pub(crate) struct Slots(Vec<(TypeId, Box<dyn Any + Send + Sync>)>);

impl Slots {
    pub(crate) fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        let (_, value) = self.0.iter().find(|(id, _)| *id == TypeId::of::<T>())?;
        value.downcast_ref()
    }

    pub(crate) fn get_mut<T: Send + Sync + 'static>(&mut self) -> Option<&mut T> {
        let (_, value) = self.0.iter_mut().find(|(id, _)| *id == TypeId::of::<T>())?;
        value.downcast_mut()
    }

    pub(crate) fn take<T: Send + Sync + 'static>(&mut self) -> Option<T> {
        let place = self.0.iter().position(|(id, _)| *id == TypeId::of::<T>())?;
        let (_, value) = self.0.swap_remove(place);
        value.downcast().ok().map(|value| *value)
    }

    pub(crate) fn insert<T: Send + Sync + 'static>(&mut self, value: T) -> Option<T> {
        if let Some(place) = self.get_mut::<T>() {
            return Some(std::mem::replace(place, value));
        }
        self.0.push((TypeId::of::<T>(), Box::new(value)));
        None
    }
}

impl fmt::Debug for Slots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slots({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_holds_one_value_of_each_type() {
        let mut slots = Slots::default();
        assert_eq!(slots.insert(1_u8), None);
        assert_eq!(slots.insert("text"), None);
        assert_eq!(slots.insert(2_u8), Some(1));
        *slots.get_mut::<u8>().unwrap() += 1;
        assert_eq!(
            (slots.get::<u8>(), slots.get::<&str>(), slots.get::<u16>()),
            (Some(&3), Some(&"text"), None)
        );
        assert_eq!((slots.take::<u8>(), slots.take::<u8>()), (Some(3), None));
        assert_eq!(slots.get::<&str>(), Some(&"text"));
    }
}
