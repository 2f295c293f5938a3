//! `NoHook`: a name that is not a hook.

/// The type of the constants in `RequestHandler` that stand for what is not a hook.
#[derive(Debug)]
#[non_exhaustive]
pub struct NoHook;
