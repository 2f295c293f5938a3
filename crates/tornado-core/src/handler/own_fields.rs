//! What happens to a handler's own fields when it is rebuilt around its base.

/// Whether a handler can be rebuilt around a live base without losing anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the derive alone makes them")]
pub enum OwnFields {
    /// It has only its base and state, so a new value around a live base is
    /// equivalent.
    Remade,
    /// Some fields come from the route's factory and never change: the factory
    /// makes them again.
    Given,
    /// The names of the fields that would be lost.
    Lost(&'static [&'static str]),
}
