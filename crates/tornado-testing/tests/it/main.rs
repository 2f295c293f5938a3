//! The client, the log and the time, as tests of applications use them.

mod bodies;
mod cookies;
mod logs;
mod requests;
mod sessions;
mod sockets;
mod streams;
mod support;
mod time;
mod xsrf;
