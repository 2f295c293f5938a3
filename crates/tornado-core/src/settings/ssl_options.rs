//! `SslOptions`: the setting `ssl_options`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Where certificate and key are: `{"certfile": .., "keyfile": ..}`, both PEM.
/// Without a `keyfile`, the key is in the `certfile` as well, as in Python.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SslOptions {
    certfile: PathBuf,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keyfile: Option<PathBuf>,
}

impl SslOptions {
    /// The two files.
    #[must_use]
    pub fn new(certfile: impl Into<PathBuf>, keyfile: impl Into<PathBuf>) -> SslOptions {
        SslOptions {
            certfile: certfile.into(),
            keyfile: Some(keyfile.into()),
        }
    }

    /// The file with the certificate, and those that lead to its root.
    #[must_use]
    pub fn certfile(&self) -> &Path {
        &self.certfile
    }

    /// The file with the private key.
    #[must_use]
    pub fn keyfile(&self) -> &Path {
        self.keyfile.as_deref().unwrap_or(&self.certfile)
    }
}
