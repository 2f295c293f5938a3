//! Text in an encoding named by a client.

use tornado_web::locale::codecs::decode_lossy;

use super::{latin1, lines};

/// Single-byte encodings.
const SINGLE: [&str; 6] = ["ascii", "latin-1", "cp1252", "koi8-r", "cp037", "mac_roman"];

/// A name, and the bytes.
pub(crate) fn check(input: &[u8]) {
    let [name, bytes] = lines(input);
    let name = latin1(name);
    if let Some(text) = decode_lossy(bytes, &name) {
        // The longest case is a surrogate, or a replacement for a byte, with a shifted state.
        assert!(text.len() <= bytes.len() * 4 + 4, "{name}: {}", text.len());
        // The case and hyphens of a name make no difference.
        let spelled = name.to_uppercase().replace('-', "_");
        if name.is_ascii() {
            assert_eq!(decode_lossy(bytes, &spelled).as_deref(), Some(&*text));
        }
    }
    for name in SINGLE {
        let text = decode_lossy(bytes, name).expect("Python has it");
        assert_eq!(text.chars().count(), bytes.len(), "{name}");
    }
    let utf8 = decode_lossy(bytes, "utf-8").expect("Python has it");
    assert_eq!(utf8, String::from_utf8_lossy(bytes));
    // What was written in it can be read.
    let text = latin1(bytes);
    let units = || text.encode_utf16();
    let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
    let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
    let wide: Vec<u8> = text
        .chars()
        .flat_map(|c| u32::from(c).to_be_bytes())
        .collect();
    for (name, written) in [
        ("utf-8", text.as_bytes()),
        ("utf-16-be", &*big),
        ("utf-16-le", &*little),
        ("utf-32-be", &*wide),
    ] {
        assert_eq!(
            decode_lossy(written, name).as_deref(),
            Some(&*text),
            "{name}"
        );
    }
}
