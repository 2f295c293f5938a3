//! The HTTP client for requests to providers. Nothing else names reqwest.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue, USER_AGENT};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use url::{Host, Url};

use crate::error::{AuthError, AuthErrorKind, legible, unusable};

/// The default time limit of a request.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);
/// The most bytes in a response: lists of keys have a few thousand.
const MAX_ANSWER: usize = 1 << 20;

/// A client of HTTP that follows no redirects, and is made when it is first used.
#[derive(Debug, Default)]
pub(crate) struct Http(OnceLock<Client>);

/// A request, and how long it may take.
pub(crate) struct Call<'a> {
    pub(crate) url: &'a str,
    pub(crate) authorization: Option<Authorization<'a>>,
    /// The body of a `POST`; it is a `GET` without one.
    pub(crate) form: Option<Vec<(&'a str, &'a str)>>,
    pub(crate) timeout: Duration,
}

pub(crate) enum Authorization<'a> {
    Bearer(&'a str),
    Basic(&'a str, &'a str),
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn json(&self) -> Result<Value, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }
}

impl Http {
    /// Sends a request and reads the whole response. A 5xx is an error, as is no response.
    pub(crate) async fn send(&self, call: Call<'_>) -> Result<Answer, AuthError> {
        let url = checked(call.url)?;
        let place = format!("{}{}", url.origin().ascii_serialization(), url.path());
        let unavailable = |error: reqwest::Error| {
            let message = format!("the provider can't be asked at {place}");
            // An address may have a token in it.
            AuthError::new(AuthErrorKind::Unavailable, message).with_source(error.without_url())
        };
        let request = self.request(url, &call)?;
        let mut response = request.send().await.map_err(unavailable)?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                let message = format!("the answer of {place} is longer than {MAX_ANSWER} bytes");
                return Err(AuthError::new(AuthErrorKind::Provider, message));
            }
            body.extend_from_slice(&chunk);
        }
        if status >= 500 {
            let message = format!("the provider has answered with a {status} at {place}");
            return Err(AuthError::new(AuthErrorKind::Unavailable, message));
        }
        Ok(Answer { status, body })
    }

    /// Sends a request whose response must be a success with JSON.
    pub(crate) async fn json(&self, call: Call<'_>) -> Result<Value, AuthError> {
        let place = call.url.split('?').next().unwrap_or_default().to_owned();
        let answer = self.send(call).await?;
        let wrong = |message| AuthError::new(AuthErrorKind::Provider, message);
        if !answer.is_success() {
            return Err(wrong(format!(
                "the provider has answered with a {} at {place}",
                answer.status
            )));
        }
        let json = answer.json();
        json.map_err(|error| wrong(format!("the answer of {place} is no JSON")).with_source(error))
    }

    fn request(&self, url: Url, call: &Call<'_>) -> Result<RequestBuilder, AuthError> {
        let client = self.client()?;
        let method = if call.form.is_some() {
            Method::POST
        } else {
            Method::GET
        };
        let mut request = client
            .request(method, url)
            .timeout(call.timeout)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            // GitHub's API answers to nobody without a name.
            .header(USER_AGENT, HeaderValue::from_static("tornado-web"));
        match call.authorization {
            None => {}
            Some(Authorization::Basic(name, password)) => {
                request = request.basic_auth(name, Some(password));
            }
            Some(Authorization::Bearer(token)) => {
                let mut value = HeaderValue::try_from(format!("Bearer {token}"))
                    .map_err(|_| unusable("the access token can't stand in a header"))?;
                value.set_sensitive(true);
                request = request.header(AUTHORIZATION, value);
            }
        }
        if let Some(form) = &call.form {
            request = request.form(form);
        }
        Ok(request)
    }

    fn client(&self) -> Result<&Client, AuthError> {
        if let Some(client) = self.0.get() {
            return Ok(client);
        }
        let client = make().map_err(|error| {
            unusable("the client for login providers can't be made").with_source(error)
        })?;
        Ok(self.0.get_or_init(|| client))
    }
}

fn make() -> Result<Client, Box<dyn std::error::Error + Send + Sync>> {
    let mut roots = RootCertStore::empty();
    // Some can't be read on many systems, and others do. Without any, `https` fails.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = rustls::crypto::ring::default_provider();
    let tls = ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        // A provider that sends us on could send us into our own network.
        .redirect(Policy::none());
    Ok(client.build()?)
}

/// The URL, if tokens and secrets may be sent there.
pub(crate) fn checked(url: &str) -> Result<Url, AuthError> {
    let unusable = |why: &str| {
        let place = url.split('?').next().unwrap_or_default();
        unusable(format!("{:?} {why}", legible(place)))
    };
    let parsed = Url::parse(url).map_err(|_| unusable("is no URL"))?;
    match parsed.scheme() {
        "https" => Ok(parsed),
        "http" if is_loopback(&parsed) => Ok(parsed),
        "http" => Err(unusable(
            "can't be the address of a login provider: it has to be `https`, except on this machine",
        )),
        _ => Err(unusable("is no address of the web")),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_by_tls_or_stay_here() {
        for url in [
            "https://accounts.example.com",
            "http://localhost:9400/x",
            "http://127.0.0.1:1",
            "http://[::1]:1/",
        ] {
            assert!(checked(url).is_ok(), "{url}");
        }
        for url in [
            "http://accounts.example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "ftp://localhost",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "/relative",
            "",
        ] {
            let error = checked(url).unwrap_err();
            assert_eq!(error.kind(), AuthErrorKind::Settings, "{url}");
        }
    }

    #[test]
    fn the_query_of_an_address_is_in_no_message() {
        let error = checked("http://example.com/?access_token=hunter2").unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}
