//! `GoogleOAuth2Mixin`: Google, by Tornado's setting.

use tornado_core::{Context as _, RequestHandler, Result};

use crate::{AuthSettings as _, GoogleOAuth, OAuth2Provider};

/// Gives handlers Google as a provider, by the setting
/// [`google_oauth`](crate::AuthSettings) (`tornado.auth.GoogleOAuth2Mixin`). Where the id
/// and the secret are elsewhere, in a database for one, there is
/// [`OAuth2Provider::google`].
///
/// ```
/// use tornado_auth::{GoogleOAuth2Mixin, OAuth2Mixin};
/// use tornado_web::{Exchange, Handler, Output, RequestHandler, Result};
///
/// #[derive(Handler)]
/// struct GoogleOAuth2LoginHandler(Exchange);
///
/// impl RequestHandler for GoogleOAuth2LoginHandler {
///     async fn get(&mut self) -> Result {
///         let google = self.google()?;
///         let user = self.sign_in_with(&google).await?;
///         self.write(format!("Hello, {:?}", user.get::<String>("name")?));
///         Ok(())
///     }
/// }
/// ```
pub trait GoogleOAuth2Mixin: RequestHandler {
    /// The id and the secret of the setting: `self.get_google_oauth_settings()`.
    ///
    /// # Errors
    ///
    /// When there is no such setting.
    fn get_google_oauth_settings(&self) -> Result<GoogleOAuth> {
        match self.settings().get_google_oauth() {
            Some(given) => Ok(given.clone()),
            None => Err(tornado_core::Error::msg(
                "You must define the 'google_oauth' setting in your application to use Google OAuth",
            )),
        }
    }

    /// Google, as the client of the setting. It is the same in all requests.
    ///
    /// # Errors
    ///
    /// As [`get_google_oauth_settings`](Self::get_google_oauth_settings).
    fn google(&self) -> Result<OAuth2Provider> {
        let client = self.get_google_oauth_settings()?;
        let google = self
            .application()
            .state_or_init(|_| Google(OAuth2Provider::google()));
        Ok(google.0.clone().client(client.key(), client.secret()))
    }
}

impl<H: RequestHandler> GoogleOAuth2Mixin for H {}

/// What all requests of an application know of Google.
struct Google(OAuth2Provider);
