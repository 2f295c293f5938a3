//! `NoHook`: a name that is not a hook.

/// The type of the constants in `RequestHandler` for names that are not hooks.
#[derive(Debug)]
#[non_exhaustive]
pub struct NoHook;
