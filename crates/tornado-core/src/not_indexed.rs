//! `NotIndexed`: `settings["debug"]` of Python, and what it is here.

/// The bound of an `Index` that does not compile: it holds for nothing, so that the compiler
/// says what to write.
#[diagnostic::on_unimplemented(
    message = "a `{In}` can't be indexed as a dict",
    label = "write `.get(..)`, and `.set(..)` to change it",
    note = "`.get(..)` gives `None` for what is not there; the type that it gives may have to be said, `.get::<String>(..)`"
)]
pub trait NotIndexed<In> {
    /// What would be there.
    type Value;

    /// Never called.
    fn value(self, of: &In) -> &Self::Value;
}
