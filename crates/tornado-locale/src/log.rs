//! The target of log lines.

/// The target of all lines: Tornado's logger with that name, as in
/// tornado-core.
pub(crate) const GENERAL: &str = "tornado.general";
