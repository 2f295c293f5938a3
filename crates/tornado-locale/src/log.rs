//! Where log lines go.

/// The target of all lines: Tornado's logger of that name, as in tornado-core.
pub(crate) const GENERAL: &str = "tornado.general";
