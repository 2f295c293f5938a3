//! `multipart/form-data`.

use super::{echo, latin1};

const BOUNDARY: &str = "B";
const CONTENT_TYPE: &str = "multipart/form-data; boundary=B";
/// More parts than this are refused.
const MAX_PARTS: usize = 100;

pub(crate) fn check(input: &[u8]) {
    any_body(input);
    form_of_a_browser(input);
}

/// The bytes as a body: everything found in it was in it.
fn any_body(body: &[u8]) {
    let Some(seen) = echo::post("/", CONTENT_TYPE, body) else {
        return;
    };
    assert!(seen.form.len() + seen.files.len() <= MAX_PARTS);
    let values = seen.form.iter().map(|(_, value)| value);
    let files = seen.files.iter().map(|(_, file)| &**file.body());
    let mut size = 0;
    for value in values.chain(files) {
        assert!(value.is_empty() || body.windows(value.len()).any(|found| found == value));
        size += value.len();
    }
    assert!(size < body.len().max(1), "{size} bytes of {}", body.len());
}

/// The lines as names and values of a form, which is read as it was filled in.
fn form_of_a_browser(input: &[u8]) {
    let mut lines = input.split(|byte| *byte == b'\n');
    let mut body = Vec::new();
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        // What a browser would escape, each in its own way.
        let name = latin1(name).replace(|c: char| c.is_control() || "\"\\".contains(c), "");
        if name.is_empty() || contains(value, BOUNDARY) || fields.len() + files.len() == MAX_PARTS {
            continue;
        }
        body.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"").as_bytes(),
        );
        if value.len() % 2 == 0 {
            fields.push((name, value));
        } else {
            body.extend_from_slice(
                format!("; filename=\"{name}.txt\"\r\nContent-Type: text/plain").as_bytes(),
            );
            files.push((name, value));
        }
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());

    let Some(seen) = echo::post("/", CONTENT_TYPE, &body) else {
        // Its names can be longer than a head may be.
        assert!(input.len() > 5000, "refused: {}", latin1(&body));
        return;
    };
    let expected = fields.iter().map(|(name, value)| (&**name, *value));
    assert!(seen.form.iter().eq(expected), "{}", latin1(&body));
    assert_eq!(seen.files.len(), files.len(), "{}", latin1(&body));
    for ((field, file), (name, value)) in seen.files.iter().zip(files) {
        assert_eq!(field, name);
        assert_eq!(file.filename(), format!("{name}.txt"));
        assert_eq!(file.content_type(), "text/plain");
        assert_eq!(file.body(), value);
    }
}

fn contains(value: &[u8], text: &str) -> bool {
    value
        .windows(text.len())
        .any(|found| found == text.as_bytes())
}
