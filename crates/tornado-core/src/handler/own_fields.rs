//! What becomes of a handler's own fields when it is made anew around its base.

/// Whether a handler can be made again around a live base, without anything
/// lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the derive alone makes them")]
pub enum OwnFields {
    /// It has nothing but its base and state: a new value around a live base is
    /// as good.
    Remade,
    /// Some are given by the route's factory and never changed: it makes them
    /// again.
    Given,
    /// The names of those that would be lost.
    Lost(&'static [&'static str]),
}
