//! An error as a problem document (RFC 9457).

use serde_json::{Map, Value};

use super::Error;

/// The members of the document: the standard ones, and what the error says to
/// the client. None of it is meant only for the log.
pub(crate) fn problem(status: u16, reason: &str, error: Option<&Error>) -> Map<String, Value> {
    let http = error.and_then(Error::http_error);
    let mut members = Map::new();
    members.insert("type".into(), "about:blank".into());
    members.insert("title".into(), reason.into());
    members.insert("status".into(), status.into());
    if let Some(http) = http {
        // Tornado's own error for a missing argument has no text for the page.
        let missing = || {
            http.arg_name()
                .map(|name| format!("Missing argument {name}"))
        };
        let detail = http.detail().map(str::to_owned).or_else(missing);
        if let Some(detail) = detail {
            members.insert("detail".into(), detail.into());
        }
        for (name, value) in http.extensions() {
            if name != "status" && !(name == "detail" && http.detail().is_some()) {
                members.insert(name.clone(), value.clone());
            }
        }
    }
    members
}
