//! Passwords. Hashing one takes a while, by design, so it runs outside the threads
//! that serve requests.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc};
use tokio::task::spawn_blocking;
use tornado_web::prelude::*;

pub(crate) async fn hash(password: String) -> Result<String> {
    let hashed = spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
    });
    hashed
        .await?
        .map_err(|error| Error::msg(format!("no hash of a password: {error}")))
}

/// It takes as long without a hash, so that nobody learns which addresses exist.
pub(crate) async fn is_right(password: String, hashed: Option<String>) -> Result<bool> {
    let Some(hashed) = hashed else {
        hash(password).await?;
        return Ok(false);
    };
    let right = spawn_blocking(move || {
        let hash = phc::PasswordHash::new(&hashed)?;
        Ok(Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok())
    });
    let right: Result<bool, phc::Error> = right.await?;
    right.map_err(|error| Error::msg(format!("the hash in the database is none: {error}")))
}
