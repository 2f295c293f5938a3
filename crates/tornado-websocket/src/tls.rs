//! What connections to other servers need for TLS.

/// Sets the process's provider of cryptography. The clients ask for it, and panic if there is none.
pub(crate) fn prepare() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // If another thread came first, it is set.
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
    }
}

/// What to do if the system trusts nobody.
#[cfg(any(feature = "client", feature = "postgres-tls"))]
pub(crate) const NO_CERTIFICATES: &str = "the certificates that this system trusts can't be read: \
     install them (`ca-certificates` on Debian), or name a file in `SSL_CERT_FILE`";
