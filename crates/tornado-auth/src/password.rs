//! `Passwords`: hashes passwords outside the threads that serve requests.

use std::fmt;
use std::sync::Arc;
use std::thread::available_parallelism;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tornado_core::{Error, Result};

/// Hashes passwords, and compares passwords with their hashes: Argon2id, with the parameters
/// that OWASP recommends.
///
/// By design, a hash takes about 20 ms and 19 MiB. Hashing runs outside the threads that
/// serve requests, once per core at a time; further calls wait. Clones share this limit.
///
/// ```
/// use tornado_auth::Passwords;
/// # tornado_testing::block_on(async {
/// let passwords = Passwords::new();
/// let hash = passwords.hash("correct horse").await?; // insert into accounts ..
/// assert!(hash.starts_with("$argon2id$"));
///
/// assert!(passwords.verify("correct horse", Some(&hash)).await?);
/// assert!(!passwords.verify("battery staple", Some(&hash)).await?);
/// // Without such an account it takes as long.
/// assert!(!passwords.verify("correct horse", None).await?);
/// # Ok::<(), tornado_web::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Passwords {
        let cores = available_parallelism().map_or(1, usize::from);
        Passwords(Arc::new(Semaphore::new(cores)))
    }
}

impl Passwords {
    /// Hashes as many passwords at once as there are cores.
    #[must_use]
    pub fn new() -> Passwords {
        Passwords::default()
    }

    /// The hash to store: a text in PHC format, with the parameters and the salt.
    ///
    /// # Errors
    ///
    /// If the system has no random bytes or no memory.
    pub async fn hash(&self, password: impl Into<String>) -> Result<String> {
        let password = password.into();
        self.run(move || {
            let hash = Argon2::default().hash_password(password.as_bytes());
            let hash = hash.map(|hash| hash.to_string());
            hash.map_err(|error| Error::msg(format!("a password can't be hashed: {error}")))
        })
        .await
    }

    /// Whether the password matches the hash. Pass `None` if there is no such account: that
    /// takes as long, so the time does not show which accounts exist.
    ///
    /// # Errors
    ///
    /// If `hash` is not a hash of a password.
    pub async fn verify(&self, password: impl Into<String>, hash: Option<&str>) -> Result<bool> {
        let Some(hash) = hash.map(str::to_owned) else {
            self.hash(password).await?;
            return Ok(false);
        };
        let password = password.into();
        self.run(move || {
            let hash = PasswordHash::new(&hash)
                .map_err(|error| Error::msg(format!("the hash of a password is none: {error}")))?;
            Ok(Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok())
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let places = Arc::clone(&self.0);
        let place = places.acquire_owned().await?;
        // Who does not wait any more does not stop it, so the place goes with it.
        let work = spawn_blocking(move || {
            let result = work();
            drop(place);
            result
        });
        work.await?
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").finish_non_exhaustive()
    }
}
