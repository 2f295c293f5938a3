//! The server: `Application::listen`.

mod address;
mod connection;
mod forwarded;
mod graceful;
mod http1;
mod rewound;
mod serve;
mod shutdown;

pub use address::{EnvPort, ListenAddress, env_port};
pub use serve::Server;
