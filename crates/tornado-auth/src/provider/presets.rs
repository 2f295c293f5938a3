//! Providers that many applications use.

use super::{OAuth2Provider, UserSource};

/// Presets. Each also needs the [`client`](Self::client) that the provider has given to the
/// application.
impl OAuth2Provider {
    /// Google. Tornado's setting `google_oauth` is the client of
    /// [`GoogleOAuth2Mixin`](crate::GoogleOAuth2Mixin).
    #[must_use]
    pub fn google() -> OAuth2Provider {
        OAuth2Provider::discover("https://accounts.google.com")
    }

    /// Microsoft, for the users of one directory: `tenant` is its id, a UUID. `common` and
    /// similar names, which accept users of any directory, have no issuer that can be
    /// checked.
    #[must_use]
    pub fn microsoft(tenant: &str) -> OAuth2Provider {
        OAuth2Provider::discover(format!("https://login.microsoftonline.com/{tenant}/v2.0"))
    }

    /// A GitLab, such as `https://gitlab.com`.
    #[must_use]
    pub fn gitlab(url: &str) -> OAuth2Provider {
        OAuth2Provider::discover(url)
    }

    /// A realm of a Keycloak, such as `https://sso.example.com`.
    #[must_use]
    pub fn keycloak(url: &str, realm: &str) -> OAuth2Provider {
        OAuth2Provider::discover(format!("{}/realms/{realm}", url.trim_end_matches('/')))
    }

    /// GitHub, which has OAuth 2 only. Its users have an `email` only if that is public; see
    /// `https://api.github.com/user/emails`.
    #[must_use]
    pub fn github() -> OAuth2Provider {
        OAuth2Provider::new(
            "https://github.com/login/oauth/authorize",
            "https://github.com/login/oauth/access_token",
        )
        .userinfo("https://api.github.com/user", "id")
        .scope(["read:user", "user:email"])
    }

    /// Facebook. See [`FacebookGraphMixin`](crate::FacebookGraphMixin).
    #[must_use]
    pub fn facebook() -> OAuth2Provider {
        OAuth2Provider::new(
            "https://www.facebook.com/dialog/oauth",
            "https://graph.facebook.com/oauth/access_token",
        )
        .facebook_graph("https://graph.facebook.com")
        .scope(["public_profile", "email"])
    }

    /// The address of Facebook's Graph (`_FACEBOOK_BASE_URL`), for example that of one
    /// version: `https://graph.facebook.com/v24.0`.
    #[must_use]
    pub fn facebook_graph(self, url: impl Into<String>) -> OAuth2Provider {
        let graph = url.into();
        self.with(|config| config.user = UserSource::Facebook { graph })
    }
}
