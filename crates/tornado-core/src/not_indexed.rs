//! `NotIndexed`: Python's `settings["debug"]`, and what to write instead.

/// The bound of an `Index` that does not compile: it holds for no type, so the compiler says what
/// to write.
#[diagnostic::on_unimplemented(
    message = "a `{In}` can't be indexed as a dict",
    label = "write `.get(..)`, and `.set(..)` to change it",
    note = "`.get(..)` gives `None` for what is not there; the type that it gives may have to be said, `.get::<String>(..)`"
)]
pub trait NotIndexed<In> {
    /// The type of the item.
    type Value;

    /// Never called.
    fn value(self, of: &In) -> &Self::Value;
}
