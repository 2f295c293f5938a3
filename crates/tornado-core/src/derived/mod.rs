//! What the output of `#[derive(Handler)]` calls, and what it lets the compiler
//! say.

mod service_names;

pub use service_names::{Free, NotTaken, ServiceNames, is_free};

use crate::Handler;
use crate::application::missing_state;

/// The state for a field marked `#[state]`; `None` when the application was not
/// given it.
#[inline]
pub fn find_state<H: Handler, T: Clone + Send + Sync + 'static>(base: &H) -> Option<T> {
    base.exchange().application().state().cloned()
}

/// The same, where it is known to be there.
///
/// # Panics
///
/// When the application was not given it. One whose routes need it can't be
/// built; this is for those who make a handler by themselves.
#[inline]
pub fn take_state<T>(found: Option<T>) -> T {
    found.unwrap_or_else(|| panic!("{}", missing_state::<T>()))
}

/// What a field has that a route does not fill.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unfilled;

/// Holds for nothing: its bound on a derived `FromExchange` names the field that
/// is in the way.
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

/// Implemented for whatever has a `Drop` of its own, and by the derive for each
/// handler: both at once is a conflict. The base of a handler can't be taken out
/// of it then.
pub trait HandlersHaveNoDrop {}

#[expect(drop_bounds, reason = "what it catches is an `impl Drop`")]
impl<T: Drop> HandlersHaveNoDrop for T {}
