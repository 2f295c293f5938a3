//! What the clients of the servers need for TLS.

/// Sets the process's provider of cryptography. The clients ask for it, and
/// panic if there is none.
pub(super) fn prepare() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // If another thread came first, it is set.
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
    }
}
