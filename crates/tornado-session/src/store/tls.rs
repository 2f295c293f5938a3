//! What the clients of servers need for TLS.

/// They ask for the provider of cryptography of the process, and panic where
/// there is none.
pub(super) fn prepare() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // If another thread was first, there is one.
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
    }
}
