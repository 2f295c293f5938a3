//! Signed values, of both versions.

use time::macros::datetime;
use tornado_web::cookies::{
    CookieSecret, DecodeOptions, SignOptions, SignedVersion, create_signed_value_with,
    decode_signed_value, get_signature_key_version,
};

use super::{latin1, lines};

/// Two lines: a name, and a text that is read as a signed value and signed as a
/// value.
pub(crate) fn check(input: &[u8]) {
    let [name, value] = lines(input);
    let name = latin1(name);
    let secret = CookieSecret::from("of the fuzz targets");
    let now = datetime!(2026-01-01 0:00 UTC);
    let read = |text: &str| {
        let options = DecodeOptions::new().at(now);
        decode_signed_value(&secret, &name, text, &options)
    };

    // Nobody without the secret has signed it.
    let text = latin1(value);
    assert_eq!(read(&text), None);
    // In any case, this does not panic.
    let _ = get_signature_key_version(&text);

    for version in [SignedVersion::V1, SignedVersion::V2] {
        let options = SignOptions::new().at(now).version(version);
        let signed = create_signed_value_with(&secret, &name, value, &options)
            .expect("this secret has one key, for both versions");
        assert_eq!(read(&signed).as_deref(), Some(value), "{signed}");
        let key_version = (version == SignedVersion::V2).then_some(0);
        assert_eq!(get_signature_key_version(&signed), key_version, "{signed}");

        // No other text passes: not with one byte changed or left out.
        for at in places(&signed, value) {
            let (before, after) = signed.split_at(at);
            let changed = char::from(after.as_bytes()[0] ^ 1);
            for other in [
                format!("{before}{changed}{}", &after[1..]),
                format!("{before}{}", &after[1..]),
            ] {
                assert_eq!(read(&other), None, "{other} in place of {signed}");
            }
        }

        let late = DecodeOptions::new().at(now + time::Duration::days(32));
        assert_eq!(decode_signed_value(&secret, &name, &signed, &late), None);
    }
}

/// Some places in a signed value where ASCII stands alone; they depend on the
/// input.
fn places(signed: &str, value: &[u8]) -> impl Iterator<Item = usize> {
    let seed = value.iter().fold(7, |sum: usize, byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(*byte))
    });
    let bytes = signed.as_bytes();
    (0..4)
        .map(move |n| seed.wrapping_add(n * 13) % bytes.len())
        .filter(|at| bytes[*at].is_ascii())
}
