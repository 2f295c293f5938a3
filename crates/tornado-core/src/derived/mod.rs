//! What the output of `#[derive(Handler)]` calls, and the messages it makes the
//! compiler give.

mod service_names;

pub use service_names::{Free, NotTaken, ServiceNames, is_free};

use crate::Handler;
use crate::application::missing_state;

/// The state for a field marked `#[state]`; `None` if the application was not
/// given it.
#[inline]
pub fn find_state<H: Handler, T: Clone + Send + Sync + 'static>(base: &H) -> Option<T> {
    base.exchange().application().state().cloned()
}

/// The state, where it is known to exist.
///
/// # Panics
///
/// If the application was not given it. An application whose routes need a
/// missing state can't be built; this is for code that makes a handler itself.
#[inline]
pub fn take_state<T>(found: Option<T>) -> T {
    found.unwrap_or_else(|| panic!("{}", missing_state::<T>()))
}

/// The contents of a field that a route does not fill.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unfilled;

/// Holds for no type: its bound on a derived `FromExchange` names the field
/// that is in the way.
#[diagnostic::on_unimplemented(
    message = "nobody fills the field of type `{Field}` of `{Class}`",
    label = "`{Class}` is made here without a factory",
    note = "a handler that is the base of another one, or that `route` leads to, is made without a factory: mark \
            the field `#[state]` to have it filled with the application's state of that type, or `#[default]` to \
            have it made by `Default` for each request",
    note = "a handler with other fields goes on a route by `url(pattern, |base| {Class} {{ .. }})`; what inherits \
            from it, by `url_from_exchange(pattern, |exchange| Heir {{ base: {Class} {{ base: exchange, .. }}, .. }})`",
    note = "a handler has one base: where `{Field}` is to be a second one, make what it shares a trait, as a mixin"
)]
pub trait FilledByRoute<Class, Field> {
    /// Never called.
    fn fill() -> Field;
}

/// Implemented for every type that has its own `Drop`, and by the derive for
/// each handler: both together are a conflict. A handler with a `Drop` could
/// not give up its base.
pub trait HandlersHaveNoDrop {}

#[expect(drop_bounds, reason = "what it catches is an `impl Drop`")]
impl<T: Drop> HandlersHaveNoDrop for T {}
