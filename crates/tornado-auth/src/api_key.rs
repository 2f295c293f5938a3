//! `ApiKey`: a secret that identifies a program.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tornado_core::Result;

use crate::crypto::{random, sha256_hex};
use crate::error::AuthError;

/// A new key for a program. Show its text once, to the user who has asked for it, and store
/// its hash, for example in a database: the hash can't be used as the key.
///
/// The key has 256 random bits, so one round of SHA-256 is enough. For a password it would
/// not be.
///
/// ```
/// use tornado_auth::{ApiAuthMixin, ApiKey};
/// use tornado_web::{Exchange, Handler, Output, RequestHandler, Result};
/// # struct Db;
/// # impl Db { async fn owner_of(&self, _: &str) -> Result<Option<String>> { Ok(None) } }
/// # #[derive(Handler)]
/// # struct Stock { base: Exchange, db: std::sync::Arc<Db> }
///
/// let key = ApiKey::generate("shop")?;
/// assert!(key.text().starts_with("shop_"));
/// let stored: String = key.hash(); // insert into api_keys ..
/// assert_eq!(ApiKey::hash_of(key.text()), stored);
///
/// # impl RequestHandler for Stock {
/// async fn get(&mut self) -> Result {
///     let key = self.bearer_token("shop")?;
///     let owner = self.db.owner_of(&ApiKey::hash_of(&key)).await?; // select .. where hash = ?
///     let owner = owner.ok_or_else(|| self.invalid_token("shop"))?;
///     self.write(format!("Hello, {owner}"));
///     Ok(())
/// }
/// # }
/// # Ok::<(), tornado_web::Error>(())
/// ```
pub struct ApiKey(String);

impl ApiKey {
    /// A new key that begins with a name, so that people, and programs that search code for
    /// secrets, recognize it.
    ///
    /// # Errors
    ///
    /// When the system gives no random bytes.
    pub fn generate(prefix: &str) -> Result<ApiKey> {
        let bytes: [u8; 32] = random().map_err(AuthError::answer)?;
        Ok(ApiKey(format!(
            "{prefix}_{}",
            URL_SAFE_NO_PAD.encode(bytes)
        )))
    }

    /// The key itself. It can't be restored from the hash.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The hash to store: 64 hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> String {
        ApiKey::hash_of(&self.0)
    }

    /// The hash of a key in a request, to look it up.
    #[must_use]
    pub fn hash_of(text: &str) -> String {
        sha256_hex(text)
    }
}

/// Without the key.
impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey").finish_non_exhaustive()
    }
}
