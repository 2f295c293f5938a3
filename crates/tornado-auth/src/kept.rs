//! Tokens that are kept in the session, encrypted.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use tornado_cookies::SignOptions;
use tornado_core::{Context as _, Cookies as _, RequestHandler, Result};
use tornado_session::SessionMixin as _;

use crate::crypto::random;
use crate::error::{AuthError, AuthErrorKind, unusable};
use crate::oidc::{self, Expected, Kind};
use crate::provider::TokenAnswer;
use crate::{OAuth2Provider, OAuth2User};

/// How long before its end an access token is no longer used: a request takes a while.
const MARGIN: Duration = Duration::from_secs(30);

/// What of a login is needed later.
#[derive(Deserialize, Serialize)]
struct Kept {
    id: String,
    access_token: String,
    /// In seconds since 1970.
    expires_at: Option<u64>,
    refresh_token: Option<String>,
    id_token: Option<String>,
}

pub(crate) async fn keep<H: RequestHandler>(
    handler: &mut H,
    provider: &OAuth2Provider,
    user: &OAuth2User,
) -> Result {
    let kept = Kept::of(&user.id, &user.tokens);
    put(handler, provider, &kept).await
}

/// An access token that is still good, or a new one.
pub(crate) async fn access_token<H: RequestHandler>(
    handler: &mut H,
    provider: &OAuth2Provider,
) -> Result<Option<String>> {
    let Some(kept) = get(handler, provider).await? else {
        return Ok(None);
    };
    let now = handler.application().clock().now();
    let is_good = |end: u64| UNIX_EPOCH + Duration::from_secs(end) > now + MARGIN;
    if kept.expires_at.is_none_or(is_good) {
        return Ok(Some(kept.access_token));
    }
    let Some(refresh_token) = &kept.refresh_token else {
        remove(handler, provider).await?;
        return Ok(None);
    };
    match refreshed(provider, &kept, refresh_token, now).await {
        Ok(renewed) => {
            put(handler, provider, &renewed).await?;
            Ok(Some(renewed.access_token))
        }
        // The user has taken it back, at the provider.
        Err(error) if error.kind() == AuthErrorKind::Grant => {
            remove(handler, provider).await?;
            Ok(None)
        }
        Err(error) => Err(error.answer()),
    }
}

/// The ID token, by which the provider knows whom to log out.
pub(crate) async fn id_token<H: RequestHandler>(
    handler: &mut H,
    provider: &OAuth2Provider,
) -> Result<Option<String>> {
    Ok(get(handler, provider).await?.and_then(|kept| kept.id_token))
}

async fn refreshed(
    provider: &OAuth2Provider,
    kept: &Kept,
    refresh_token: &str,
    now: SystemTime,
) -> Result<Kept, AuthError> {
    let grant = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token),
    ];
    let answer = provider.tokens(&grant, now).await?;
    let mut renewed = Kept::of(&kept.id, &answer);
    if let Some(id_token) = renewed.id_token.as_deref().filter(|_| provider.is_openid()) {
        let metadata = provider.metadata().await?;
        let expected = Expected {
            issuer: &metadata.issuer,
            audience: &provider.required_client()?.id,
            now,
            kind: Kind::Refreshed {
                access_token: &answer.access_token,
            },
        };
        let claims = provider.verify(id_token, &expected).await?;
        // OpenID Connect Core, 12.2.
        if claims.get("sub").and_then(|sub| sub.as_str()) != Some(&*kept.id) {
            let message = "a refreshed token is that of another user";
            return Err(AuthError::new(AuthErrorKind::Token, message));
        }
        let first = kept.id_token.as_deref().and_then(oidc::payload);
        let nonce = first.as_ref().and_then(|first| first.get("nonce"));
        if claims
            .get("nonce")
            .is_some_and(|renewed| Some(renewed) != nonce)
        {
            let message = "a refreshed token is that of another login";
            return Err(AuthError::new(AuthErrorKind::Token, message));
        }
    }
    // What does not come anew is still good.
    renewed.refresh_token = renewed.refresh_token.or(Some(refresh_token.to_owned()));
    renewed.id_token = renewed.id_token.or(kept.id_token.clone());
    Ok(renewed)
}

impl Kept {
    fn of(id: &str, answer: &TokenAnswer) -> Kept {
        let seconds = |time: SystemTime| Some(time.duration_since(UNIX_EPOCH).ok()?.as_secs());
        let text = |name| answer.text(name).map(str::to_owned);
        Kept {
            id: id.to_owned(),
            access_token: answer.access_token.clone(),
            expires_at: answer.expires_at.and_then(seconds),
            refresh_token: text("refresh_token"),
            id_token: text("id_token"),
        }
    }
}

/// Its name in the session.
fn name(provider: &OAuth2Provider) -> String {
    format!("oauth2_tokens {}", provider.address())
}

async fn put<H: RequestHandler>(handler: &mut H, provider: &OAuth2Provider, kept: &Kept) -> Result {
    let name = name(provider);
    let sealed = seal(handler, &name, serde_json::to_vec(kept)?)?;
    handler.get_session().await?.set(&name, sealed)?;
    Ok(())
}

/// What can't be opened any more, as the key is gone, was never there.
async fn get<H: RequestHandler>(
    handler: &mut H,
    provider: &OAuth2Provider,
) -> Result<Option<Kept>> {
    let name = name(provider);
    let sealed: Option<String> = handler.get_session().await?.get(&name)?;
    let opened = sealed.and_then(|sealed| open(handler, &name, &sealed));
    Ok(opened.and_then(|opened| serde_json::from_slice(&opened).ok()))
}

async fn remove<H: RequestHandler>(handler: &mut H, provider: &OAuth2Provider) -> Result {
    handler.get_session().await?.delete(&name(provider));
    Ok(())
}

/// `VERSION.NONCE-AND-CIPHERTEXT`, for this name alone.
fn seal<H: RequestHandler>(handler: &H, name: &str, mut text: Vec<u8>) -> Result<String> {
    let secret = handler.settings().get_cookie_secret();
    let version = secret.map_or(0, |secret| secret.key_version());
    let key = key(handler, version)?;
    let nonce: [u8; NONCE_LEN] = random().map_err(AuthError::answer)?;
    let (unique, name) = (
        Nonce::assume_unique_for_key(nonce),
        Aad::from(name.as_bytes()),
    );
    key.seal_in_place_append_tag(unique, name, &mut text)
        .map_err(|_| unusable("tokens of this length can't be encrypted").answer())?;
    let sealed = [&nonce[..], &text].concat();
    Ok(format!("{version}.{}", URL_SAFE_NO_PAD.encode(sealed)))
}

fn open<H: RequestHandler>(handler: &H, name: &str, sealed: &str) -> Option<Vec<u8>> {
    let (version, sealed) = sealed.split_once('.')?;
    let key = key(handler, version.parse().ok()?).ok()?;
    let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut text = text.to_vec();
    let opened = key.open_in_place(nonce, Aad::from(name.as_bytes()), &mut text);
    Some(opened.ok()?.to_vec())
}

/// A key that is made of that `cookie_secret`: what it signs under a name that no cookie
/// has, hashed.
fn key<H: RequestHandler>(handler: &H, version: u32) -> Result<LessSafeKey> {
    let mut options = SignOptions::new().at(OffsetDateTime::UNIX_EPOCH);
    let secret = handler.settings().get_cookie_secret();
    if secret.is_some_and(|secret| secret.key_version() != version) {
        options = options.key_version(version);
    }
    let signed = handler.create_signed_value_with("oauth2 tokens", "", &options)?;
    let key = UnboundKey::new(&CHACHA20_POLY1305, &Sha256::digest(signed));
    Ok(LessSafeKey::new(
        key.expect("SHA-256 has the length of a key"),
    ))
}
