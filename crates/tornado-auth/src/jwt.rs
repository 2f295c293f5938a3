//! `JwtKey`: your own tokens.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::crypto::hmac;
use crate::error::{AuthError, AuthErrorKind};
use crate::{Claims, TokenVerifier};

/// Makes tokens for an API, and verifies them: JWTs signed with HMAC-SHA256 (`HS256`), which
/// any JWT library with the same secret can read.
///
/// A token can't be revoked before it expires, so use a lifetime of minutes. It is not
/// encrypted.
///
/// ```
/// use std::time::Duration;
/// use tornado_auth::{JwtKey, TokenVerifier};
/// use serde_json::json;
/// # tornado_testing::block_on(async {
/// let key = JwtKey::new("32 random bytes, or more of text", "https://shop.example.com");
/// let token = key.issue_with("kim", Duration::from_secs(600), [("scope", json!("read"))]);
///
/// let claims = key.verify_token(&token, std::time::SystemTime::now()).await?;
/// assert_eq!(claims.subject(), "kim");
/// assert!(claims.has_scope("read"));
/// # Ok::<(), tornado_auth::AuthError>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct JwtKey(Arc<Inner>);

struct Inner {
    hmac: Hmac<Sha256>,
    issuer: String,
}

/// The header of all tokens.
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

impl JwtKey {
    /// A key with this secret: 32 random bytes, or more of text. `issuer` is the issuer and
    /// the audience of the tokens, because a key is for one application.
    #[must_use]
    pub fn new(secret: impl AsRef<[u8]>, issuer: impl Into<String>) -> JwtKey {
        let hmac = hmac(secret.as_ref());
        let issuer = issuer.into();
        JwtKey(Arc::new(Inner { hmac, issuer }))
    }

    /// A token for this subject, such as a user, with this lifetime.
    #[must_use]
    pub fn issue(&self, subject: &str, lifetime: Duration) -> String {
        self.issue_with(subject, lifetime, [])
    }

    /// A token with more claims. They can't replace the claims that are checked.
    #[must_use]
    pub fn issue_with<'a>(
        &self,
        subject: &str,
        lifetime: Duration,
        claims: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> String {
        let now = seconds(SystemTime::now());
        let mut all: Map<String, Value> = claims
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let issuer = &self.0.issuer;
        for (name, value) in [
            ("iss", json!(issuer)),
            ("aud", json!(issuer)),
            ("sub", json!(subject)),
            ("iat", json!(now)),
            ("exp", json!(now.saturating_add(lifetime.as_secs()))),
        ] {
            all.insert(name.to_owned(), value);
        }
        let text =
            [HEADER, &Value::Object(all).to_string()].map(|part| URL_SAFE_NO_PAD.encode(part));
        let text = text.join(".");
        let signature = URL_SAFE_NO_PAD.encode(self.sign(&text));
        format!("{text}.{signature}")
    }

    fn sign(&self, text: &str) -> [u8; 32] {
        let mut hmac = self.0.hmac.clone();
        hmac.update(text.as_bytes());
        hmac.finalize().into_bytes().into()
    }

    fn verify(&self, token: &str, now: SystemTime) -> Result<Claims, &'static str> {
        const BROKEN: &str = "it is no JWT";
        #[derive(Deserialize)]
        struct Header {
            alg: String,
        }
        let (text, signature) = token.rsplit_once('.').ok_or(BROKEN)?;
        let (header, claims) = text.split_once('.').ok_or(BROKEN)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| BROKEN);
        let signature = decode(signature)?;
        if !bool::from(self.sign(text).ct_eq(signature.as_slice())) {
            return Err("its signature is another");
        }
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| BROKEN)?;
        let claims: Map<String, Value> =
            serde_json::from_slice(&decode(claims)?).map_err(|_| BROKEN)?;
        let is_ours = |name| claims.get(name).and_then(Value::as_str) == Some(&*self.0.issuer);
        let time = |name| claims.get(name).and_then(Value::as_u64);
        if header.alg != "HS256" || !is_ours("iss") || !is_ours("aud") {
            return Err("it is for another application");
        }
        if time("exp").is_none_or(|end| end <= seconds(now)) {
            return Err("it has expired");
        }
        if time("nbf").is_some_and(|begin| begin > seconds(now)) {
            return Err("it is not valid yet");
        }
        Ok(Claims(claims))
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

impl TokenVerifier for JwtKey {
    async fn verify_token(&self, token: &str, now: SystemTime) -> Result<Claims, AuthError> {
        self.verify(token, now).map_err(|why| {
            let message = format!("a token was refused: {why}");
            AuthError::new(AuthErrorKind::Token, message)
        })
    }
}

/// Without the secret.
impl fmt::Debug for JwtKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtKey")
            .field("issuer", &self.0.issuer)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forged(header: &str, claims: &Value, key: &JwtKey) -> String {
        let text = [header, &claims.to_string()]
            .map(|part| URL_SAFE_NO_PAD.encode(part))
            .join(".");
        let signature = URL_SAFE_NO_PAD.encode(key.sign(&text));
        format!("{text}.{signature}")
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        let (key, other) = (JwtKey::new("a", "us"), JwtKey::new("b", "us"));
        let now = SystemTime::now();
        let token = key.issue("kim", Duration::from_secs(60));
        assert_eq!(key.verify(&token, now).unwrap().subject(), "kim");
        assert!(key.verify(&token, now + Duration::from_secs(60)).is_err());
        assert!(other.verify(&token, now).is_err());
        assert!(JwtKey::new("a", "them").verify(&token, now).is_err());
        for end in 0..token.len() {
            assert!(key.verify(&token[..end], now).is_err());
        }
        let (text, _) = token.rsplit_once('.').unwrap();
        assert!(key.verify(&format!("{text}."), now).is_err());

        let right = json!({"iss": "us", "aud": "us", "exp": seconds(now) + 60});
        assert!(key.verify(&forged(HEADER, &right, &key), now).is_ok());
        for header in [r#"{"alg":"none"}"#, r#"{"alg":"RS256"}"#, "{}", "x"] {
            assert!(
                key.verify(&forged(header, &right, &key), now).is_err(),
                "{header}"
            );
        }
        for (name, value) in [
            ("iss", json!("them")),
            ("aud", json!("them")),
            ("aud", json!(["us"])),
            ("exp", json!(1)),
            ("exp", json!("9999999999")),
            ("exp", json!(null)),
            ("nbf", json!(seconds(now) + 60)),
        ] {
            let mut claims = right.clone();
            claims[name] = value;
            assert!(
                key.verify(&forged(HEADER, &claims, &key), now).is_err(),
                "{claims}"
            );
        }
    }

    #[test]
    fn claims_that_are_checked_are_ours() {
        let key = JwtKey::new("a", "us");
        let claims = [
            ("sub", json!("lee")),
            ("exp", json!(u64::MAX)),
            ("more", json!(1)),
        ];
        let token = key.issue_with("kim", Duration::ZERO, claims);
        assert!(
            key.verify(&token, SystemTime::now()).is_err(),
            "it has expired"
        );
        let claims = key.verify(&token, UNIX_EPOCH).unwrap();
        assert_eq!(
            (claims.subject(), claims.get("more").unwrap()),
            ("kim", Some(1))
        );
    }
}
