//! How requests enter: the compiled routes of an application, and the tower
//! service that consults them.

mod builder;
mod incoming;
#[cfg(feature = "axum")]
mod layers;
mod router;
mod service;

pub use builder::ApplicationBuilder;
#[cfg(feature = "axum")]
pub use layers::InnerService;
