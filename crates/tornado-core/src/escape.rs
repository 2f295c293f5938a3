//! Stub.
pub fn xhtml_escape(s: &str) -> String { s.to_owned() }
pub fn url_escape(s: &str, _p: bool) -> String { s.to_owned() }
pub fn json_encode<T: serde::Serialize + ?Sized>(v: &T) -> Result<String, serde_json::Error> { serde_json::to_string(v) }
