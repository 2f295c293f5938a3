//! Cookies: read, signed, checked.

use divan::{Bencher, black_box};
use tornado_cookies::{
    CookieSecret, DecodeOptions, create_signed_value, decode_signed_value, find_cookie,
    parse_cookie,
};

const HEADER: &[u8] = b"_ga=GA1.2.1234567890.1700000000; theme=\"dark\"; \
    session=2|1:0|10:1700000000|7:session|8:YWxpY2U=|0123456789abcdef; lang=de";

fn secret() -> CookieSecret {
    CookieSecret::from("a-long-secret-for-the-benchmark-only")
}

#[divan::bench]
fn parse() -> usize {
    parse_cookie(black_box(HEADER)).len()
}

#[divan::bench]
fn find() -> bool {
    find_cookie(black_box(HEADER), "lang").is_some()
}

#[divan::bench]
fn sign(bencher: Bencher) {
    let secret = secret();
    bencher.bench(|| create_signed_value(&secret, "username", black_box("alice")));
}

#[divan::bench]
fn verify(bencher: Bencher) {
    let secret = secret();
    let signed = create_signed_value(&secret, "username", "alice");
    let options = DecodeOptions::default();
    bencher
        .bench(|| decode_signed_value(&secret, "username", black_box(&signed), &options).is_some());
}

fn main() {
    divan::main();
}
