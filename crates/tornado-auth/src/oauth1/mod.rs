//! OAuth 1.0 and 1.0a, which few providers still have.

mod mixin;
mod provider;
mod signature;
mod token;

pub use mixin::OAuthMixin;
pub use provider::OAuth1Provider;
pub use token::OAuthToken;
