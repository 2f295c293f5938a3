//! Forms with files, as browsers send them (RFC 7578).

use bytes::Bytes;

pub(crate) const URLENCODED: &str = "application/x-www-form-urlencoded";

/// A boundary that no content contains by chance.
pub(crate) const MULTIPART: &str =
    "multipart/form-data; boundary=----tornado-testing-7d1f0a9be36c42";

const BOUNDARY: &str = "----tornado-testing-7d1f0a9be36c42";

#[derive(Clone)]
pub(crate) struct FilePart {
    pub(crate) field: String,
    pub(crate) filename: String,
    pub(crate) content_type: String,
    pub(crate) content: Bytes,
}

pub(crate) fn encode(fields: &[(String, String)], files: &[FilePart]) -> Bytes {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n",
            escape(name)
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    for file in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
            escape(&file.field),
            escape(&file.filename),
            file.content_type
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&file.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body.into()
}

/// As browsers write a quoted name.
fn escape(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
