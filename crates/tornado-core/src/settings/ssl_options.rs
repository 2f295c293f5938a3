//! `SslOptions`: the setting `ssl_options`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The certificate and key files: `{"certfile": .., "keyfile": ..}`, both PEM.
/// Without a `keyfile`, the key is in the `certfile` as well, as in Python.
///
/// Both are read again when they change, for new connections, so renewing a
/// certificate needs no restart.
///
/// With `cert_reqs`, clients present certificates of their own, which one of
/// `ca_certs` must have signed:
///
/// ```
/// use tornado_core::{CertReqs, Settings, SslOptions};
/// let options = SslOptions::new("/etc/app/cert.pem", "/etc/app/key.pem")
///     .cert_reqs(CertReqs::Required)
///     .ca_certs("/etc/app/clients.pem");
/// let settings = Settings::new().ssl_options(options);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SslOptions {
    certfile: PathBuf,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keyfile: Option<PathBuf>,
    #[serde(default)]
    cert_reqs: CertReqs,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ca_certs: Option<PathBuf>,
}

/// Whether a client must present a certificate (`ssl.CERT_NONE` and its
/// relatives); in a file `none`, `optional` or `required`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CertReqs {
    /// It is not asked for one.
    #[default]
    #[serde(alias = "CERT_NONE")]
    None,
    /// It may present one, which must then be valid.
    #[serde(alias = "CERT_OPTIONAL")]
    Optional,
    /// It must present one, or there is no connection.
    #[serde(alias = "CERT_REQUIRED")]
    Required,
}

impl SslOptions {
    /// The two files.
    #[must_use]
    pub fn new(certfile: impl Into<PathBuf>, keyfile: impl Into<PathBuf>) -> SslOptions {
        SslOptions {
            certfile: certfile.into(),
            keyfile: Some(keyfile.into()),
            cert_reqs: CertReqs::None,
            ca_certs: None,
        }
    }

    /// Whether clients present certificates; by default they do not.
    #[must_use]
    pub fn cert_reqs(mut self, cert_reqs: CertReqs) -> SslOptions {
        self.cert_reqs = cert_reqs;
        self
    }

    /// The file of the authorities that may sign client certificates, as PEM.
    #[must_use]
    pub fn ca_certs(mut self, ca_certs: impl Into<PathBuf>) -> SslOptions {
        self.ca_certs = Some(ca_certs.into());
        self
    }

    /// The file with the certificate and its chain.
    #[must_use]
    pub fn certfile(&self) -> &Path {
        &self.certfile
    }

    /// The file with the private key.
    #[must_use]
    pub fn keyfile(&self) -> &Path {
        self.keyfile.as_deref().unwrap_or(&self.certfile)
    }

    /// The value of [`cert_reqs`](Self::cert_reqs).
    #[must_use]
    pub fn get_cert_reqs(&self) -> CertReqs {
        self.cert_reqs
    }

    /// The value of [`ca_certs`](Self::ca_certs).
    #[must_use]
    pub fn get_ca_certs(&self) -> Option<&Path> {
        self.ca_certs.as_deref()
    }
}
