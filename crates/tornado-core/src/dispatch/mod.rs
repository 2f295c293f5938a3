//! The path of a request through its handler, and of the response out of it.
//!
//! [`drive`](driver::drive) runs a handler's hooks in Tornado's order, as one future for the whole
//! request. [`ResponseFuture`] polls it. If the handler does not flush, that is all. At the first
//! flush the head leaves through the [`Outbox`](crate::exchange::Outbox), and the rest of that
//! future becomes the body, as a [`Remainder`](remainder::Remainder), in the same task.

mod class;
mod driver;
mod endpoint;
mod outcome;
mod remainder;
mod response_future;

pub(crate) use endpoint::{BodyNeed, Endpoint, HandlerEndpoint, ServiceEndpoint};
#[cfg(feature = "axum")]
pub(crate) use endpoint::{Layered, Mounted};
pub use response_future::ResponseFuture;
pub(crate) use response_future::{Started, refuse};
