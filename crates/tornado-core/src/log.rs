//! Stub.
pub const ACCESS: &str = "tornado.access";
pub const GENERAL: &str = "tornado.general";
pub const APPLICATION: &str = "tornado.application";
pub fn access_line(s: u16, m: &str, u: &str, ip: std::net::IpAddr, e: std::time::Duration) -> String { format!("{s} {m} {u} ({ip}) {:.2}ms", e.as_secs_f64()*1e3) }
pub fn enable_pretty_logging(_: &str) -> bool { false }
