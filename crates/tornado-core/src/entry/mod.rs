//! How requests get in: the routes of an application, compiled, and the tower
//! service that asks them.

mod builder;
mod incoming;
#[cfg(feature = "axum")]
mod layers;
mod router;
mod service;

pub use builder::ApplicationBuilder;
#[cfg(feature = "axum")]
pub use layers::InnerService;
