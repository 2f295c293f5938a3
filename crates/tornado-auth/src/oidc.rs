//! Verifies tokens of providers. Nothing else names openidconnect.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm as Algorithm,
};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, ClientId, IssuerUrl, JsonWebTokenType,
    Nonce, SignatureVerificationError,
};
use serde_json::{Map, Value};

use crate::error::{AuthError, AuthErrorKind, unusable};

/// What a provider signs with: its JWKS.
pub(crate) struct Keys(CoreJsonWebKeySet);

impl Keys {
    /// Keys that nobody here understands are left out.
    pub(crate) fn read(json: Value) -> Result<Keys, serde_json::Error> {
        serde_json::from_value(json).map(Keys)
    }
}

/// The issuer, the audience and the kind that a token must have.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    /// The client, for an ID token; the API, for an access token.
    pub(crate) audience: &'a str,
    pub(crate) now: SystemTime,
    pub(crate) kind: Kind<'a>,
}

/// The kind of token. A token of one kind is not accepted as one of another.
pub(crate) enum Kind<'a> {
    /// The ID token of the login with this nonce, which came with this access token.
    Login {
        nonce: &'a str,
        access_token: &'a str,
    },
    /// One that came with a refreshed access token. It may have no nonce.
    Refreshed { access_token: &'a str },
    /// An access token that is a JWT (RFC 9068).
    Access,
    /// What tells of a logout (OpenID Connect Back-Channel Logout).
    Logout,
}

/// Why a token counts for nothing.
pub(crate) enum Refusal {
    /// The key that it names is not among these: there may be new ones.
    UnknownKey,
    Invalid(AuthError),
}

/// Asymmetric algorithms only: with `HS256`, everyone who knows the client's secret could
/// sign, and `none` is no signature.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// The claims of a token, if its signature and all that it says of itself are right.
pub(crate) fn verify(
    token: &str,
    expected: &Expected<'_>,
    keys: &Keys,
) -> Result<Map<String, Value>, Refusal> {
    let parsed: CoreIdToken = token
        .parse()
        .map_err(|error| invalid("it is no JWT with the claims of one").with_source_of(error))?;
    let verifier = verifier(expected, keys)?;
    let no_nonce = |_: Option<&Nonce>| Ok(());
    let verified = match expected.kind {
        Kind::Login { nonce, .. } => parsed.claims(&verifier, &Nonce::new(nonce.to_owned())),
        _ => parsed.claims(&verifier, no_nonce),
    };
    let claims = verified.map_err(|error| match error {
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey,
        ) => Refusal::UnknownKey,
        error => invalid("it can't be verified").with_source_of(error),
    })?;

    if let Kind::Login { access_token, .. } | Kind::Refreshed { access_token } = expected.kind {
        let mine = |client: &ClientId| client.as_str() == expected.audience;
        if !claims.authorized_party().is_none_or(mine) {
            return Err(invalid("it was made for another client (`azp`)"));
        }
        if let Some(hash) = claims.access_token_hash() {
            let by = parsed.signing_alg().and_then(|algorithm| {
                let key = parsed.signing_key(&verifier)?;
                let access_token = AccessToken::new(access_token.to_owned());
                AccessTokenHash::from_token(&access_token, algorithm, key)
                    .map_err(|error| SignatureVerificationError::Other(error.to_string()))
            });
            if by.ok().as_ref() != Some(hash) {
                return Err(invalid("it belongs to another access token (`at_hash`)"));
            }
        }
    }
    let claims = payload(token).ok_or_else(|| invalid("it has no claims"))?;
    check_kind(&expected.kind, &claims)?;
    Ok(claims)
}

/// Claims of ID tokens, which no other token of the provider has.
const OF_ID_TOKENS: [&str; 3] = ["nonce", "at_hash", "c_hash"];
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Refuses tokens of another kind, which the same provider may have signed with the same
/// key for the same audience.
fn check_kind(kind: &Kind<'_>, claims: &Map<String, Value>) -> Result<(), Refusal> {
    let event = claims
        .get("events")
        .is_some_and(|events| events.get(LOGOUT_EVENT).is_some());
    let right = match kind {
        Kind::Login { .. } | Kind::Refreshed { .. } => !event && !says_type(claims, "Bearer"),
        Kind::Access => {
            !event
                && !says_type(claims, "ID")
                && !says_type(claims, "Refresh")
                && !OF_ID_TOKENS.iter().any(|name| claims.contains_key(*name))
        }
        Kind::Logout => event && !claims.contains_key("nonce"),
    };
    if right {
        Ok(())
    } else {
        Err(invalid("it is a token of another kind"))
    }
}

/// Keycloak says in a claim what others say in the header.
fn says_type(claims: &Map<String, Value>, kind: &str) -> bool {
    claims.get("typ").and_then(Value::as_str) == Some(kind)
}

fn verifier<'a>(expected: &Expected<'_>, keys: &Keys) -> Result<CoreIdTokenVerifier<'a>, Refusal> {
    let issuer = IssuerUrl::new(expected.issuer.to_owned()).map_err(|error| {
        Refusal::Invalid(unusable("the issuer of the provider is no URL").with_source(error))
    })?;
    let audience = ClientId::new(expected.audience.to_owned());
    let now = expected.now;
    let types: &[&str] = match expected.kind {
        Kind::Access => &["JWT", "at+jwt"],
        Kind::Logout => &["JWT", "logout+jwt"],
        _ => &["JWT"],
    };
    let types = types
        .iter()
        .filter_map(|name| JsonWebTokenType::new((*name).to_owned()).normalize().ok());
    let verifier = CoreIdTokenVerifier::new_public_client(audience, issuer, keys.0.clone())
        .set_allowed_algs(ALGORITHMS)
        .set_allowed_jose_types(types)
        .set_time_fn(move || now.into());
    Ok(match expected.kind {
        // One for several APIs is as good for each of them.
        Kind::Access => verifier.set_other_audience_verifier_fn(|_| true),
        _ => verifier,
    })
}

/// The claims of a JWT whose signature was verified earlier.
pub(crate) fn payload(token: &str) -> Option<Map<String, Value>> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

fn invalid(why: &str) -> Refusal {
    let message = format!("a token was refused: {why}");
    Refusal::Invalid(AuthError::new(AuthErrorKind::Token, message))
}

impl Refusal {
    fn with_source_of(self, error: impl std::error::Error + Send + Sync + 'static) -> Refusal {
        match self {
            Refusal::Invalid(refused) => Refusal::Invalid(refused.with_source(error)),
            unknown => unknown,
        }
    }
}
