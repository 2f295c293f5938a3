//! Stub.
#![allow(missing_docs)]
use std::borrow::Cow;
#[derive(Debug, Default)] pub struct CookieMap;
impl CookieMap { pub fn from_headers<'a>(_: impl Iterator<Item=&'a [u8]>) -> Self { CookieMap } pub fn iter(&self) -> std::vec::IntoIter<(&str, &str)> { vec![].into_iter() } }
pub fn find_cookie<'a>(_: &'a [u8], _n: &str) -> Option<Cow<'a, str>> { None }
#[derive(Debug)] pub struct CookieError;
impl std::fmt::Display for CookieError { fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { Ok(()) } }
impl std::error::Error for CookieError {}
#[derive(Debug)] pub struct SetCookie { name: String }
impl SetCookie { pub fn new(n: impl Into<String>, _v: impl Into<String>) -> Self { SetCookie{name:n.into()} } pub fn removal(n: impl Into<String>) -> Self { SetCookie{name:n.into()} } pub fn name(&self) -> &str { &self.name } pub fn expires_days(&mut self, _d: f64) -> &mut Self { self } pub fn to_header_value(&self) -> Result<http::HeaderValue, CookieError> { Err(CookieError) } }
#[derive(Debug)] pub struct CookieSecret;
#[derive(Debug)] pub struct DecodeOptions; impl DecodeOptions { pub fn new() -> Self { DecodeOptions } }
pub fn create_signed_value(_: &CookieSecret, _n: &str, _v: impl AsRef<[u8]>) -> String { String::new() }
pub fn decode_signed_value(_: &CookieSecret, _n: &str, _v: &str, _o: &DecodeOptions) -> Option<Vec<u8>> { None }
pub fn get_signature_key_version(_: &str) -> Option<u32> { None }
