//! Tornado's cookies, byte for byte, for any Rust server.
//!
//! A Tornado process in Python can read what this crate writes, and the other
//! way round, so both can serve the same users:
//!
//! - [`parse_cookie`] and [`find_cookie`] read the `Cookie` header as Tornado's
//!   `get_cookie` does.
//! - [`SetCookie`] writes the `Set-Cookie` header as Tornado's `set_cookie` and
//!   `clear_cookie` do.
//! - [`create_signed_value`] and [`decode_signed_value`] are Tornado's
//!   functions of the same name, on which `set_signed_cookie` and
//!   `get_signed_cookie` are built. They support several keys with versions,
//!   for rotating the secret, and read the values that Tornado wrote before
//!   3.2.1.
//!
//! The crate works without handlers and without tornado-web.
//!
//! ```
//! use tornado_cookies::{
//!     CookieSecret, DecodeOptions, SetCookie, create_signed_value, decode_signed_value,
//!     find_cookie,
//! };
//!
//! let secret = CookieSecret::from("32 random bytes, or more of text");
//!
//! // A response.
//! let value = create_signed_value(&secret, "user", "Kim");
//! let mut cookie = SetCookie::new("user", value);
//! let header = cookie.expires_days(30).http_only(true).to_header_value()?;
//!
//! // The next request.
//! let sent_back = header.to_str()?.split("; ").next().unwrap_or_default();
//! let value = find_cookie(sent_back.as_bytes(), "user").unwrap_or_default();
//! let user = decode_signed_value(&secret, "user", &value, &DecodeOptions::new());
//! assert_eq!(user.as_deref(), Some(&b"Kim"[..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Cargo features
//!
//! `axum`: [`CookieMap`] and `SignedCookies` are extractors for plain axum
//! handlers, and [`SetCookie`] can be part of their responses.
//!
//! `tower-cookies`: `TornadoCookies` reads and writes Tornado's values, signed
//! or unsigned, in the jar of the crate tower-cookies.
//!
//! # Differences from Tornado
//!
//! - A space in a value is quoted. Tornado refuses it.
//! - Each of several `Cookie` headers is read separately. Tornado joins them
//!   with a comma, which does not separate cookies.
//! - For a name that begins with `__Host-`, `__Secure-` or `__Http-`, only
//!   spaces and tabs are stripped. To browsers, other white space is part of
//!   the name, which makes it a different name, without the promise of the
//!   prefix.
//! - A signed value of version 1 is refused if the secret has several keys. In
//!   Tornado it fails the request.
//! - The length of a name in a signed value counts bytes. Tornado counts
//!   characters, and can't read back names that are not ASCII.
//! - Warnings about signed values of version 1 show the name of the cookie, not
//!   its value.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "axum")]
mod axum;
mod date;
mod error;
#[cfg(feature = "tower-cookies")]
mod jar;
mod parse;
mod quote;
mod set_cookie;
mod signed;

#[cfg(feature = "axum")]
pub use self::axum::SignedCookies;
pub use error::{CookieError, CookieErrorKind};
#[cfg(feature = "tower-cookies")]
pub use jar::TornadoCookies;
pub use parse::{CookieMap, find_cookie, find_cookies, parse_cookie};
pub use quote::{quote, unquote};
pub use set_cookie::{Days, SameSite, SetCookie, UnknownSameSite, is_domain};
pub use signed::{
    CookieSecret, DecodeOptions, SignOptions, SignedVersion, create_signed_value,
    create_signed_value_with, decode_signed_value, get_signature_key_version,
};
