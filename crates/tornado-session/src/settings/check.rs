//! The checks of the settings, individually and in combination, so that
//! browsers accept the cookie and requests don't fail because of a setting.

use std::time::Duration;

use tornado_cookies::{SameSite, SetCookie, is_domain};
use tornado_core::{Settings, SettingsError};

use super::SessionSettings as _;

/// At least a millisecond: nobody can want a session that ends immediately.
pub(super) fn lasting(time: &Duration) -> Result<(), String> {
    expect(time.as_millis() > 0, "it is a number of seconds above zero")
}

pub(super) fn above_zero(number: &usize) -> Result<(), String> {
    expect(*number > 0, "it is above zero")
}

pub(super) fn share(share: &f64) -> Result<(), String> {
    let is_one = (0.0..=1.0).contains(share);
    expect(is_one, "it is a share of the time, from 0 to 1")
}

pub(super) fn cookie_name(name: &str) -> Result<(), String> {
    written(SetCookie::new(name, "").secure(true))
}

pub(super) fn cookie_path(path: &str) -> Result<(), String> {
    expect(path.starts_with('/'), "it begins with `/`")?;
    written(SetCookie::new("a", "").path(path))
}

pub(super) fn cookie_domain(domain: &str) -> Result<(), String> {
    let message = "it is the name of a host, such as `example.com`";
    expect(domain.is_empty() || is_domain(domain), message)
}

fn written(cookie: &SetCookie) -> Result<(), String> {
    let header = cookie.to_header_value();
    header.map(drop).map_err(|error| error.to_string())
}

fn expect(is_so: bool, expected: &str) -> Result<(), String> {
    if is_so {
        Ok(())
    } else {
        Err(expected.to_owned())
    }
}

/// Whether browsers keep cookies with this name only if they are `Secure`. Under RFC 6265bis they
/// compare the prefixes ignoring case.
pub(super) fn is_prefixed(name: &str) -> bool {
    let prefixes = ["__host-", "__secure-", "__http-"];
    prefixes.iter().any(|prefix| begins_with(name, prefix))
}

fn begins_with(name: &str, prefix: &str) -> bool {
    let start = name.as_bytes().get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

pub(super) fn together(settings: &Settings) -> Result<(), SettingsError> {
    let name = settings.get_session_cookie_name();
    let wrong = |key: &str, message: &str| {
        Err(SettingsError::new(
            key,
            format_args!("{message} for the cookie {name:?}"),
        ))
    };
    let insecure = settings.get_session_cookie_secure() == Some(false);
    if begins_with(name, "__host-") {
        if settings.get_session_cookie_path() != "/" {
            return wrong("session_cookie_path", "it is `/`");
        }
        if settings
            .get_session_cookie_domain()
            .is_some_and(|domain| !domain.is_empty())
        {
            return wrong("session_cookie_domain", "it must not be set");
        }
    }
    if is_prefixed(name) && insecure {
        return wrong("session_cookie_secure", "it is `true`");
    }
    if settings.get_session_cookie_samesite() == SameSite::None && insecure {
        return Err(SettingsError::new(
            "session_cookie_samesite",
            "it can be `None` for a secure cookie alone",
        ));
    }
    if settings.get_session_cookie_partitioned() && insecure {
        return Err(SettingsError::new(
            "session_cookie_partitioned",
            "it can be `true` for a secure cookie alone",
        ));
    }
    Ok(())
}
