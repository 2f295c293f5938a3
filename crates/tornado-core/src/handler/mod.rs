//! The handler model: plumbing, hooks, and the root of them all.

mod methods;
mod request_handler;

pub(crate) use methods::{MethodChoice, MethodSet, Unimplemented};
pub use request_handler::{Handler, RequestHandler};
