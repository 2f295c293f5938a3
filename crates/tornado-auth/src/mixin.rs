//! `OAuth2Mixin`: logins at a provider, for every handler.

use serde_json::Value;
use tornado_core::{Finish, RequestHandler, Result};

use crate::{AuthError, OAuth2Provider, OAuth2Request, OAuth2User, kept, login, logout};

/// Logs users in at a provider: `class LoginHandler(BaseHandler, OAuth2Mixin)`
/// (`tornado.auth.OAuth2Mixin`).
///
/// Most applications need only [`sign_in_with`](Self::sign_in_with). While the user is at
/// the provider, the browser has a signed cookie, `_oauth_state_..`, which is valid for ten
/// minutes and one use. It is `Partitioned` if the session's cookie is.
///
/// The application needs the setting `cookie_secret`.
///
/// # Responses as a form
///
/// Some providers, such as Apple, send the response as a form (`response_mode=form_post`).
/// The handler then needs a `post` that calls its `get`, and must accept forms without an
/// XSRF token, which `state` replaces. Browsers send such a form without the cookies of this
/// site, so the first response is a page that sends the form again.
///
/// ```
/// use tornado_auth::{OAuth2Mixin, OAuth2Provider};
/// use tornado_session::SessionMixin;
/// use tornado_web::{Exchange, Handler, Output, RequestHandler, Result};
///
/// #[derive(Handler)]
/// struct AppleHandler { base: Exchange, #[state] apple: OAuth2Provider }
///
/// impl RequestHandler for AppleHandler {
///     async fn get(&mut self) -> Result {
///         let apple = self.apple.clone();
///         let user = self.sign_in_with(&apple).await?;
///         self.login(&user).await?;
///         self.redirect(user.next());
///         Ok(())
///     }
///
///     async fn post(&mut self) -> Result {
///         self.get().await
///     }
///
///     fn check_xsrf_cookie(&mut self) -> Result {
///         Ok(())
///     }
/// }
/// ```
pub trait OAuth2Mixin: RequestHandler {
    /// Sends the user to the provider. When the provider redirects back to the same handler,
    /// this call returns the user.
    ///
    /// It calls [`get_authenticated_user`](Self::get_authenticated_user) if the request has
    /// the argument `code` or `error`, and else
    /// [`authorize_redirect`](Self::authorize_redirect).
    ///
    /// # Errors
    ///
    /// A [`Finish`] after the redirect to the provider, so that the rest of the handler does
    /// not run; otherwise the errors of both methods.
    fn sign_in_with(
        &mut self,
        provider: &OAuth2Provider,
    ) -> impl Future<Output = Result<OAuth2User>> + Send {
        async {
            if login::is_answer(self)? {
                return login::user(self, provider).await;
            }
            login::redirect(self, provider).await?;
            Err(Finish::new().into())
        }
    }

    /// Sends the user to the provider: `self.authorize_redirect(..)`. Tornado's arguments are
    /// methods of the provider: [`scope`](OAuth2Provider::scope),
    /// [`redirect_uri`](OAuth2Provider::redirect_uri),
    /// [`extra_param`](OAuth2Provider::extra_param).
    ///
    /// # Errors
    ///
    /// A 503 if discovery fails, and a 500 if the provider has no
    /// [`client`](OAuth2Provider::client).
    fn authorize_redirect(
        &mut self,
        provider: &OAuth2Provider,
    ) -> impl Future<Output = Result> + Send {
        login::redirect(self, provider)
    }

    /// The user whom the provider has redirected back:
    /// `await self.get_authenticated_user(..)`. It reads the arguments `code`, `state`, `iss`
    /// and `error`.
    ///
    /// ```
    /// # use tornado_auth::{OAuth2Mixin, OAuth2Provider};
    /// # use tornado_session::SessionMixin;
    /// # use tornado_web::{Exchange, Handler, Input, Output, RequestHandler, Result};
    /// # #[derive(Handler)]
    /// # struct LoginHandler { base: Exchange, #[state] provider: OAuth2Provider }
    /// # impl RequestHandler for LoginHandler {
    /// async fn get(&mut self) -> Result {
    ///     let provider = self.provider.clone();
    ///     if self.get_argument_opt("code")?.is_none() {
    ///         return self.authorize_redirect(&provider).await;
    ///     }
    ///     let user = self.get_authenticated_user(&provider).await?;
    ///     self.login(&user).await?;
    ///     self.redirect(user.next());
    ///     Ok(())
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// An [`HttpError`](tornado_core::HttpError) caused by an [`AuthError`], whose
    /// [kind](crate::AuthErrorKind) decides the status: a 400 if this browser has not started
    /// the login, a 403 if the login was cancelled or the token is invalid, a 502 or 503 if
    /// the provider fails.
    fn get_authenticated_user(
        &mut self,
        provider: &OAuth2Provider,
    ) -> impl Future<Output = Result<OAuth2User>> + Send {
        login::user(self, provider)
    }

    /// Stores the user's tokens in the session, encrypted with the setting `cookie_secret`,
    /// for [`access_token`](Self::access_token) and [`logout_at`](Self::logout_at). Call it
    /// after [`login`](tornado_session::SessionMixin::login).
    ///
    /// # Errors
    ///
    /// The errors of [`get_session`](tornado_session::SessionMixin::get_session), or that the
    /// tokens are too large for a session.
    fn keep_tokens(
        &mut self,
        provider: &OAuth2Provider,
        user: &OAuth2User,
    ) -> impl Future<Output = Result> + Send {
        kept::keep(self, provider, user)
    }

    /// The access token that [`keep_tokens`](Self::keep_tokens) has stored. It is refreshed if
    /// it expires within half a minute. `None` means that the user must log in again.
    ///
    /// ```
    /// # use tornado_auth::{OAuth2Mixin, OAuth2Provider, OAuth2Request};
    /// # use tornado_web::{Exchange, Handler, Output, RequestHandler, Result};
    /// # #[derive(Handler)]
    /// # struct Calendar { base: Exchange, #[state] provider: OAuth2Provider }
    /// # impl RequestHandler for Calendar {
    /// async fn get(&mut self) -> Result {
    ///     let provider = self.provider.clone();
    ///     let Some(token) = self.access_token(&provider).await? else {
    ///         self.redirect("/login?next=/calendar");
    ///         return Ok(());
    ///     };
    ///     let request = OAuth2Request::new("https://api.example.com/calendar").access_token(token);
    ///     let calendar = self.oauth2_request(&provider, request).await?;
    ///     self.write(calendar);
    ///     Ok(())
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A 502 or 503 if the provider fails, a 403 if it returns tokens of another user, and the
    /// errors of [`get_session`](tornado_session::SessionMixin::get_session).
    fn access_token(
        &mut self,
        provider: &OAuth2Provider,
    ) -> impl Future<Output = Result<Option<String>>> + Send {
        kept::access_token(self, provider)
    }

    /// Logs the user out here and at the provider, which then redirects to `next`, a URL or a
    /// path of this application (OpenID Connect RP-Initiated Logout). If the provider does
    /// not support it, this redirects to `next`.
    ///
    /// # Errors
    ///
    /// A 502 or 503 if the provider fails; the session is ended anyway.
    fn logout_at(
        &mut self,
        provider: &OAuth2Provider,
        next: &str,
    ) -> impl Future<Output = Result> + Send {
        logout::at_provider(self, provider, next)
    }

    /// Ends all sessions of a user who has logged out at the provider: the provider sends a
    /// request to this application (OpenID Connect Back-Channel Logout). Call it in the
    /// `post` of a handler that accepts forms without an XSRF token.
    ///
    /// It returns the [`key`](OAuth2User::key) of the user and ends the sessions of
    /// `login(&user)`. If you call `login` with another id, look it up by the key and end its
    /// sessions yourself.
    ///
    /// ```
    /// # use tornado_auth::{OAuth2Mixin, OAuth2Provider};
    /// # use tornado_web::{Exchange, Handler, RequestHandler, Result};
    /// # #[derive(Handler)]
    /// # struct BackchannelLogout { base: Exchange, #[state] provider: OAuth2Provider }
    /// impl RequestHandler for BackchannelLogout {
    ///     async fn post(&mut self) -> Result {
    ///         let provider = self.provider.clone();
    ///         self.backchannel_logout(&provider).await?;
    ///         Ok(())
    ///     }
    ///
    ///     fn check_xsrf_cookie(&mut self) -> Result {
    ///         Ok(()) // The provider signs the request.
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// A 400 if the `logout_token` is missing or invalid, or does not name a user; a 502 or
    /// 503 if the provider fails.
    fn backchannel_logout(
        &mut self,
        provider: &OAuth2Provider,
    ) -> impl Future<Output = Result<String>> + Send {
        logout::by_provider(self, provider)
    }

    /// Sends a request to the provider's API: `await self.oauth2_request(..)`. The access
    /// token goes into the header `Authorization`; in Tornado it goes into the query.
    ///
    /// ```
    /// # use tornado_auth::{OAuth2Mixin, OAuth2Provider, OAuth2Request, OAuth2User};
    /// # use tornado_web::{Exchange, Handler, RequestHandler, Result};
    /// # async fn example<H: RequestHandler>(handler: &mut H, github: &OAuth2Provider, user: &OAuth2User) -> Result {
    /// let request = OAuth2Request::new("https://api.github.com/user/emails")
    ///     .access_token(user.access_token());
    /// let emails = handler.oauth2_request(github, request).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A 502 if the response is not a success with JSON, a 503 if there is no response.
    fn oauth2_request(
        &mut self,
        provider: &OAuth2Provider,
        request: OAuth2Request,
    ) -> impl Future<Output = Result<Value>> + Send {
        async { request.send(provider).await.map_err(AuthError::answer) }
    }
}

impl<H: RequestHandler> OAuth2Mixin for H {}
