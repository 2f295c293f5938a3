//! `IntoError`: what `?` accepts, and the compiler's message for the rest.

use std::error::Error as StdError;

/// What `?` can turn into an [`Error`](crate::Error): everything that
/// implements [`std::error::Error`], and nothing else.
///
/// `Box<dyn std::error::Error>` and `anyhow::Error` do not implement it. If you
/// have one, say which status it is: [`or_status`](crate::OrStatus::or_status).
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't become an error of a handler by `?` alone",
    label = "this is no `std::error::Error`, so say which status it is: `.or_status(500)?`",
    note = "`or_status` takes any error, a boxed one, `anyhow::Error` and texts; the error goes into the log"
)]
pub trait IntoError: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_boxed_error(self) -> Box<dyn StdError + Send + Sync>;
}

// The compiler should mention `IntoError`, not its bounds.
#[diagnostic::do_not_recommend]
impl<E: StdError + Send + Sync + 'static> IntoError for E {
    fn into_boxed_error(self) -> Box<dyn StdError + Send + Sync> {
        Box::new(self)
    }
}
