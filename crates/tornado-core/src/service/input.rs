//! `Input`: arguments of the query and of forms.

use std::time::Duration;

use super::argument_default::ArgumentDefault;
use super::lookup::{self, ArgumentFields};
use crate::accept;
use crate::arguments::Argument;
use crate::de;
use crate::request::IncomingBody;
use crate::{Error, Exchange, HttpError, Readable, RequestHandler, Result};

/// Reads the arguments of a request: Tornado's "Input" methods.
///
/// An argument is a field of the query string or of a form in the body,
/// urlencoded or multipart. Where Tornado has default arguments, the methods
/// have suffixes:
///
/// | Tornado | Rust |
/// |---|---|
/// | `get_argument("q")` | [`get_argument("q")`](Self::get_argument), a 400 when it is missing |
/// | `get_argument("q", "all")` | [`get_argument_or("q", "all")`](Self::get_argument_or) |
/// | `get_argument("q", None)` | [`get_argument_opt("q")`](Self::get_argument_opt), an `Option` |
/// | `int(get_argument("page"))` | [`get_argument_as::<u32>("page")`](Self::get_argument_as) |
/// | `int(get_argument("page", "1"))` | `get_argument_or("page", 1)` |
/// | `get_arguments("tag")` | [`get_arguments("tag")`](Self::get_arguments) |
///
/// Instead of a name, each method accepts an [`Argument`], which says where and
/// how to look: `get_argument_or(Argument::query("page"), 1)` is
/// `get_query_argument("page", "1")`, and
/// `get_argument_opt(Argument::new("text").strip(false))` is
/// `get_argument("text", None, strip=False)`.
///
/// Methods that return one value take the last one, and prefer the body to the
/// query. All methods turn control characters into spaces and strip white space
/// at both ends, as Tornado does. [`query_as`](Self::query_as),
/// [`body_as`](Self::body_as) and [`json_body`](Self::json_body) read a whole
/// struct.
///
/// ```
/// use tornado_web::{Application, Exchange, Handler, Input, Output, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct Search(Exchange);
///
/// impl RequestHandler for Search {
///     async fn get(&mut self) -> Result {
///         let words = self.get_argument("q")?; // missing: 400
///         let page: u32 = self.get_argument_or("page", 1)?;
///         self.write(format!("{words}, page {page}"));
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let client = TestClient::new(Application::new([url("/", Search)], Settings::new()).unwrap());
/// assert_eq!(client.get("/?q=+rust+&page=2").await.text(), "rust, page 2");
/// assert_eq!(client.get("/?q=rust").await.text(), "rust, page 1");
/// assert_eq!(client.get("/").await.status(), 400);
/// assert_eq!(client.get("/?q=a&page=b").await.status(), 400);
/// # });
/// ```
pub trait Input: RequestHandler {
    /// An argument as text.
    ///
    /// # Errors
    ///
    /// A 400 when it is missing (`MissingArgumentError`) or not UTF-8.
    fn get_argument<'a>(&self, argument: impl Into<Argument<'a>>) -> Result<String> // a default: get_argument_or, get_argument_opt
    {
        let argument = argument.into();
        let missing = || HttpError::missing_argument(argument.name()).into();
        lookup::one(self, argument)?.ok_or_else(missing)
    }

    /// An argument, or `default` when it is missing: `get_argument(name, default)`.
    ///
    /// The default determines the type: text, a number, a `bool`, a `char`. For
    /// types other than text, an argument that was left blank, as in `?page=`,
    /// also gives the default.
    ///
    /// As always in Rust, a number is an `i32` unless something else determines
    /// its type: `let page: u32 = self.get_argument_or("page", 1)?`.
    ///
    /// # Errors
    ///
    /// A 400 when it is present but can't be read, or is not UTF-8.
    fn get_argument_or<'a, T, D>(&self, argument: impl Into<Argument<'a>>, default: D) -> Result<T>
    where
        T: Readable,
        D: ArgumentDefault<T>,
    {
        let found: Option<T> = self.get_argument_as(argument)?;
        Ok(found.unwrap_or_else(|| default.into_value()))
    }

    /// An argument as text, or `None` when it is missing:
    /// `get_argument(name, None)`.
    ///
    /// # Errors
    ///
    /// A 400 when it is not UTF-8.
    fn get_argument_opt<'a>(&self, argument: impl Into<Argument<'a>>) -> Result<Option<String>> {
        lookup::one(self, argument.into())
    }

    /// An argument as a `T`: a number, a `bool`, an enum, or anything that
    /// implements serde's `Deserialize` and can be read from text. Tornado has
    /// no counterpart.
    ///
    /// - An `Option` may be missing, or left blank.
    /// - A `Vec` has all values, those of the query first.
    /// - A `bool` is `true`, `1`, `on`, `yes`, `t` or `y`, or else `false`,
    ///   `0`, `off`, `no`, `f` or `n`, in any case.
    ///
    /// ```
    /// use serde::Deserialize;
    /// use tornado_web::{Application, Exchange, Handler, Input, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Deserialize)]
    /// #[serde(rename_all = "lowercase")]
    /// enum Order { Newest, Oldest }
    ///
    /// #[derive(Handler)]
    /// struct Books(Exchange);
    ///
    /// impl RequestHandler for Books {
    ///     async fn get(&mut self) -> Result {
    ///         let year: u16 = self.get_argument_as("year")?;
    ///         let ids: Vec<u64> = self.get_argument_as("id")?;
    ///         let order = match self.get_argument_as::<Option<Order>>("order")? {
    ///             Some(Order::Newest) | None => "newest",
    ///             Some(Order::Oldest) => "oldest",
    ///         };
    ///         self.write(format!("{year} {ids:?} {order}"));
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let client = TestClient::new(Application::new([url("/", Books)], Settings::new()).unwrap());
    /// assert_eq!(client.get("/?year=1992&id=1&id=2&order=").await.text(), "1992 [1, 2] newest");
    /// assert_eq!(client.get("/?id=1").await.status(), 400);
    /// let page = client.get("/?year=then").await.text().to_owned();
    /// assert!(page.contains("Invalid argument year: &quot;then&quot;: invalid digit"), "{page}");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// A 400 when it is missing, can't be read, or is not UTF-8.
    fn get_argument_as<'a, T: Readable>(&self, argument: impl Into<Argument<'a>>) -> Result<T> {
        lookup::read(self, argument.into())
    }

    /// All values of an argument, those of the query first.
    ///
    /// # Errors
    ///
    /// A 400 when one is not UTF-8.
    fn get_arguments<'a>(&self, argument: impl Into<Argument<'a>>) -> Result<Vec<String>> {
        lookup::all(self, argument.into())
    }

    /// An argument of the query: [`get_argument`](Self::get_argument) with
    /// [`Argument::query`], which the other methods also accept.
    ///
    /// # Errors
    ///
    /// A 400 when it is missing or not UTF-8.
    fn get_query_argument(&self, name: &str) -> Result<String> // a default: get_argument_or(Argument::query(name), default)
    {
        self.get_argument(Argument::query(name))
    }

    /// All values of an argument of the query.
    ///
    /// # Errors
    ///
    /// A 400 when one is not UTF-8.
    fn get_query_arguments(&self, name: &str) -> Result<Vec<String>> {
        self.get_arguments(Argument::query(name))
    }

    /// A field of a form in the body: [`get_argument`](Self::get_argument) with
    /// [`Argument::body`], which the other methods also accept.
    ///
    /// # Errors
    ///
    /// A 400 when it is missing or not UTF-8.
    fn get_body_argument(&self, name: &str) -> Result<String> // a default: get_argument_or(Argument::body(name), default)
    {
        self.get_argument(Argument::body(name))
    }

    /// All values of a field of a form in the body.
    ///
    /// # Errors
    ///
    /// A 400 when one is not UTF-8.
    fn get_body_arguments(&self, name: &str) -> Result<Vec<String>> {
        self.get_arguments(Argument::body(name))
    }

    /// The arguments of the query as a struct with serde's `Deserialize`, or as
    /// a map. Tornado has no counterpart.
    ///
    /// Each field is read as by [`get_argument_as`](Self::get_argument_as). A
    /// field that may be missing must say so: it is an `Option` or has
    /// `#[serde(default)]`, which a `Vec` or a checkbox also needs. A field
    /// that was left blank counts as missing unless it is text. Other arguments
    /// are ignored.
    ///
    /// ```
    /// use serde::Deserialize;
    /// use tornado_web::{Application, Exchange, Handler, Input, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Debug, Deserialize)]
    /// struct Query {
    ///     q: String,
    ///     year: Option<u16>,
    ///     #[serde(default)]
    ///     tag: Vec<String>,
    /// }
    ///
    /// #[derive(Handler)]
    /// struct Search(Exchange);
    ///
    /// impl RequestHandler for Search {
    ///     async fn get(&mut self) -> Result {
    ///         let query: Query = self.query_as()?;
    ///         self.write(format!("{query:?}"));
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let client = TestClient::new(Application::new([url("/", Search)], Settings::new()).unwrap());
    /// let text = client.get("/?q=snow&tag=a&tag=b&year=").await.text().to_owned();
    /// assert_eq!(text, r#"Query { q: "snow", year: None, tag: ["a", "b"] }"#);
    /// let page = client.get("/?q=snow&year=MMXX").await;
    /// assert_eq!(page.status(), 400);
    /// assert!(page.text().contains("Invalid argument year: "), "{}", page.text());
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// A 400 that names the field, when one is missing, can't be read, or is not
    /// UTF-8.
    fn query_as<T: Readable>(&self) -> Result<T> {
        de::read(&ArgumentFields::of_query(self)).map_err(|failure| failure.into_error(None))
    }

    /// The form in the body as a struct with serde's `Deserialize`, read like
    /// the query by [`query_as`](Self::query_as). A body of any other type has
    /// no fields. To tell the user everything that is wrong at once, use the
    /// module `forms` (a feature).
    ///
    /// # Errors
    ///
    /// As [`query_as`](Self::query_as).
    fn body_as<T: Readable>(&self) -> Result<T> {
        de::read(&ArgumentFields::of_body(self)).map_err(|failure| failure.into_error(None))
    }

    /// The body as JSON, whatever its `Content-Type`:
    /// `json_decode(self.request.body)`.
    ///
    /// A page of another site can send a body as `text/plain`, along with any
    /// cookies. So a handler that relies on cookies needs the setting
    /// `xsrf_cookies` or `cross_origin_protection`, for JSON as for forms.
    ///
    /// ```
    /// use serde::Deserialize;
    /// use tornado_web::{Application, Exchange, Handler, Input, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Deserialize)]
    /// struct Book { title: String, years: Vec<u16> }
    ///
    /// #[derive(Handler)]
    /// struct Books(Exchange);
    ///
    /// impl RequestHandler for Books {
    ///     async fn post(&mut self) -> Result {
    ///         let book: Book = self.json_body()?;
    ///         self.write(format!("{} of {:?}", book.title, book.years));
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let client = TestClient::new(Application::new([url("/", Books)], Settings::new()).unwrap());
    /// let response = client.post("/").body(r#"{"title": "Snow Crash", "years": [1992]}"#).await;
    /// assert_eq!(response.text(), "Snow Crash of [1992]");
    /// let response = client.post("/").body(r#"{"title": "Snow Crash", "years": [1992, -1]}"#).await;
    /// assert_eq!(response.status(), 400);
    /// let why = "Invalid JSON at years[1]: invalid value: integer `-1`, expected u16 at line 1 column 42";
    /// assert!(response.text().contains(why), "{}", response.text());
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// A 400 that says what is wrong and where, when it is not JSON or not a
    /// `T`.
    fn json_body<T: Readable>(&self) -> Result<T> {
        let mut json = serde_json::Deserializer::from_slice(self.exchange().request().body());
        let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            let path = if path == "." { "" } else { &path };
            HttpError::invalid_json(path, error.inner())
        })?;
        json.end()
            .map_err(|error| HttpError::invalid_json("", error))?;
        Ok(value)
    }

    /// The media type among these that the client prefers, according to its
    /// `Accept` (RFC 9110, 12.5.1); on a tie, or without that header, the
    /// first. `None` if the client accepts none of them.
    ///
    /// A response that depends on it needs the header `Vary: Accept`, for
    /// caches.
    ///
    /// ```
    /// use tornado_web::{Application, Exchange, Handler, Input, Output, RequestHandler, Result, Settings, raise, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
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

    /// Changes the maximum size of this request's body, in bytes
    /// (`self.request.connection.set_max_body_size`). Call it in `prepare` of a
    /// handler with
    /// [`STREAM_REQUEST_BODY`](RequestHandler::STREAM_REQUEST_BODY). In others
    /// the body has already arrived, which is an error when the hook returns.
    #[track_caller]
    fn set_max_body_size(&mut self, bytes: usize) {
        let set = |body: &mut IncomingBody| body.set_max_size(bytes);
        self.exchange_mut().change_limit("set_max_body_size", set);
    }

    /// Changes how long this request's body may take
    /// (`self.request.connection.set_body_timeout`). Call it in `prepare`, like
    /// [`set_max_body_size`](Self::set_max_body_size).
    #[track_caller]
    fn set_body_timeout(&mut self, timeout: Duration) {
        let set = |body: &mut IncomingBody| body.set_timeout(timeout);
        self.exchange_mut().change_limit("set_body_timeout", set);
    }
}

impl<H: RequestHandler> Input for H {}

impl Exchange {
    /// Changes a limit of the body, which must not have been read yet.
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
