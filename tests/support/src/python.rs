//! A Tornado program, to compare with ours.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::Program;

impl Program {
    /// Starts a Python program that calls `app.listen(..)`, given its path from
    /// the root of the repository. The interpreter is that of
    /// `TORNADO_WEB_PYTHON`; the port is a free one.
    #[must_use]
    pub fn python(script: &str) -> Program {
        Program::python_with(script, &[])
    }

    /// As [`Program::python`], with additional environment variables.
    #[must_use]
    pub fn python_with(script: &str, environment: &[(&str, &str)]) -> Program {
        let python = env::var("TORNADO_WEB_PYTHON").unwrap_or_else(|_| {
            panic!(
                "this test needs Python with tornado==6.6.1, and TORNADO_WEB_PYTHON is not set.\n\
                 Install it with:\n\n    cargo xtask python\n"
            )
        });
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(python);
        command
            .arg("-B")
            .arg(here.join("src/python.py"))
            .arg(here.join("../..").join(script))
            .envs(environment.iter().copied());
        Program::start_with(command)
    }
}
