//! `Input`: arguments of the query and of forms.

use std::str::FromStr;
use std::time::Duration;

use super::late::ask;
use crate::accept;
use crate::arguments::{ArgumentSource, Arguments, clean_argument};
use crate::request::IncomingBody;
use crate::{Error, Exchange, HttpError, RequestHandler, Result};

/// Reads the arguments of a request: Tornado's "Input" methods.
///
/// An argument is a field of the query string or of a form in the body,
/// urlencoded or multipart. `get_argument` looks at both, and the body wins;
/// `get_query_argument` and `get_body_argument` look at one. All of them take
/// the last value of a name, turn control characters into spaces and strip
/// white space at both ends, as Tornado does; the `_unstripped` forms leave the
/// ends alone.
///
/// ```
/// use tornado_core::{Application, Exchange, Handler, Input, Output, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// # #[handler(crate = tornado_core)]
/// struct Search(Exchange);
///
/// impl RequestHandler for Search {
///     async fn get(&mut self) -> Result {
///         let words = self.get_argument("q")?; // missing: 400
///         let page: u32 = self.get_argument_as("page")?.unwrap_or(1);
///         self.write(format!("{words}, page {page}"));
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let client = TestClient::new(Application::new([url("/", Search)], Settings::new()).unwrap());
/// assert_eq!(client.get("/?q=+rust+&page=2").await.text(), "rust, page 2");
/// assert_eq!(client.get("/").await.status(), 400);
/// assert_eq!(client.get("/?q=a&page=b").await.status(), 400);
/// # });
/// ```
pub trait Input: RequestHandler {
    /// The last value of an argument, from the query or the body.
    ///
    /// # Errors
    ///
    /// A 400 when it is missing (`MissingArgumentError`) or not UTF-8.
    fn get_argument(&self, name: &str) -> Result<String> {
        self.get_argument_opt(name)?
            .ok_or_else(|| HttpError::missing_argument(name).into())
    }

    /// The last value of an argument, or `default`:
    /// `get_argument("page", "1")`.
    ///
    /// # Errors
    ///
    /// A 400 when it is not UTF-8.
    fn get_argument_or(&self, name: &str, default: impl Into<String>) -> Result<String> {
        Ok(self
            .get_argument_opt(name)?
            .unwrap_or_else(|| default.into()))
    }

    /// The last value of an argument, or `None`: `get_argument("page", None)`.
    ///
    /// # Errors
    ///
    /// A 400 when it is not UTF-8.
    fn get_argument_opt(&self, name: &str) -> Result<Option<String>> {
        argument(self, name, ArgumentSource::Both, true)
    }

    /// The one of these media types that the client likes best, as it says in
    /// `Accept` (RFC 9110, 12.5.1); of those that it likes the same, the first, and
    /// the first as well for who says nothing. `None` where it takes none of them.
    ///
    /// An answer that depends on it has the header `Vary: Accept`, for the caches
    /// on the way.
    ///
    /// ```
    /// use tornado_core::{Application, Exchange, Handler, Input, Output, RequestHandler, Result, Settings, raise, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// # #[handler(crate = tornado_core)]
    /// struct Book(Exchange);
    ///
    /// impl RequestHandler for Book {
    ///     async fn get(&mut self) -> Result {
    ///         self.add_header("Vary", "Accept");
    ///         match self.accepts(["text/html", "application/json"]) {
    ///             Some("application/json") => self.write(serde_json::json!({"title": "Snow Crash"})),
    ///             Some(_) => self.write("<h1>Snow Crash</h1>"),
    ///             None => raise!(406),
    ///         }
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let client = TestClient::new(Application::new([url("/", Book)], Settings::new()).unwrap());
    /// for (accept, text) in [
    ///     ("text/html, */*;q=0.8", "<h1>Snow Crash</h1>"),
    ///     ("text/*;q=0.5, application/*", r#"{"title": "Snow Crash"}"#),
    /// ] {
    ///     assert_eq!(client.get("/").header("Accept", accept).await.text(), text);
    /// }
    /// assert_eq!(client.get("/").header("Accept", "image/png").await.status(), 406);
    /// # });
    /// ```
    fn accepts<'a>(&self, offered: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        accept::best(self.exchange().request().headers(), offered)
    }

    /// The last value of an argument with its ends as they are:
    /// `get_argument("text", None, strip=False)`.
    ///
    /// # Errors
    ///
    /// A 400 when it is not UTF-8.
    fn get_argument_unstripped(&self, name: &str) -> Result<Option<String>> {
        argument(self, name, ArgumentSource::Both, false)
    }

    /// An argument as a number or anything else that can be parsed; `None` when
    /// it is missing. Tornado has no such form.
    ///
    /// # Errors
    ///
    /// A 400 when it can't be parsed or is not UTF-8.
    fn get_argument_as<T>(&self, name: &str) -> Result<Option<T>>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        let parse = |text: String| {
            text.parse().map_err(|error| {
                let message = format!("Invalid argument {name}: {error}");
                HttpError::new(400)
                    .with_log_message(message)
                    .with_detail(format!("Invalid argument {name}"))
                    .into()
            })
        };
        self.get_argument_opt(name)?.map(parse).transpose()
    }

    /// All values of an argument, those of the query first.
    ///
    /// # Errors
    ///
    /// A 400 when one is not UTF-8.
    fn get_arguments(&self, name: &str) -> Result<Vec<String>> {
        all(self, [query(self), body(self)], name, true)
    }

    /// All values of an argument, with their ends as they are.
    ///
    /// # Errors
    ///
    /// A 400 when one is not UTF-8.
    fn get_arguments_unstripped(&self, name: &str) -> Result<Vec<String>> {
        all(self, [query(self), body(self)], name, false)
    }

    /// The last value of an argument of the query.
    ///
    /// # Errors
    ///
    /// A 400 when it is missing or not UTF-8.
    fn get_query_argument(&self, name: &str) -> Result<String> {
        self.get_query_argument_opt(name)?
            .ok_or_else(|| HttpError::missing_argument(name).into())
    }

    /// The last value of an argument of the query, or `default`.
    ///
    /// # Errors
    ///
    /// A 400 when it is not UTF-8.
    fn get_query_argument_or(&self, name: &str, default: impl Into<String>) -> Result<String> {
        Ok(self
            .get_query_argument_opt(name)?
            .unwrap_or_else(|| default.into()))
    }

    /// The last value of an argument of the query, or `None`.
    ///
    /// # Errors
    ///
    /// A 400 when it is not UTF-8.
    fn get_query_argument_opt(&self, name: &str) -> Result<Option<String>> {
        argument(self, name, ArgumentSource::Query, true)
    }

    /// The last value of an argument of the query with its ends as they are.
    ///
    /// # Errors
    ///
    /// A 400 when it is not UTF-8.
    fn get_query_argument_unstripped(&self, name: &str) -> Result<Option<String>> {
        argument(self, name, ArgumentSource::Query, false)
    }

    /// All values of an argument of the query.
    ///
    /// # Errors
    ///
    /// A 400 when one is not UTF-8.
    fn get_query_arguments(&self, name: &str) -> Result<Vec<String>> {
        all(self, [query(self)], name, true)
    }

    /// The last value of a field of a form in the body.
    ///
    /// # Errors
    ///
    /// A 400 when it is missing or not UTF-8.
    fn get_body_argument(&self, name: &str) -> Result<String> {
        self.get_body_argument_opt(name)?
            .ok_or_else(|| HttpError::missing_argument(name).into())
    }

    /// The last value of a field of a form in the body, or `default`.
    ///
    /// # Errors
    ///
    /// A 400 when it is not UTF-8.
    fn get_body_argument_or(&self, name: &str, default: impl Into<String>) -> Result<String> {
        Ok(self
            .get_body_argument_opt(name)?
            .unwrap_or_else(|| default.into()))
    }

    /// The last value of a field of a form in the body, or `None`.
    ///
    /// # Errors
    ///
    /// A 400 when it is not UTF-8.
    fn get_body_argument_opt(&self, name: &str) -> Result<Option<String>> {
        argument(self, name, ArgumentSource::Body, true)
    }

    /// The last value of a field of a form in the body with its ends as they
    /// are.
    ///
    /// # Errors
    ///
    /// A 400 when it is not UTF-8.
    fn get_body_argument_unstripped(&self, name: &str) -> Result<Option<String>> {
        argument(self, name, ArgumentSource::Body, false)
    }

    /// All values of a field of a form in the body.
    ///
    /// # Errors
    ///
    /// A 400 when one is not UTF-8.
    fn get_body_arguments(&self, name: &str) -> Result<Vec<String>> {
        all(self, [body(self)], name, true)
    }

    /// Changes the largest size of this request's body, in bytes
    /// (`self.request.connection.set_max_body_size`). It is for `prepare` of
    /// handlers with
    /// [`STREAM_REQUEST_BODY`](RequestHandler::STREAM_REQUEST_BODY); in others
    /// the body is here already, which is an error when the hook returns.
    #[track_caller]
    fn set_max_body_size(&mut self, bytes: usize) {
        let set = |body: &mut IncomingBody| body.set_max_size(bytes);
        self.exchange_mut().change_limit("set_max_body_size", set);
    }

    /// Changes how long this request's body may take
    /// (`self.request.connection.set_body_timeout`). It is for `prepare`, as
    /// [`set_max_body_size`](Self::set_max_body_size).
    #[track_caller]
    fn set_body_timeout(&mut self, timeout: Duration) {
        let set = |body: &mut IncomingBody| body.set_timeout(timeout);
        self.exchange_mut().change_limit("set_body_timeout", set);
    }
}

impl<H: RequestHandler> Input for H {}

impl Exchange {
    /// Changes a limit of the body, which has to be still to come.
    #[track_caller]
    fn change_limit(&mut self, name: &str, change: impl FnOnce(&mut IncomingBody)) {
        match self.incoming_mut() {
            Some(body) => change(body),
            None => self.raise(Error::msg(format!(
                "{name} comes too late, since the body is here already: it is for handlers with STREAM_REQUEST_BODY"
            ))),
        }
    }
}

fn query<H: RequestHandler>(handler: &H) -> &Arguments {
    handler.exchange().request().query_arguments()
}

fn body<H: RequestHandler>(handler: &H) -> &Arguments {
    handler.exchange().request().body_arguments()
}

/// The last value of a name, as the hook of the outermost handler finds it.
fn argument<H: RequestHandler>(
    handler: &H,
    name: &str,
    source: ArgumentSource,
    strip: bool,
) -> Result<Option<String>> {
    let exchange = handler.exchange();
    ask("do_get_argument", || match exchange.outer_class::<H>() {
        None => H::do_get_argument(exchange, name, source, strip),
        Some(class) => class.do_get_argument(exchange, name, source, strip),
    })
}

/// The default of the hook `do_get_argument`.
pub(crate) fn last_argument(
    exchange: &Exchange,
    name: &str,
    source: ArgumentSource,
    strip: bool,
) -> Result<Option<String>> {
    let body = || exchange.request().body_arguments().get_all(name).last();
    let query = || exchange.request().query_arguments().get_all(name).last();
    let found = match source {
        ArgumentSource::Both => body().or_else(query),
        ArgumentSource::Query => query(),
        ArgumentSource::Body => body(),
    };
    found
        .map(|value| decode(exchange, value, name, strip))
        .transpose()
}

fn all<H: RequestHandler, const N: usize>(
    handler: &H,
    sources: [&Arguments; N],
    name: &str,
    strip: bool,
) -> Result<Vec<String>> {
    let values = sources.iter().flat_map(|source| source.get_all(name));
    values
        .map(|value| decode(handler, value, name, strip))
        .collect()
}

fn decode<H: RequestHandler>(handler: &H, value: &[u8], name: &str, strip: bool) -> Result<String> {
    let exchange = handler.exchange();
    let text = match exchange.outer_class::<H>() {
        None => H::decode_argument(exchange, value, Some(name)),
        Some(class) => class.decode_argument(exchange, value, Some(name)),
    };
    Ok(clean_argument(text?, strip))
}
