//! Stub.
use crate::arguments::Arguments;
#[derive(Debug, Default)] pub struct Files;
pub fn parse_body(_h: &http::HeaderMap, _b: &bytes::Bytes) -> Result<(Arguments, Files), std::io::Error> { Ok((Arguments, Files)) }
