//! Tornado's cookies (stand-in until the whole crate is in).
#![allow(missing_docs)]
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
mod parse;
mod quote;
pub use parse::{CookieMap, find_cookie, parse_cookie};
pub use quote::{quote, unquote};
#[derive(Debug)]
pub struct CookieError;
impl std::fmt::Display for CookieError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("bad cookie")
    }
}
impl std::error::Error for CookieError {}
#[derive(Debug, Clone)]
pub struct SetCookie {
    name: String,
    value: String,
    attrs: Vec<String>,
}
impl SetCookie {
    pub fn new(n: impl Into<String>, v: impl Into<String>) -> Self {
        SetCookie {
            name: n.into(),
            value: v.into(),
            attrs: vec![],
        }
    }
    pub fn removal(n: impl Into<String>) -> Self {
        let mut s = SetCookie::new(n, "");
        s.attrs.push("expires=Thu, 01 Jan 1970 00:00:00 GMT".into());
        s
    }
    pub fn name(&self) -> &str {
        &self.name
    }
    pub fn expires_days(&mut self, _d: f64) -> &mut Self {
        self
    }
    pub fn http_only(&mut self, _: bool) -> &mut Self {
        self.attrs.push("HttpOnly".into());
        self
    }
    pub fn to_header_value(&self) -> Result<http::HeaderValue, CookieError> {
        let q = if self
            .value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:".contains(&b))
            && !self.value.is_empty()
        {
            self.value.clone()
        } else {
            format!("\"{}\"", self.value)
        };
        let mut s = format!("{}={}", self.name, q);
        for a in &self.attrs {
            s.push_str("; ");
            s.push_str(a);
        }
        s.push_str("; Path=/");
        http::HeaderValue::from_str(&s).map_err(|_| CookieError)
    }
}
#[derive(Clone)]
pub struct CookieSecret(Hmac<Sha256>);
impl std::fmt::Debug for CookieSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CookieSecret")
    }
}
impl CookieSecret {
    pub fn keyed<K: AsRef<[u8]>>(k: impl IntoIterator<Item = (u32, K)>, _v: u32) -> Self {
        CookieSecret(Hmac::new_from_slice(k.into_iter().next().unwrap().1.as_ref()).unwrap())
    }
}
impl From<&str> for CookieSecret {
    fn from(s: &str) -> Self {
        CookieSecret(Hmac::new_from_slice(s.as_bytes()).unwrap())
    }
}
#[derive(Debug, Default)]
pub struct DecodeOptions;
impl DecodeOptions {
    pub fn new() -> Self {
        DecodeOptions
    }
}
fn hex(b: &[u8]) -> String {
    b.iter().map(|b| format!("{b:02x}")).collect()
}
pub fn create_signed_value(s: &CookieSecret, n: &str, v: impl AsRef<[u8]>) -> String {
    let v = STANDARD.encode(v);
    let t = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs()
        .to_string();
    let p = format!("2|1:0|{}:{t}|{}:{n}|{}:{v}|", t.len(), n.len(), v.len());
    let mut m = s.0.clone();
    m.update(p.as_bytes());
    format!("{p}{}", hex(&m.finalize().into_bytes()))
}
pub fn decode_signed_value(
    s: &CookieSecret,
    n: &str,
    v: &str,
    _o: &DecodeOptions,
) -> Option<Vec<u8>> {
    let i = v.rfind('|')? + 1;
    let mut m = s.0.clone();
    m.update(&v.as_bytes()[..i]);
    if hex(&m.finalize().into_bytes()) != v[i..] {
        return None;
    }
    let f: Vec<&str> = v.split('|').collect();
    let (_, name) = f.get(3)?.split_once(':')?;
    if name != n {
        return None;
    }
    STANDARD.decode(f.get(4)?.split_once(':')?.1).ok()
}
pub fn get_signature_key_version(_: &str) -> Option<u32> {
    None
}
impl DecodeOptions {
    pub fn max_age_days(self, _: f64) -> Self {
        self
    }
}
pub enum SameSite {
    Lax,
}
impl SetCookie {
    pub fn same_site(&mut self, _: SameSite) -> &mut Self {
        self.attrs.push("SameSite=Lax".into());
        self
    }
    pub fn secure(&mut self, s: bool) -> &mut Self {
        if s {
            self.attrs.push("Secure".into());
        }
        self
    }
    pub fn expires(&mut self, _: time::OffsetDateTime) -> &mut Self {
        self
    }
}
