//! Protection against requests that other sites make in a user's name: the
//! token in cookie and form (`xsrf_cookies`), and the `Origin` and
//! `Sec-Fetch-Site` headers (`cross_origin_protection`).

mod service;
mod token;

pub use service::Xsrf;
pub(crate) use token::{Token, TokenVersion};

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderValue, Method};

use crate::service::{Cookies as _, Input as _};
use crate::{Exchange, HttpError, RequestHandler, Result};

/// The XSRF token of a request.
struct RequestToken {
    token: Token,
    /// Whether it came with the request's cookie.
    known: bool,
    /// Its text in this response.
    text: Option<String>,
}

/// Tornado's `_cross_origin_protection`, which runs before `prepare`. Safe
/// methods are not checked, since they should not change anything.
pub(crate) fn protect<H: RequestHandler>(handler: &mut H, method: &Method) -> Result {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let settings = handler.exchange().application().settings();
    let by_origin = settings.get_cross_origin_protection();
    if settings.get_xsrf_cookies() {
        handler.check_xsrf_cookie()?;
    }
    if by_origin {
        let request = handler.exchange().request();
        let complaint = request.cross_origin_complaint(|o| handler.check_trusted_origin(o));
        if let Some(complaint) = complaint {
            return Err(HttpError::new(403).with_log_message(complaint).into());
        }
    }
    Ok(())
}

/// The default of the hook `check_xsrf_cookie`.
pub(crate) fn check(exchange: &mut Exchange) -> Result {
    if proves_itself(exchange.request().headers()) {
        return Ok(());
    }
    let forbidden = |message: &str| HttpError::new(403).with_log_message(message);
    let header = |name| exchange.request().header(name).filter(|v| !v.is_empty());
    let argument = exchange.get_argument_opt("_xsrf")?;
    let text = argument
        .filter(|text| !text.is_empty())
        .or_else(|| header("x-xsrftoken"))
        .or_else(|| header("x-csrftoken"))
        .ok_or_else(|| forbidden("'_xsrf' argument missing from POST"))?;
    let given = Token::decode(&text).filter(|token| !token.is_empty());
    let expected = &request_token(exchange)?.token;
    match given {
        None => Err(forbidden("'_xsrf' argument has invalid format").into()),
        Some(given) if given.matches(expected) => Ok(()),
        Some(_) => Err(forbidden("XSRF cookie does not match POST argument").into()),
    }
}

/// Whether the request has a bearer token and no cookie. Nothing in it is sent by a browser
/// unasked, so no other site can have it sent; HTTP Basic would be.
fn proves_itself(headers: &HeaderMap) -> bool {
    let scheme = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
    let is_bearer = scheme
        .and_then(|value| value.get(..7))
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "));
    is_bearer && !headers.contains_key(COOKIE)
}

/// Whether neither the client nor this response has a cookie with the token.
pub(crate) fn needs_cookie(exchange: &mut Exchange) -> Result<bool> {
    let token = request_token(exchange)?;
    Ok(!token.known && token.text.is_none())
}

/// The default of the hook `do_xsrf_token`: the text of the token for this
/// response, and its cookie, if the client needs one. The cookie is persistent
/// if the user is known.
pub(crate) fn token(exchange: &mut Exchange) -> Result<String> {
    let settings = exchange.application().settings();
    let version = match settings.get_xsrf_cookie_version() {
        1 => TokenVersion::V1,
        _ => TokenVersion::V2,
    };
    let needs_cookie = needs_cookie(exchange)?;
    let token = request_token(exchange)?;
    let text = match &token.text {
        Some(text) => text.clone(),
        None => token.text.insert(token.token.encode(version)?).clone(),
    };
    if needs_cookie {
        let has_user = exchange.known_user().is_some_and(Option::is_some);
        let settings = exchange.application().settings();
        let name = settings.get_xsrf_cookie_name().to_owned();
        let kwargs = settings.get_xsrf_cookie_kwargs();
        let cookie = exchange.set_cookie(&name, &text);
        if has_user {
            cookie.expires_days(30.0);
        }
        kwargs.apply(cookie);
    }
    Ok(text)
}

/// Makes a new token, for which the client has no cookie yet.
pub(crate) fn reset(exchange: &mut Exchange) -> Result {
    exchange.insert_slot(RequestToken {
        token: Token::new()?,
        known: false,
        text: None,
    });
    Ok(())
}

/// The token of the request's cookie; a new one if that is missing or
/// unreadable.
fn request_token(exchange: &mut Exchange) -> Result<&mut RequestToken> {
    if exchange.slot::<RequestToken>().is_none() {
        let name = exchange.application().settings().get_xsrf_cookie_name();
        let cookie = exchange.request().cookie(name);
        let sent = cookie
            .filter(|text| !text.is_empty())
            .and_then(|text| Token::decode(&text));
        let made = RequestToken {
            known: sent.is_some(),
            token: match sent {
                Some(token) => token,
                None => Token::new()?,
            },
            text: None,
        };
        exchange.insert_slot(made);
    }
    let token = exchange.slot_mut();
    Ok(token.expect("it was put there just now, if it was not there before"))
}
