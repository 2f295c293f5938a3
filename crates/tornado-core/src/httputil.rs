//! Stub.
pub fn http_date_now() -> http::HeaderValue { http::HeaderValue::from_static("x") }
pub fn format_timestamp(_t: time::OffsetDateTime) -> String { String::new() }
pub fn split_host_and_port(s: &str) -> (&str, Option<u16>) { (s, None) }
