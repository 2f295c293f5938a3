//! `Reloading`: the certificate of the setting `ssl_options`, read again when
//! its files change.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tracing::{info, warn};

use crate::log::GENERAL;
use crate::{SslOptions, StartError, StartErrorKind};

/// Gives each handshake the certificate that the files contain.
#[derive(Debug)]
pub(super) struct Reloading {
    options: SslOptions,
    provider: Arc<CryptoProvider>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    key: Arc<CertifiedKey>,
    stamp: Stamp,
    looked: Instant,
}

/// What reveals a changed file: its time and its size.
type Stamp = [Option<(SystemTime, u64)>; 2];

/// The shortest time between two checks of the files.
const LOOK: Duration = Duration::from_secs(1);

impl Reloading {
    pub(super) fn new(
        options: &SslOptions,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Reloading, StartError> {
        Ok(Reloading {
            state: Mutex::new(State {
                stamp: stamp(options),
                key: Arc::new(load(options, provider)?),
                looked: Instant::now(),
            }),
            options: options.clone(),
            provider: Arc::clone(provider),
        })
    }

    fn current(&self) -> Arc<CertifiedKey> {
        let mut state = self.state();
        if state.looked.elapsed() >= LOOK {
            state.looked = Instant::now();
            let stamp = stamp(&self.options);
            if stamp != state.stamp {
                state.stamp = stamp;
                let path = self.options.certfile().display();
                match load(&self.options, &self.provider) {
                    Ok(key) => {
                        info!(target: GENERAL, "the certificate {path} has changed and is used from now on");
                        state.key = Arc::new(key);
                    }
                    // The other file may still be on its way; that will be another
                    // change.
                    Err(error) => {
                        warn!(target: GENERAL, "the certificate has changed, and the one of before stays: {error}");
                    }
                }
            }
        }
        Arc::clone(&state.key)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic leaves a usable certificate.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResolvesServerCert for Reloading {
    fn resolve(&self, _client_hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

fn stamp(options: &SslOptions) -> Stamp {
    [options.certfile(), options.keyfile()].map(|path| {
        let found = fs::metadata(path).ok()?;
        Some((found.modified().ok()?, found.len()))
    })
}

fn load(options: &SslOptions, provider: &CryptoProvider) -> Result<CertifiedKey, StartError> {
    let certificates = certificates(options.certfile())?;
    let key = read(options.keyfile(), |path| PrivateKeyDer::from_pem_file(path))?;
    let key = provider
        .key_provider
        .load_private_key(key)
        .map(|key| CertifiedKey::new(certificates, key));
    let usable = key.and_then(|key| match key.keys_match() {
        // For some kinds of key this can't be determined.
        Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => Ok(key),
        Err(error) => Err(error),
    });
    usable.map_err(|error| {
        let message = format!(
            "the certificate {} can't be used with the key {}: {error}",
            options.certfile().display(),
            options.keyfile().display()
        );
        StartError::new(StartErrorKind::Settings, message).with_source(error)
    })
}

/// All certificates of a file.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, StartError> {
    let found: Vec<_> = read(path, |path| {
        CertificateDer::pem_file_iter(path)?.collect::<Result<_, _>>()
    })?;
    if found.is_empty() {
        let message = format!("there is no certificate in {}", path.display());
        return Err(StartError::new(StartErrorKind::Settings, message));
    }
    Ok(found)
}

fn read<T>(path: &Path, read: impl Fn(&Path) -> Result<T, pem::Error>) -> Result<T, StartError> {
    read(path).map_err(|error| {
        let message = format!("{} can't be read as PEM: {error}", path.display());
        StartError::new(StartErrorKind::Settings, message).with_source(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_used_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let write = || {
            let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
            fs::write(path("cert.pem"), made.cert.pem()).unwrap();
            let key = made.signing_key.serialize_pem();
            fs::write(path("key.pem"), key).unwrap();
            CertificateDer::from(made.cert.der().to_vec())
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let first = write();
        let options = SslOptions::new(path("cert.pem"), path("key.pem"));
        let reloading = Reloading::new(&options, &provider).unwrap();
        let current = || {
            // As if a second had passed.
            reloading.state().looked -= LOOK;
            reloading.current().cert[0].clone()
        };
        assert_eq!(current(), first);
        // One of the two files may come first.
        fs::write(path("key.pem"), "nonsense").unwrap();
        assert_eq!(current(), first);
        let second = write();
        assert_eq!(current(), second);
        assert_ne!(second, first);
    }
}
