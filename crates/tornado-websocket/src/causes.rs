//! How the errors of this crate show their causes.

use std::error::Error;
use std::fmt;

/// `Debug` for an error that a `main` may end with: its text and those of its causes.
pub(crate) fn debug_with_causes(error: &dyn Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{error}")?;
    let mut source = error.source();
    while let Some(cause) = source {
        write!(f, ": {cause}")?;
        source = cause.source();
    }
    Ok(())
}
