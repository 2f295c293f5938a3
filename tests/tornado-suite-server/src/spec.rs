//! `Spec`: what the runner knows about the test class, from `$WIRE_SPEC`.

use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde::Deserialize;

/// What an application needs from the test process, as `tests/tornado_suite`
/// writes it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Spec {
    /// The folder `tornado/test` of the installed package, with the files that
    /// the tests read. If the runner does not name it, Python is asked.
    data: Option<PathBuf>,
    /// Files and folders that the test has made, by the names of its
    /// attributes.
    fixture: HashMap<String, PathBuf>,
}

impl Spec {
    /// Reads `$WIRE_SPEC`, a JSON object. Without it there are no files.
    pub(crate) fn from_env() -> Result<Spec, Box<dyn Error>> {
        match std::env::var("WIRE_SPEC") {
            Ok(text) => Ok(serde_json::from_str(&text)?),
            Err(std::env::VarError::NotPresent) => Ok(Spec::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// The path of a file of `tornado/test`.
    pub(crate) fn data(&self, name: impl AsRef<Path>) -> PathBuf {
        match &self.data {
            Some(data) => data.join(name),
            None => INSTALLED.join(name),
        }
    }

    /// The path that the test keeps in this attribute.
    pub(crate) fn fixture(&self, name: &str) -> Result<&Path, Box<dyn Error>> {
        match self.fixture.get(name) {
            Some(path) => Ok(path),
            None => Err(format!("WIRE_SPEC has no fixture {name:?}").into()),
        }
    }
}

/// Where Tornado's tests are installed. Python is asked once.
static INSTALLED: LazyLock<PathBuf> = LazyLock::new(|| {
    let python = std::env::var_os("TORNADO_WEB_PYTHON").unwrap_or_else(|| "python3".into());
    let output = Command::new(&python)
        .args(["-c", "import tornado.test; print(*tornado.test.__path__)"])
        .output()
        .unwrap_or_else(|error| panic!("{} can't be started: {error}", python.display()));
    assert!(
        output.status.success(),
        "{} has no Tornado: export TORNADO_WEB_PYTHON=$(cargo xtask python)",
        python.display()
    );
    String::from_utf8_lossy(&output.stdout).trim().into()
});
