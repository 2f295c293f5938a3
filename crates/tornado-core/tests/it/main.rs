//! The core as its users see it: through handlers, and over real sockets.

#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

mod arguments;
mod builtin;
mod compress;
mod content_length;
mod corpus;
mod decorators;
mod errors;
mod flush;
#[cfg(feature = "forms")]
mod forms;
mod hooks;
mod http2;
mod inheritance;
mod input;
mod late_binding;
#[cfg(feature = "axum")]
mod layers;
mod limits;
#[cfg(unix)]
mod listening;
mod locale;
#[cfg(feature = "minijinja")]
mod minijinja;
mod output;
mod request_ids;
mod routing;
mod sent_files;
mod server;
mod settings;
mod state;
mod static_files;
mod streaming;
mod support;
mod templates;
mod templates_golden;
mod wire;
mod xsrf;
