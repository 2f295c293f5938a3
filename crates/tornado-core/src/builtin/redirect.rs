//! `RedirectHandler`: another URL for all `GET` requests.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::format::{Piece, parse};
use crate::handler::OwnFields;
use crate::httputil::url_concat_bytes;
use crate::url_split::{as_browser_reads, scheme_and_netloc};
use crate::{
    Error, Exchange, FromExchange, Handler, HttpError, Output as _, PathArgs as _, RequestHandler,
    Result,
};

/// Redirects every `GET` to another URL (`tornado.web.RedirectHandler`).
///
/// `{0}`, `{1}` and `{name}` in the URL stand for the groups of the route's
/// pattern, percent-encoded as their position requires. The query of the
/// request is appended. A group can't change the host that the URL leads to:
/// such a request is a 400.
///
/// ```
/// use tornado_web::{Application, RedirectHandler, Settings, url};
/// use tornado_testing::TestClient;
///
/// # tornado_testing::block_on(async {
/// // (r"/pictures/(.*)", RedirectHandler, dict(url="/photos/{0}"))
/// let rule = url(r"/pictures/(.*)", |base| RedirectHandler::new(base, "/photos/{0}"));
/// let client = TestClient::new(Application::new([rule], Settings::new()).unwrap());
/// let response = client.get("/pictures/1?size=2").await;
/// assert_eq!(response.status(), 301);
/// assert_eq!(response.header("Location"), Some("/photos/1?size=2"));
/// # });
/// ```
#[derive(Debug)]
pub struct RedirectHandler {
    base: Exchange,
    url: Cow<'static, str>,
    permanent: bool,
}

impl RedirectHandler {
    /// A permanent redirect, with a 301.
    #[must_use]
    pub fn new(base: Exchange, url: impl Into<Cow<'static, str>>) -> RedirectHandler {
        RedirectHandler {
            base,
            url: url.into(),
            permanent: true,
        }
    }

    /// Whether the redirect is permanent. Otherwise the status is 302, and
    /// browsers ask again each time.
    #[must_use]
    pub fn permanent(mut self, permanent: bool) -> RedirectHandler {
        self.permanent = permanent;
        self
    }

    /// The URL with the groups and the query filled in.
    fn target(&self) -> Result<String> {
        let pieces = parse(&self.url)?;
        let (mut url, mut decoded) = (String::new(), String::new());
        let mut prefix = None;
        let mut place = PATH;
        for piece in &pieces {
            let value = self.value(piece)?;
            decoded.push_str(value);
            if let Piece::Text(text) = piece {
                url.push_str(text);
                if text.contains(['?', '#']) {
                    place = QUERY;
                }
            } else {
                prefix.get_or_insert(url.len());
                url.extend(utf8_percent_encode(value, place));
            }
        }
        let (fixed, has_groups) = match prefix {
            Some(length) => (url[..length].to_owned(), true),
            None => (url.clone(), false),
        };
        let query = self.base.request().query_arguments();
        if !query.is_empty() {
            // As in Python's dict: each name with all its values.
            let all = query.names().flat_map(|name| {
                query
                    .get_all(name)
                    .map(move |value| (name.as_bytes(), value))
            });
            url = url_concat_bytes(&url, all);
        }
        let bad = |message: &str| HttpError::new(400).with_log_message(message);
        // Decoded as well, so that nothing that decodes it once more is misled.
        if ![&url, &decoded]
            .into_iter()
            .all(|url| same_host(&fixed, url, has_groups))
        {
            return Err(bad("Redirect URL cannot change the scheme or netloc").into());
        }
        if decoded.contains(|c| (c < ' ' && c != '\t') || c == '\x7f') {
            return Err(bad("Redirect URL contains invalid characters").into());
        }
        Ok(url)
    }

    /// The text for a piece.
    fn value<'a>(&'a self, piece: &Piece<'a>) -> Result<&'a str> {
        let found = match *piece {
            Piece::Text(text) => return Ok(text),
            Piece::Index(index) => self.base.path_args().get(index).map(Option::as_deref),
            Piece::Name(name) => {
                let mut kwargs = self.base.path_kwargs();
                kwargs
                    .find(|(known, _)| *known == name)
                    .map(|(_, value)| value)
            }
        };
        // Python writes `None` for a group that did not take part.
        found.map(|value| value.unwrap_or("None")).ok_or_else(|| {
            Error::msg(format!(
                "The pattern has no group for all of {:?}",
                self.url
            ))
        })
    }
}

/// The characters that a group may keep in a path (RFC 3986, 3.3). A `/` is
/// kept, as in [`reverse_url`](crate::Context::reverse_url).
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'/');

/// The same in a query, where these would begin another argument or be read as
/// a space.
const QUERY: &AsciiSet = &PATH.add(b'&').add(b'+').add(b';').add(b'=');

/// Whether `url` leads to the host that its fixed first part names, which no
/// client can change.
fn same_host(fixed: &str, url: &str, has_groups: bool) -> bool {
    let (Some(fixed), Some(url)) = (host(fixed), host(url)) else {
        return false;
    };
    // `https:{0}`: the host would come from the client alone.
    let hostless = matches!(&*fixed.0, "http" | "https") && fixed.1.is_empty();
    fixed == url && !(has_groups && hostless)
}

/// The scheme and host as a browser sees them: it skips any number of slashes.
fn host(url: &str) -> Option<(String, String)> {
    let url = as_browser_reads(url);
    match url.trim_start_matches('/') {
        rest if url.starts_with("//") => scheme_and_netloc(&format!("//{rest}")),
        _ => scheme_and_netloc(&url),
    }
}

impl FromExchange for RedirectHandler {
    /// A redirect to `/`, to inherit from.
    fn from_exchange(base: Exchange) -> RedirectHandler {
        RedirectHandler::new(base, "/")
    }
}

impl Deref for RedirectHandler {
    type Target = Exchange;

    fn deref(&self) -> &Exchange {
        &self.base
    }
}

impl DerefMut for RedirectHandler {
    fn deref_mut(&mut self) -> &mut Exchange {
        &mut self.base
    }
}

impl Handler for RedirectHandler {
    type Base = Exchange;

    const OWN_FIELDS: OwnFields = OwnFields::Given;

    fn base(&self) -> &Exchange {
        &self.base
    }

    fn base_mut(&mut self) -> &mut Exchange {
        &mut self.base
    }

    fn exchange(&self) -> &Exchange {
        &self.base
    }

    fn exchange_mut(&mut self) -> &mut Exchange {
        &mut self.base
    }

    fn into_base(self) -> Exchange {
        self.base
    }

    fn around(_base: Exchange) -> Option<Self> {
        None
    }

    fn vacant(exchange: Exchange) -> Option<Self> {
        Some(Self::from_exchange(exchange))
    }
}

impl RequestHandler for RedirectHandler {
    async fn get(&mut self) -> Result {
        let url = self.target()?;
        if self.permanent {
            self.redirect_permanent(&url);
        } else {
            self.redirect(&url);
        }
        Ok(())
    }
}
