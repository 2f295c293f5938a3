//! `Spec`: what the runner knows of the test class, from `$SUITE_SPEC`.

use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What an application needs of the test process, as `tests/tornado_suite`
/// writes it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Spec {
    /// The folder `tornado/test` of the installed package, with the files that
    /// the tests read.
    data: PathBuf,
    /// Files and folders that the test has made, by the name of its attribute.
    fixture: HashMap<String, PathBuf>,
}

impl Spec {
    /// Reads `$SUITE_SPEC`, a JSON object. Without it there are no files.
    pub(crate) fn from_env() -> Result<Spec, Box<dyn Error>> {
        match std::env::var("SUITE_SPEC") {
            Ok(text) => Ok(serde_json::from_str(&text)?),
            Err(std::env::VarError::NotPresent) => Ok(Spec::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// The path of a file of `tornado/test`.
    pub(crate) fn data(&self, name: impl AsRef<Path>) -> PathBuf {
        self.data.join(name)
    }

    /// The path that the test keeps in this attribute.
    pub(crate) fn fixture(&self, name: &str) -> Result<&Path, Box<dyn Error>> {
        match self.fixture.get(name) {
            Some(path) => Ok(path),
            None => Err(format!("SUITE_SPEC has no fixture {name:?}").into()),
        }
    }
}
