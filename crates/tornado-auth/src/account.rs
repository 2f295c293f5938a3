//! `AccountMixin`: what belongs to a login by password.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
use tornado_cookies::{DecodeOptions, decode_signed_value};
use tornado_core::{Context as _, Cookies as _, RequestHandler, Result};

use crate::crypto::sha256_hex;
use crate::error::unusable;
use crate::{Attempts, next};

/// For applications with their own accounts: the page to return to, limits on guesses,
/// tokens for mails.
///
/// ```
/// use std::time::Duration;
/// use tornado_auth::{AccountMixin, Attempts, Passwords};
/// use tornado_session::SessionMixin;
/// use tornado_web::{Argument, Exchange, Handler, HttpError, Input, Output, RequestHandler, Result};
/// # #[derive(Clone)] struct Db;
/// # impl Db { async fn hash_of(&self, _: &str) -> Result<Option<String>> { Ok(None) } }
///
/// #[derive(Handler)]
/// struct LoginHandler {
///     base: Exchange,
///     db: Db,
///     passwords: Passwords,
///     attempts: Attempts, // Attempts::new(5, Duration::from_secs(300))
/// }
///
/// impl RequestHandler for LoginHandler {
///     async fn post(&mut self) -> Result {
///         let name = self.get_argument("name")?;
///         let password = self.get_argument(Argument::new("password").strip(false))?;
///         let attempts = self.attempts.clone();
///         self.limit_attempts(&attempts, &name)?;
///
///         let hash = self.db.hash_of(&name).await?;
///         if !self.passwords.verify(password, hash.as_deref()).await? {
///             return Err(HttpError::new(403).with_detail("Name or password is wrong.").into());
///         }
///         attempts.forget(&name);
///         self.login(name).await?;
///         let next = self.get_next()?;
///         self.redirect_with_status(&next, 303);
///         Ok(())
///     }
/// }
/// ```
pub trait AccountMixin: RequestHandler {
    /// Where to go after a login: the argument `next`, which
    /// [`authenticated`](tornado_core::Context::authenticated) has put into the address of
    /// the page. It is a path of this host; `/` for what leads elsewhere.
    ///
    /// # Errors
    ///
    /// A 400 when the argument is not UTF-8.
    fn get_next(&self) -> Result<String> {
        next::asked(self)
    }

    /// Counts an attempt under a name: the account's, to limit guesses at one password, or
    /// the client's address, to limit guesses at many accounts.
    ///
    /// # Errors
    ///
    /// A 429 with `Retry-After` when there were too many.
    fn limit_attempts(&self, attempts: &Attempts, name: &str) -> Result {
        attempts.count(name, self.application().clock().now())
    }

    /// A token for a link in a mail: it proves that its sender can read the user's mail. It
    /// is valid for one purpose, such as `reset`, and can be used once: `state` is a value
    /// that changes when it is used, such as the hash of the password.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tornado_auth::AccountMixin;
    /// # use tornado_web::{Exchange, Handler, HttpError, Input, RequestHandler, Result};
    /// # #[derive(Clone)] struct Db;
    /// # impl Db {
    /// #     async fn hash_of(&self, _: &str) -> Result<Option<String>> { Ok(None) }
    /// #     async fn send(&self, _: &str, _: String) {}
    /// # }
    /// # #[derive(Handler)]
    /// # struct Reset { base: Exchange, db: Db }
    ///
    /// # impl RequestHandler for Reset {
    /// async fn post(&mut self) -> Result {
    ///     let user = self.get_argument("user")?;
    ///     if let Some(hash) = self.db.hash_of(&user).await? {
    ///         let token = self.create_account_token("reset", &user, &hash)?;
    ///         self.db.send(&user, format!("https://shop.example.com/reset?token={token}")).await;
    ///     }
    ///     Ok(()) // The same answer where there is no such user.
    /// }
    ///
    /// async fn get(&mut self) -> Result {
    ///     const HOUR: Duration = Duration::from_secs(3600);
    ///     let token = self.get_argument("token")?;
    ///     if let Some(token) = self.get_account_token("reset", &token, HOUR)? {
    ///         let hash = self.db.hash_of(token.user()).await?;
    ///         if hash.is_some_and(|hash| token.is_for(&hash)) {
    ///             return Ok(()); // The form for a new password.
    ///         }
    ///     }
    ///     Err(HttpError::new(403).into())
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no setting `cookie_secret`.
    fn create_account_token(&self, purpose: &str, user: &str, state: &str) -> Result<String> {
        let value = format!("{} {user}", sha256_hex(state));
        let signed = self.create_signed_value(&name(purpose), value)?;
        Ok(URL_SAFE_NO_PAD.encode(signed))
    }

    /// Reads such a token; `None` if it is forged, for another
    /// purpose, or older than `max_age`. Check that it is [for](AccountToken::is_for) the
    /// current state as well.
    ///
    /// # Errors
    ///
    /// When there is no setting `cookie_secret`.
    fn get_account_token(
        &self,
        purpose: &str,
        token: &str,
        max_age: Duration,
    ) -> Result<Option<AccountToken>> {
        let Some(secret) = self.settings().get_cookie_secret() else {
            return Err(unusable("account tokens need the setting `cookie_secret`").into());
        };
        let now = self.application().clock().now();
        let options = DecodeOptions::new()
            .max_age_days(max_age.as_secs_f64() / 86_400.0)
            .at(now.into());
        let read = || {
            let signed = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
            let value = decode_signed_value(secret, &name(purpose), &signed, &options)?;
            let value = String::from_utf8(value).ok()?;
            let (state, user) = value.split_once(' ')?;
            Some(AccountToken {
                user: user.to_owned(),
                state: state.to_owned(),
            })
        };
        Ok(read())
    }
}

impl<H: RequestHandler> AccountMixin for H {}

/// A token that was read: see
/// [`create_account_token`](AccountMixin::create_account_token).
pub struct AccountToken {
    user: String,
    state: String,
}

impl AccountToken {
    /// Whose it is.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Whether the state is still the one that the token was made for. After it has been
    /// used, it is not.
    #[must_use]
    pub fn is_for(&self, state: &str) -> bool {
        sha256_hex(state)
            .as_bytes()
            .ct_eq(self.state.as_bytes())
            .into()
    }
}

/// Without what it proves.
impl fmt::Debug for AccountToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountToken")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// No cookie has such a name, so none can be taken for it.
fn name(purpose: &str) -> String {
    format!("account token {purpose}")
}
