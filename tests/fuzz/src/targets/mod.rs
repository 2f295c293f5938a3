//! One file per target.

pub(crate) mod arguments;
pub(crate) mod cookie_header;
pub(crate) mod encodings;
pub(crate) mod multipart;
pub(crate) mod quoting;
pub(crate) mod redirects;
pub(crate) mod routes;
pub(crate) mod session_record;
pub(crate) mod set_cookie;
pub(crate) mod signed_value;
pub(crate) mod static_file;
pub(crate) mod templates;
pub(crate) mod translations;
pub(crate) mod websocket;
pub(crate) mod wire;
pub(crate) mod xsrf;

mod echo;

/// The input as separate parts, one per line; missing ones are empty.
fn lines<const N: usize>(input: &[u8]) -> [&[u8]; N] {
    let mut lines = input.splitn(N, |byte| *byte == b'\n');
    std::array::from_fn(|_| lines.next().unwrap_or_default())
}

/// Bytes as Latin-1, which all bytes are.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
