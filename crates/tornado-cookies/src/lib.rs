//! Tornado's cookies, byte for byte, for any Rust server.
//!
//! A Python process with Tornado reads what this writes and the other way
//! round, so that both can serve the same users:
//!
//! - [`parse_cookie`] and [`find_cookie`] read the `Cookie` header as Tornado's
//!   `get_cookie` does.
//! - [`SetCookie`] writes the `Set-Cookie` header as Tornado's `set_cookie` and
//!   `clear_cookie` do.
//! - [`create_signed_value`] and [`decode_signed_value`] are Tornado's functions
//!   of that name: what `set_signed_cookie` and `get_signed_cookie` are made of.
//!   They know several keys with versions, to change the secret, and the values
//!   of Tornado before 3.2.1.
//!
//! It knows nothing of handlers and needs no tornado-web.
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
//! `axum`: [`CookieMap`] and `SignedCookies` are extractors of plain axum
//! handlers, and [`SetCookie`] is part of their responses.
//!
//! `tower-cookies`: `TornadoCookies` gives Tornado's values, signed or not, to the
//! jar of the crate tower-cookies.
//!
//! # Differences from Tornado
//!
//! - A space in a value is quoted. Tornado refuses it.
//! - Several `Cookie` headers are read each by itself. Tornado joins them with a
//!   comma, which is no separator of cookies.
//! - From a name that begins with `__Host-`, `__Secure-` or `__Http-`, spaces and
//!   tabs are stripped, and no other white space: to browsers that is part of the
//!   name, so that it is another one, of which they promise nothing.
//! - A signed value of version 1 is refused by a secret with several keys.
//!   Tornado fails, and the request with it.
//! - The length of a name in a signed value is that of its bytes. Tornado counts
//!   characters, and can't read back what is not ASCII.
//! - Warnings about signed values of version 1 have the name of the cookie, not
//!   its value.

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
