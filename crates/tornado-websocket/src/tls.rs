//! What connections to other servers need for TLS.

/// They ask for the provider of cryptography of the process, and panic where there is none.
pub(crate) fn prepare() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // If another thread was first, there is one.
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
    }
}

/// What to do where the system trusts nobody.
#[cfg(any(feature = "client", feature = "postgres-tls"))]
pub(crate) const NO_CERTIFICATES: &str = "the certificates that this system trusts can't be read: \
     install them (`ca-certificates` on Debian), or name a file in `SSL_CERT_FILE`";
