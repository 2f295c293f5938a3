//! `OAuth2Provider`: a login provider, as a value.

mod metadata;
mod presets;
mod tokens;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use self::metadata::Known;
use crate::error::{AuthError, unusable};
use crate::flow::{Flow, Used};
use crate::http::{self, Http};

pub(crate) use self::metadata::Metadata;
pub(crate) use self::tokens::TokenAnswer;

/// A login provider: its address, this application's id and secret there, and what to
/// request.
///
/// It is a value, so an application can have several and choose one per request. Give it to
/// the application as [state](tornado_core::Settings::state). Clones are cheap and share the
/// fetched endpoints and keys. It does not hold users or tokens.
///
/// Logins are safe by default: each sends its own `state`, PKCE challenge (`S256`) and
/// `nonce`, and checks them in the response, along with the issuer (RFC 9207) and the
/// signature and claims of the ID token. URLs must be `https`, except on this machine, and
/// redirects are not followed.
///
/// ```
/// use tornado_auth::{OAuth2Mixin, OAuth2Provider};
/// use tornado_session::SessionMixin;
/// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, route};
///
/// #[derive(Handler)]
/// struct LoginHandler { base: Exchange, #[state] provider: OAuth2Provider }
///
/// impl RequestHandler for LoginHandler {
///     async fn get(&mut self) -> Result {
///         let provider = self.provider.clone();
///         let user = self.sign_in_with(&provider).await?; // there, and back again
///         self.login(&user).await?;
///         self.redirect(user.next());
///         Ok(())
///     }
/// }
///
/// let provider = OAuth2Provider::discover("https://login.example.com").client("my-id", "my-secret");
/// let settings = Settings::new().cookie_secret("32 random bytes, or more of text").state(provider);
/// let app = Application::new([route::<LoginHandler>("/login")], settings);
/// # assert!(app.is_ok());
/// ```
#[derive(Clone)]
pub struct OAuth2Provider {
    pub(crate) config: Arc<Config>,
    pub(crate) shared: Arc<Shared>,
}

/// What the application says of it.
#[derive(Clone)]
pub(crate) struct Config {
    place: Place,
    pub(crate) client: Option<Client>,
    pub(crate) scope: Vec<String>,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) extra_params: Vec<(String, String)>,
    pub(crate) denied_url: Option<String>,
    pub(crate) audience: Option<String>,
    pub(crate) user: UserSource,
    pub(crate) timeout: Duration,
    pub(crate) as_tornado: bool,
}

#[derive(Clone)]
enum Place {
    Issuer(String),
    Given(Arc<Metadata>),
}

#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
}

/// Where it is told who has logged in.
#[derive(Clone)]
pub(crate) enum UserSource {
    /// In the ID token, and at the provider's `userinfo_endpoint`.
    OpenId,
    /// At an address, by the name of what tells users apart.
    Url { url: String, id: String },
    /// At Facebook's Graph, which wants a proof with each token.
    Facebook { graph: String },
}

/// What all clones have together.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) http: Http,
    known: Known,
    used: Mutex<Used>,
}

impl OAuth2Provider {
    /// A provider of OpenID Connect, by the address of its issuer, such as
    /// `https://accounts.google.com`. The first login fetches everything else from
    /// `/.well-known/openid-configuration`. So the application starts without the provider,
    /// and a login while it is down gets a 503.
    ///
    /// It requests the scopes `openid`, `email` and `profile`.
    #[must_use]
    pub fn discover(issuer: impl Into<String>) -> OAuth2Provider {
        OAuth2Provider::made(Place::Issuer(issuer.into()), UserSource::OpenId)
            .scope(["openid", "email", "profile"])
    }

    /// A provider of OAuth 2 without OpenID Connect, by its two URLs
    /// (`_OAUTH_AUTHORIZE_URL`, `_OAUTH_ACCESS_TOKEN_URL`). [`userinfo`](Self::userinfo)
    /// names the URL that returns the user.
    ///
    /// ```
    /// use tornado_auth::OAuth2Provider;
    ///
    /// let provider = OAuth2Provider::new(
    ///         "https://login.example.com/authorize",
    ///         "https://login.example.com/token",
    ///     )
    ///     .userinfo("https://api.example.com/me", "id")
    ///     .client("my-id", "my-secret");
    /// assert_eq!(
    ///     format!("{provider:?}"),
    ///     "OAuth2Provider { address: \"https://login.example.com\", client_id: Some(\"my-id\"), .. }"
    /// );
    /// ```
    #[must_use]
    pub fn new(authorize_url: &str, access_token_url: &str) -> OAuth2Provider {
        let metadata = Metadata::of(authorize_url, access_token_url);
        OAuth2Provider::made(Place::Given(Arc::new(metadata)), UserSource::OpenId)
    }

    fn made(place: Place, user: UserSource) -> OAuth2Provider {
        let config = Config {
            place,
            client: None,
            scope: Vec::new(),
            redirect_uri: None,
            extra_params: Vec::new(),
            denied_url: None,
            audience: None,
            user,
            timeout: http::TIMEOUT,
            as_tornado: false,
        };
        OAuth2Provider {
            config: Arc::new(config),
            shared: Arc::default(),
        }
    }

    fn with(mut self, change: impl FnOnce(&mut Config)) -> OAuth2Provider {
        change(Arc::make_mut(&mut self.config));
        self
    }

    /// The id and the secret that the provider has given to this application.
    #[must_use]
    pub fn client(self, id: impl Into<String>, secret: impl Into<String>) -> OAuth2Provider {
        let (id, secret) = (id.into(), Some(secret.into()));
        self.with(|config| config.client = Some(Client { id, secret }))
    }

    /// The id alone, for a client without a secret (a public client).
    #[must_use]
    pub fn public_client(self, id: impl Into<String>) -> OAuth2Provider {
        let (id, secret) = (id.into(), None);
        self.with(|config| config.client = Some(Client { id, secret }))
    }

    /// The scopes to request. They replace the ones before.
    #[must_use]
    pub fn scope<S: Into<String>>(self, scope: impl IntoIterator<Item = S>) -> OAuth2Provider {
        self.with(|config| config.scope = scope.into_iter().map(Into::into).collect())
    }

    /// The URL that the provider redirects back to, or a path of this application. By default
    /// it is the URL of the handler that started the login, without the query.
    ///
    /// Register the full URL at the provider. With several providers, use a different one
    /// for each.
    #[must_use]
    pub fn redirect_uri(self, redirect_uri: impl Into<String>) -> OAuth2Provider {
        self.with(|config| config.redirect_uri = Some(redirect_uri.into()))
    }

    /// One more parameter for the provider's login page, such as `prompt`. It can't replace
    /// the parameters that make a login safe.
    ///
    /// ```
    /// use tornado_auth::OAuth2Provider;
    /// # let email = "kim@example.com";
    /// # let provider = OAuth2Provider::google();
    /// let for_kim = provider.clone().extra_param("login_hint", email); // for this request alone
    /// ```
    #[must_use]
    pub fn extra_param(self, name: impl Into<String>, value: impl Into<String>) -> OAuth2Provider {
        self.with(|config| config.extra_params.push((name.into(), value.into())))
    }

    /// The URL to redirect to if the user cancels the login at the provider. By default the
    /// response is a 403, an error of the kind [`Denied`](crate::AuthErrorKind::Denied).
    #[must_use]
    pub fn denied_url(self, url: impl Into<String>) -> OAuth2Provider {
        self.with(|config| config.denied_url = Some(url.into()))
    }

    /// The audience that access tokens must have for [`bearer`](crate::ApiAuthMixin::bearer):
    /// the name of this application's API at the provider.
    #[must_use]
    pub fn audience(self, audience: impl Into<String>) -> OAuth2Provider {
        self.with(|config| config.audience = Some(audience.into()))
    }

    /// The URL that returns the user as JSON for an access token. `id` is the name of the
    /// member that identifies the user; it must be one that users can't choose or change.
    #[must_use]
    pub fn userinfo(self, url: impl Into<String>, id: impl Into<String>) -> OAuth2Provider {
        let (url, id) = (url.into(), id.into());
        self.with(|config| config.user = UserSource::Url { url, id })
    }

    /// The time limit for each request to the provider: 10 seconds by default.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> OAuth2Provider {
        self.with(|config| config.timeout = timeout)
    }

    /// Removes the protection that Tornado does not have: no `state`, PKCE or `nonce` is sent,
    /// ID tokens are ignored, and access tokens go into the query of URLs, and so into logs.
    /// An attacker can then log your users in to the attacker's account.
    ///
    /// Use it only for a provider that does not work otherwise.
    #[must_use]
    pub fn insecure_as_tornado(self) -> OAuth2Provider {
        self.with(|config| config.as_tornado = true)
    }

    /// The issuer, or the host of one that has no discovery.
    pub(crate) fn address(&self) -> &str {
        match &self.config.place {
            Place::Issuer(issuer) => issuer,
            Place::Given(metadata) => &metadata.issuer,
        }
    }

    /// Whether it says itself who it is, so that it signs ID tokens.
    pub(crate) fn is_openid(&self) -> bool {
        matches!(self.config.place, Place::Issuer(_))
    }

    pub(crate) fn is_facebook(&self) -> bool {
        matches!(self.config.user, UserSource::Facebook { .. })
    }

    pub(crate) fn required_client(&self) -> Result<&Client, AuthError> {
        self.config.client.as_ref().ok_or_else(|| {
            unusable(format!(
                "the provider {} has given this application an id: say it by `.client(id, secret)`",
                self.address()
            ))
        })
    }

    /// What a login is begun with, and has to come back to.
    pub(crate) fn identity(&self) -> Result<String, AuthError> {
        Ok(format!("{} {}", self.address(), self.required_client()?.id))
    }

    /// Notes that a login has come back; false if it has before. It is known for as long as
    /// the cookie of the login lasts, and in this process.
    pub(crate) fn first_use(&self, flow: &Flow) -> bool {
        let used = &self.shared.used;
        used.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .add(flow.mark())
    }
}

/// Without the client's secret.
impl fmt::Debug for OAuth2Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth2Provider")
            .field("address", &self.address())
            .field(
                "client_id",
                &self.config.client.as_ref().map(|client| &client.id),
            )
            .finish_non_exhaustive()
    }
}
