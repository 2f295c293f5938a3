//! The application that the differential tester compares with Tornado's.
//!
//! `tornado-diff-server --port 8888` serves the routes of
//! `tests/tornado_suite/diff/contract.md` on 127.0.0.1:8888. Each handler does
//! what the one of its name in `tests/tornado_suite/diff/reference` does; where
//! tornado-web has a switch for Tornado's way, it is on.

mod app;
mod base;
mod cookies;
mod errors;
mod files;
mod input;
mod output;
mod redirects;
mod text;

use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (port, compress) = match arguments[..] {
        ["--port", port] => (port, false),
        ["--port", port, "--gzip"] => (port, true),
        _ => return Err("usage: tornado-diff-server --port PORT [--gzip]".into()),
    };
    app::application(compress)?
        .listen(("127.0.0.1", port.parse()?))
        .await?;
    Ok(())
}
