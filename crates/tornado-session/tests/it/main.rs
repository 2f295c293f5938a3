//! Sessions over HTTP: what a handler does, and what the client sees of it.

mod cookie;
mod guarantees;
mod lifecycle;
mod login;
mod settings;
mod several;
mod support;
