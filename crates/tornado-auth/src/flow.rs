//! `Flow`: a login that is under way, in a cookie of its own.

use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tornado_cookies::{DecodeOptions, SameSite, SetCookie};
use tornado_core::{Context as _, Cookies as _, Protocol, RequestHandler, Result};
use tornado_session::SessionSettings as _;

use crate::crypto::{hmac, random};
use crate::error::AuthError;

/// How long a user may take at the provider.
pub(crate) const LIFETIME: Duration = Duration::from_secs(600);
/// The same in days, as signed values count.
const DAYS: f64 = 600.0 / 86_400.0;
/// What the name of the cookie begins with, before the beginning of the state.
const COOKIE: &str = "_oauth_state_";
/// How much of the state is in the name. The rest proves nothing, either: that the cookie
/// is signed does.
const IN_NAME: usize = 16;
/// The most logins at once in one browser. Their cookies are sent with each request.
const MOST: usize = 8;

/// What is remembered of a login, from the redirect to the provider to the way back.
#[derive(Deserialize, Serialize)]
pub(crate) struct Flow {
    /// Random bytes, of which `state`, `nonce` and PKCE's verifier are made.
    #[serde(rename = "k")]
    key: String,
    /// With whom it was begun.
    #[serde(rename = "p")]
    pub(crate) provider: String,
    #[serde(rename = "r")]
    pub(crate) redirect_uri: String,
    /// Where the user wants to go.
    #[serde(rename = "n")]
    pub(crate) next: String,
}

impl Flow {
    pub(crate) fn new(
        provider: String,
        redirect_uri: String,
        next: String,
    ) -> Result<Flow, AuthError> {
        Ok(Flow {
            key: URL_SAFE_NO_PAD.encode(random::<32>()?),
            provider,
            redirect_uri,
            next,
        })
    }

    /// What the provider gives back.
    pub(crate) fn state(&self) -> String {
        self.derive("state")
    }

    /// What the provider signs.
    pub(crate) fn nonce(&self) -> String {
        self.derive("nonce")
    }

    /// What only who has begun the login knows (PKCE, RFC 7636).
    pub(crate) fn verifier(&self) -> String {
        self.derive("verifier")
    }

    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier()))
    }

    fn derive(&self, what: &str) -> String {
        let mut hmac = hmac(self.key.as_bytes());
        hmac.update(what.as_bytes());
        URL_SAFE_NO_PAD.encode(hmac.finalize().into_bytes())
    }

    /// Gives the browser its cookie.
    pub(crate) fn keep<H: RequestHandler>(&self, handler: &mut H) -> Result {
        let cookies = handler.request().cookies().iter();
        let others = cookies.filter(|(name, _)| is_name(name));
        let others: Vec<String> = others.map(|(name, _)| name.to_owned()).collect();
        if others.len() >= MOST {
            for name in others {
                remove(handler, name);
            }
        }
        let name = cookie_name(handler, &self.state());
        let value = serde_json::to_vec(self)?;
        let value = handler.create_signed_value(&name, value)?;
        let cookie = attributes(handler, SetCookie::new(name, value));
        let seconds = i64::try_from(LIFETIME.as_secs()).expect("it is a few minutes");
        handler.add_cookie(cookie).max_age(seconds);
        Ok(())
    }

    /// Takes the login of this state from the browser, which has it no more.
    pub(crate) fn take<H: RequestHandler>(handler: &mut H, state: &str) -> Result<Option<Flow>> {
        let name = cookie_name(handler, state);
        if handler.get_cookie(&name).is_none() {
            return Ok(None);
        }
        let options = DecodeOptions::new().max_age_days(DAYS);
        let value = handler.get_signed_cookie_with(&name, &options)?;
        remove(handler, name);
        let flow = value.and_then(|value| serde_json::from_slice::<Flow>(&value).ok());
        Ok(flow.filter(|flow| flow.state().as_bytes().ct_eq(state.as_bytes()).into()))
    }

    /// What it is known by among those that are over.
    pub(crate) fn mark(&self) -> [u8; 32] {
        Sha256::digest(&self.key).into()
    }
}

/// Logins that are over, for as long as their cookies would last.
#[derive(Default)]
pub(crate) struct Used {
    known: HashSet<[u8; 32]>,
    in_order: VecDeque<(Instant, [u8; 32])>,
}

impl Used {
    /// Adds one; false if it was there.
    pub(crate) fn add(&mut self, mark: [u8; 32]) -> bool {
        while let Some((at, mark)) = self.in_order.front()
            && at.elapsed() > LIFETIME
        {
            self.known.remove(mark);
            self.in_order.pop_front();
        }
        let new = self.known.insert(mark);
        if new {
            self.in_order.push_back((Instant::now(), mark));
        }
        new
    }
}

/// A name that only this very host can have set, where there is TLS.
fn cookie_name<H: RequestHandler>(handler: &H, state: &str) -> String {
    let prefix = if is_secure(handler) { "__Host-" } else { "" };
    let begin: String = state.chars().take(IN_NAME).collect();
    format!("{prefix}{COOKIE}{begin}")
}

fn is_name(name: &str) -> bool {
    name.strip_prefix("__Host-")
        .unwrap_or(name)
        .starts_with(COOKIE)
}

fn is_secure<H: RequestHandler>(handler: &H) -> bool {
    let settings = handler.settings();
    let by_session = settings.get_session_cookie_secure() == Some(true);
    by_session
        || settings.get_session_cookie_partitioned()
        || handler.request().protocol() == Protocol::Https
}

fn attributes<H: RequestHandler>(handler: &H, mut cookie: SetCookie) -> SetCookie {
    let partitioned = handler.settings().get_session_cookie_partitioned();
    // The way back from the provider is a link that is followed. In a frame of another
    // site there are no such.
    let same_site = if partitioned {
        SameSite::None
    } else {
        SameSite::Lax
    };
    cookie
        .path("/")
        .http_only(true)
        .secure(is_secure(handler))
        .same_site(same_site)
        .partitioned(partitioned);
    cookie
}

fn remove<H: RequestHandler>(handler: &mut H, name: String) {
    let cookie = attributes(handler, SetCookie::removal(name));
    handler.add_cookie(cookie);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_sent_gives_the_rest_away() {
        let flow = Flow::new(String::new(), String::new(), String::new()).unwrap();
        let all = [
            flow.state(),
            flow.nonce(),
            flow.verifier(),
            flow.challenge(),
            flow.key.clone(),
        ];
        for (place, one) in all.iter().enumerate() {
            // 256 bits; RFC 7636 wants 43 characters or more of a verifier.
            assert_eq!(one.len(), 43);
            assert!(!all[place + 1..].contains(one));
        }
    }

    #[test]
    fn a_login_is_over_once() {
        let mut used = Used::default();
        assert!(used.add([1; 32]));
        assert!(used.add([2; 32]));
        assert!(!used.add([1; 32]));
    }
}
