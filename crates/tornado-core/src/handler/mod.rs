//! The handler model: plumbing, hooks, and the root of them all.

mod methods;
mod plumbing;
mod request_handler;
mod root;

pub(crate) use methods::{MethodSet, Verdict};
pub use plumbing::Handler;
pub use request_handler::RequestHandler;
