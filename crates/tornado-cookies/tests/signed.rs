//! Our own behaviour with signed values, and what must never happen to them.

#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

use std::io;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use tornado_cookies::{
    CookieErrorKind, CookieSecret, DecodeOptions, SignOptions, SignedVersion,
    create_signed_value_with, decode_signed_value, get_signature_key_version,
};

const NOW: OffsetDateTime = datetime!(2011-03-13 07:06:40 UTC);

fn sign(secret: &CookieSecret, name: &str, value: &[u8], version: SignedVersion) -> String {
    let options = SignOptions::new().version(version).at(NOW);
    create_signed_value_with(secret, name, value, &options).unwrap()
}

fn decode(secret: &CookieSecret, name: &str, value: &str) -> Option<Vec<u8>> {
    decode_signed_value(secret, name, value, &DecodeOptions::new().at(NOW))
}

#[test]
fn version_1_is_nothing_to_a_secret_with_several_keys() {
    let secret = CookieSecret::keyed([(1, "key")], 1).unwrap();
    let value = sign(&"key".into(), "name", b"value", SignedVersion::V1);
    assert_eq!(decode(&secret, "name", &value), None);
    assert_eq!(decode(&secret, "name", "x|1|y"), None);
}

#[test]
fn a_name_that_is_not_ascii_can_be_read_back() {
    let secret = CookieSecret::from("key");
    let value = sign(&secret, "né", b"value", SignedVersion::V2);
    assert!(value.contains("|3:né|"));
    assert_eq!(decode(&secret, "né", &value).unwrap(), b"value");
}

#[test]
fn a_key_that_is_not_there_signs_nothing() {
    let secret = CookieSecret::keyed([(1, "one"), (2, "two")], 2).unwrap();
    let refused = |options| create_signed_value_with(&secret, "a", "b", &options).unwrap_err();
    for options in [
        SignOptions::new().key_version(3),
        SignOptions::new().version(SignedVersion::V1),
    ] {
        assert_eq!(refused(options).kind(), CookieErrorKind::Key);
    }
    let error = CookieSecret::keyed([(1, "hunter2")], 2).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the cookie secret has no key of version 2; add it or sign with another"
    );
}

#[test]
fn an_age_that_is_no_number_is_no_age() {
    let secret = CookieSecret::from("key");
    let value = sign(&secret, "a", b"b", SignedVersion::V2);
    let read = |days| {
        let options = DecodeOptions::new().max_age_days(days).at(NOW);
        decode_signed_value(&secret, "a", &value, &options)
    };
    assert_eq!(read(f64::NAN), None);
    assert_eq!(read(f64::INFINITY).unwrap(), b"b");
}

/// The target of a log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn logged(act: impl FnOnce()) -> String {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .without_time()
        .with_ansi(false)
        .finish();
    tracing::subscriber::with_default(subscriber, act);
    String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
}

#[test]
fn version_1_says_why_and_version_2_does_not() {
    let secret = CookieSecret::from("key");
    let old = |version| sign(&secret, "name", b"hunter2", version);
    let at = |now: OffsetDateTime, value: &str| {
        let options = DecodeOptions::new().at(now);
        logged(|| assert_eq!(decode_signed_value(&secret, "name", value, &options), None))
    };
    let (v1, v2) = (old(SignedVersion::V1), old(SignedVersion::V2));
    let line = |problem: &str| format!(" WARN tornado.general: {problem} \"name\"\n");
    let later = NOW + Duration::days(32);
    let earlier = NOW - Duration::days(32);
    let forged = "aHVudGVyMg==|1300000000|31c934969f53e48164c50768b40cbd7e2daaaa4f";
    assert_eq!(at(NOW, forged), line("Invalid cookie signature"));
    assert_eq!(at(later, &v1), line("Expired cookie"));
    assert_eq!(
        at(earlier, &v1),
        line("Cookie timestamp in future; possible tampering")
    );
    // Digits of the value moved to the time.
    let zeros = sign(&secret, "name", &[0xd3, 0x4d, 0x34], SignedVersion::V1);
    assert!(zeros.starts_with("0000|"), "{zeros}");
    let moved = format!("|0000{}", &zeros[5..]);
    assert_eq!(at(NOW, &moved), line("Tampered cookie"));
    for value in [&v2[..v2.len() - 1], "2|", "no value", "a|b"] {
        assert_eq!(at(NOW, value), "");
    }
    assert_eq!(at(later, &v2), "");
}

proptest! {
    #[test]
    fn no_change_of_a_signed_value_is_taken(
        name in "[a-z]{1,8}",
        value: Vec<u8>,
        place: prop::sample::Index,
        char: char,
        act in 0..3,
    ) {
        let secret = CookieSecret::from("key");
        let signed = sign(&secret, &name, &value, SignedVersion::V2);
        let place = place.index(signed.len());
        let mut changed = signed.clone();
        match act {
            0 => changed.insert(place, char),
            1 => drop(changed.remove(place)),
            _ => changed.replace_range(place..=place, char.encode_utf8(&mut [0; 4])),
        }
        prop_assume!(changed != signed);
        prop_assert_eq!(decode(&secret, &name, &signed), Some(value));
        prop_assert_eq!(decode(&secret, &name, &changed), None);
        prop_assert_eq!(decode(&CookieSecret::from("kex"), &name, &signed), None);
        prop_assert_eq!(decode(&secret, &(name + "x"), &signed), None);
    }

    #[test]
    fn anything_is_read(value: String, odd in "[0-9|:a]{0,30}") {
        let secret = CookieSecret::from("key");
        for text in [&value, &odd, &format!("2|{odd}"), &format!("2|1:0|{odd}")] {
            prop_assert_eq!(decode(&secret, "a", text), None);
            let _ = get_signature_key_version(text);
        }
    }
}
