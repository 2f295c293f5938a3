//! Stub.
use crate::dispatch::Endpoint; use crate::routing::*; use crate::StartError;
#[derive(Debug)] pub(super) struct Router;
impl Router {
  pub(super) fn new(_b: &mut super::ApplicationBuilder) -> Result<Router, StartError> { Ok(Router) }
  pub(super) fn find(&self, _p: &http::request::Parts) -> (&Endpoint, PathGroups) { panic!() }
  pub(super) fn reverse_url<A: AsRef<str>>(&self, _n: &str, _a: &[A]) -> Result<String, ReverseError> { Err(ReverseError) }
}
