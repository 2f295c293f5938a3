//! The server: `Application::listen`.

mod address;
mod answers;
mod connection;
mod forwarded;
mod graceful;
mod http1;
mod listeners;
mod rewound;
mod serve;
mod shutdown;
mod tls;
#[cfg(unix)]
mod unix;

pub use address::{EnvPort, env_port};
pub use listeners::{ListenAddress, Listeners};
pub use serve::Server;
#[cfg(unix)]
pub use unix::{UnixAddress, unix};
