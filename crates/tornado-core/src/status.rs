//! Stub.
pub(crate) fn reason(c: u16) -> &'static str { http::StatusCode::from_u16(c).ok().and_then(|s| s.canonical_reason()).unwrap_or("Unknown") }
