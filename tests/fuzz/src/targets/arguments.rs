//! Query strings and urlencoded forms.

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use tornado_web::arguments::parse_query;

use super::echo;

/// More fields than this are refused in a form.
const MAX_FIELDS: usize = 1000;

pub(crate) fn check(input: &[u8]) {
    let arguments = parse_query(input);
    let fields = input.split(|byte| *byte == b'&').count();
    assert!(arguments.len() <= fields, "{} arguments", arguments.len());
    for name in arguments.names() {
        let of_name = arguments.iter().filter(|(other, _)| *other == name);
        assert!(arguments.get_all(name).eq(of_name.map(|(_, value)| value)));
    }

    // What was read can be written and read again.
    let written: Vec<_> = arguments
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name.as_bytes()), encode(value)))
        .collect();
    let written = written.join("&");
    assert_eq!(parse_query(written.as_bytes()), arguments, "{written}");

    // In a request the result is the same, as query and as form.
    let uri = format!("/?{written}");
    if uri.len() > 10_000 {
        return;
    }
    let seen = echo::post(&uri, "application/x-www-form-urlencoded", input);
    match seen {
        Some(seen) => {
            assert_eq!(seen.query, arguments);
            assert_eq!(seen.form, arguments);
            assert!(seen.files.is_empty());
        }
        None => assert!(fields > MAX_FIELDS, "{fields} fields were refused"),
    }
}

fn encode(text: &[u8]) -> String {
    percent_encode(text, NON_ALPHANUMERIC).to_string()
}
