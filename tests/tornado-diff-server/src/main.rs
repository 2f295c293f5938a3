//! The application that the differential tester compares with Tornado's.
//!
//! `tornado-diff-server --port 8888` serves the routes of
//! `tests/tornado_suite/diff/contract.md` on 127.0.0.1:8888, and the files in
//! `$DIFF_STATIC`; `--gzip` compresses responses. Each handler does what the
//! one with its name in `tests/tornado_suite/diff/reference` does. If
//! tornado-web has a setting for Tornado's behaviour, it is on.

mod app;
mod base;
mod cookies;
mod errors;
mod input;
mod output;
mod redirects;
mod static_files;
mod text;

use std::error::Error;
use std::path::Path;

const USAGE: &str = "usage: DIFF_STATIC=FOLDER tornado-diff-server --port PORT [--gzip]";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (port, compress) = match arguments[..] {
        ["--port", port] => (port, false),
        ["--port", port, "--gzip"] => (port, true),
        _ => return Err(USAGE.into()),
    };
    let files = std::env::var_os("DIFF_STATIC").ok_or(USAGE)?;
    let application = app::application(Path::new(&files), compress)?;
    application.listen(("127.0.0.1", port.parse()?)).await?;
    Ok(())
}
