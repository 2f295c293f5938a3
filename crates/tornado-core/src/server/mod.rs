//! The server: `Application::listen`.

mod address;
mod answers;
mod capacity;
#[cfg(feature = "tls")]
mod certificate;
mod check;
mod connection;
mod extended_connect;
mod forwarded;
mod graceful;
mod guard;
mod listeners;
mod pulse;
mod serve;
mod shutdown;
mod tls;
#[cfg(unix)]
mod unix;
mod watch;

pub use address::{EnvPort, env_port};
pub use listeners::{ListenAddress, Listeners};
pub use serve::Server;
#[cfg(unix)]
pub use unix::{UnixAddress, unix};
