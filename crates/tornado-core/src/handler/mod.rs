//! The handler model: plumbing, hooks, and the root of all handlers.

mod async_hook;
mod from_exchange;
mod methods;
mod no_hook;
mod own_fields;
mod request_handler;

pub use async_hook::AsyncHook;
pub(crate) use async_hook::Inherited;
pub use from_exchange::{FromExchange, StateNeeds};
pub(crate) use methods::{MethodChoice, MethodSet, Unimplemented};
pub use no_hook::NoHook;
pub use own_fields::OwnFields;
pub use request_handler::{Handler, RequestHandler};
