//! Stub.
pub struct PathGroups;
impl PathGroups { pub fn is_empty(&self) -> bool { true } pub fn len(&self) -> usize { 0 }
 pub fn iter(&self) -> std::vec::IntoIter<(Option<&str>, Option<std::borrow::Cow<'_, [u8]>>)> { vec![].into_iter() } }
pub trait Matcher: Send + Sync + 'static {}
#[derive(Debug)] pub struct ReverseError;
impl std::fmt::Display for ReverseError { fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { Ok(()) } }
impl std::error::Error for ReverseError {}
