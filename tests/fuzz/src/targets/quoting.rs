//! Cookie values in double quotes.

use tornado_web::cookies::{quote, unquote};

use super::latin1;

pub(crate) fn check(input: &[u8]) {
    let text = latin1(input);
    let quoted = quote(&text);
    assert_eq!(unquote(&quoted), text, "{quoted}");
    // What a header can carry, except what ends a value in it.
    let carried = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b';' | b',');
    assert!(quoted.bytes().all(carried), "{quoted}");

    let plain = unquote(&text);
    assert!(plain.len() <= text.len(), "{plain}");
    assert_eq!(unquote(&quote(&plain)), plain);

    // Beyond Latin-1 nothing is lost either.
    if let Ok(text) = std::str::from_utf8(input) {
        assert_eq!(unquote(&quote(text)), text);
    }
}
