//! Logins for tornado-web: by others, with OAuth 2, OpenID Connect and OAuth 1.0 under the
//! names of `tornado.auth`, and by password; and access to APIs.
//!
//! A login with a provider, by its address alone:
//!
//! ```
//! use tornado_auth::{OAuth2Mixin, OAuth2Provider};
//! use tornado_session::SessionMixin;
//! use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, route};
//!
//! #[derive(Handler)]
//! struct LoginHandler { base: Exchange, #[state] provider: OAuth2Provider }
//!
//! impl RequestHandler for LoginHandler {
//!     async fn get(&mut self) -> Result {
//!         let provider = self.provider.clone();
//!         let user = self.sign_in_with(&provider).await?;
//!         self.login(&user).await?;
//!         self.redirect(user.next());
//!         Ok(())
//!     }
//! }
//!
//! let provider = OAuth2Provider::discover("https://login.example.com").client("my-id", "my-secret");
//! let settings = Settings::new().cookie_secret("32 random bytes, or more of text").state(provider);
//! let app = Application::new([route::<LoginHandler>("/login")], settings);
//! # assert!(app.is_ok());
//! ```
//!
//! | where | what |
//! |---|---|
//! | [`OAuth2Provider`] | a login provider: its address, and what to request |
//! | [`OAuth2Mixin`] | logins, for every handler |
//! | [`OAuth2User`] | the user, and the tokens from the provider |
//! | [`OAuth2Request`] | a request to the provider's API |
//! | [`GoogleOAuth2Mixin`], [`FacebookGraphMixin`] | features of these two providers |
//! | [`OAuthMixin`], [`OAuth1Provider`], [`OAuthToken`] | logins by OAuth 1.0 and 1.0a |
//! | [`ApiAuthMixin`] | access to APIs: HTTP Basic, bearer tokens |
//! | [`JwtKey`], [`ApiKey`], [`TokenVerifier`], [`Claims`] | your own tokens, and those of providers |
//! | `Passwords`, [`Attempts`], [`AccountMixin`] | logins by password |
//! | [`AuthSettings`] | the settings, as methods of `Settings` |
//! | [`AuthError`] | why a login failed |
//!
//! It uses only what `tornado-core` and `tornado-session` offer to everybody. The crate
//! openidconnect verifies tokens, and reqwest sends the requests to providers; one module
//! names each.
//!
//! Applications use it as `tornado_web::auth`, with the features `auth` and `passwords`.
//!
//! # Cargo features
//!
//! - `oauth` (default): logins by others.
//! - `passwords`: `Passwords`, with the crate argon2.

mod account;
mod api;
mod api_key;
mod attempts;
mod claims;
mod crypto;
mod error;
#[cfg(feature = "oauth")]
mod facebook;
#[cfg(feature = "oauth")]
mod flow;
#[cfg(feature = "oauth")]
mod google;
#[cfg(feature = "oauth")]
mod http;
mod jwt;
#[cfg(feature = "oauth")]
mod kept;
#[cfg(feature = "oauth")]
mod login;
#[cfg(feature = "oauth")]
mod logout;
#[cfg(feature = "oauth")]
mod mixin;
mod next;
#[cfg(feature = "oauth")]
mod oauth1;
#[cfg(feature = "oauth")]
mod oidc;
#[cfg(feature = "passwords")]
mod password;
#[cfg(feature = "oauth")]
mod provider;
#[cfg(feature = "oauth")]
mod request;
#[cfg(feature = "oauth")]
mod settings;
#[cfg(feature = "oauth")]
mod user;
mod verifier;

pub use account::{AccountMixin, AccountToken};
pub use api::ApiAuthMixin;
pub use api_key::ApiKey;
pub use attempts::Attempts;
pub use claims::Claims;
pub use error::{AuthError, AuthErrorKind};
#[cfg(feature = "oauth")]
pub use facebook::FacebookGraphMixin;
#[cfg(feature = "oauth")]
pub use google::GoogleOAuth2Mixin;
pub use jwt::JwtKey;
#[cfg(feature = "oauth")]
pub use mixin::OAuth2Mixin;
#[cfg(feature = "oauth")]
pub use oauth1::{OAuth1Provider, OAuthMixin, OAuthToken};
#[cfg(feature = "passwords")]
pub use password::Passwords;
#[cfg(feature = "oauth")]
pub use provider::OAuth2Provider;
#[cfg(feature = "oauth")]
pub use request::OAuth2Request;
#[cfg(feature = "oauth")]
pub use settings::{AuthSettings, GoogleOAuth};
#[cfg(feature = "oauth")]
pub use user::OAuth2User;
pub use verifier::TokenVerifier;
