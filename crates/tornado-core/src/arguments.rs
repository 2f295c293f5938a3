//! Stub.
#[derive(Debug, Default)] pub struct Arguments;
impl Arguments { pub fn get_all<'a>(&'a self, _n: &str) -> std::slice::Iter<'a, Vec<u8>> { [].iter() } }
pub fn parse_query(_: &[u8]) -> Arguments { Arguments }
pub fn clean_argument(s: String, _strip: bool) -> String { s }
