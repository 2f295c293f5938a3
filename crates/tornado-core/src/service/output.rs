//! `Output`: status, headers, body, and the end of the response.

use std::future::{Future, ready};

use http::{HeaderName, HeaderValue, header};
use serde::Serialize;
use tornado_escape::json_encode;

use super::late::{self, ask};
use super::{IntoHeaderName, IntoHeaderValue};
use crate::exchange::Ending;
use crate::{Chunk, Error, IntoChunk, RequestHandler, Result, etag, status};

/// Makes the response: Tornado's "Output" methods.
///
/// A mistake for which Tornado raises an exception, such as a line break in a
/// header or output after the end, is raised here when the calling hook
/// returns: the response is a 500 and the log has the reason. So these methods
/// need no `?`.
///
/// ```
/// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct Greeting(Exchange);
///
/// impl RequestHandler for Greeting {
///     async fn get(&mut self) -> Result {
///         self.set_status(201);
///         self.set_header("X-Count", 3);
///         self.write("Hello, ");
///         self.write("world");
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let app = Application::new([url("/", Greeting)], Settings::new()).unwrap();
/// let response = TestClient::new(app).get("/").await;
/// assert_eq!(response.status(), 201);
/// assert_eq!(response.header("X-Count"), Some("3"));
/// assert_eq!(response.text(), "Hello, world");
/// # });
/// ```
pub trait Output: RequestHandler {
    /// Sets the status, 100 to 999, with its standard reason.
    #[track_caller]
    fn set_status(&mut self, status: u16) // a reason: set_status_and_reason
    {
        self.set_status_and_reason(status, None);
    }

    /// Sets the status and its reason: `set_status(682, "Foo")`. A reason that
    /// is empty, or contains control characters or `<`, becomes `Unknown`.
    #[track_caller]
    fn set_status_and_reason(&mut self, status: u16, reason: Option<&str>) {
        let exchange = self.exchange_mut();
        if exchange.refuses_change_of_head("set_status") {
            return;
        }
        if let Err(error) = exchange.response_mut().set_status(status, reason) {
            exchange.raise(error.by_caller());
        }
    }

    /// The status so far.
    fn get_status(&self) -> u16 {
        self.exchange().response().status.as_u16()
    }

    /// The reason of the status.
    fn get_reason(&self) -> String {
        let response = self.exchange().response();
        response
            .reason
            .clone()
            .unwrap_or_else(|| status::reason(response.status.as_u16()).to_owned())
    }

    /// Sets a header, replacing all headers with that name. The value is text,
    /// a number, or a time, which becomes an HTTP date.
    #[track_caller]
    fn set_header(&mut self, name: impl IntoHeaderName, value: impl IntoHeaderValue) {
        let exchange = self.exchange_mut();
        match header(name, value) {
            Ok(_) if exchange.refuses_change_of_head("set_header") => {}
            Ok((name, value)) => drop(exchange.response_mut().headers.insert(name, value)),
            Err(error) => exchange.raise(error.by_caller()),
        }
    }

    /// Adds a header line; existing ones with the same name stay.
    #[track_caller]
    fn add_header(&mut self, name: impl IntoHeaderName, value: impl IntoHeaderValue) {
        let exchange = self.exchange_mut();
        match header(name, value) {
            Ok(_) if exchange.refuses_change_of_head("add_header") => {}
            Ok((name, value)) => drop(exchange.response_mut().headers.append(name, value)),
            Err(error) => exchange.raise(error.by_caller()),
        }
    }

    /// Removes all headers with a name, if there are any.
    fn clear_header(&mut self, name: impl IntoHeaderName) {
        if let Ok(name) = name.into_header_name() {
            self.exchange_mut().response_mut().headers.remove(name);
        }
    }

    /// Starts the response over: default headers, status 200, no output.
    /// Cookies stay, as in Tornado.
    #[track_caller]
    fn clear(&mut self) {
        self.exchange_mut().response_mut().clear();
        if let Err(error) = late::set_default_headers(self) {
            self.exchange_mut().raise(error);
        }
    }

    /// Adds to the output. A JSON object, made with `serde_json::json!`, is
    /// encoded as Tornado encodes a `dict` and sets the content type.
    #[track_caller]
    fn write(&mut self, chunk: impl IntoChunk) // one piece; format!(..) makes one of several
    {
        let exchange = self.exchange_mut();
        if exchange.refuses_changes() {
            return;
        }
        if exchange.is_finished() {
            return exchange.raise(Error::msg(
                "Cannot write() after finish(), redirect() or render(): return behind it",
            ));
        }
        let fine = !exchange.has_raised();
        ask("do_write", || match exchange.outer_class::<Self>() {
            None => Self::do_write(exchange, chunk.into_chunk()),
            Some(class) => class.do_write(exchange, chunk.into_chunk()),
        });
        if fine {
            exchange.locate_chunk_error();
        }
    }

    /// Adds any value that serde can serialize, as JSON, including arrays.
    /// Tornado's `write` accepts only a `dict`.
    #[track_caller]
    fn write_json<T: Serialize + ?Sized>(&mut self, value: &T) {
        match json_encode(value) {
            Ok(text) => self.write(Chunk::json_text(text)),
            Err(error) => self.exchange_mut().raise(Error::from(error).by_caller()),
        }
    }

    /// Sends what has been written so far, preceded by the head if that has not
    /// been sent, and waits until the connection has taken it. Without a
    /// `Content-Length` the body is chunked.
    ///
    /// ```
    /// # use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
    /// # use tornado_testing::TestClient;
    /// # #[derive(Handler)]
    /// # struct Ticker(Exchange);
    /// # impl RequestHandler for Ticker {
    /// async fn get(&mut self) -> Result {
    ///     for second in 0..3 {
    ///         self.write(format!("{second}\n"));
    ///         self.flush().await?;
    ///     }
    ///     Ok(())
    /// }
    /// # }
    /// # tornado_testing::block_on(async {
    /// # let client = TestClient::new(Application::new([url("/", Ticker)], Settings::new()).unwrap());
    /// # let mut stream = client.get("/").stream().await;
    /// # assert_eq!(stream.chunk().await.as_deref(), Some(&b"0\n"[..]));
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// When the response is finished, or the head can't be made.
    fn flush(&mut self) -> impl Future<Output = Result> + Send {
        self.exchange_mut().flush()
    }

    /// Sends this response unchanged, bypassing the output transforms such as
    /// compression: `self._transforms = []`. Call it before the first
    /// [`flush`](Self::flush).
    fn clear_transforms(&mut self) {
        let exchange = self.exchange_mut();
        if exchange.headers_sent() {
            return exchange.raise(Error::msg(
                "clear_transforms comes too late, since the headers have been sent",
            ));
        }
        exchange.clear_transforms();
    }

    /// Ends the response: nothing more can be written. If `prepare` calls it,
    /// the method does not run. The response is sent when the running hook
    /// returns. If a handler does not call it, the response is finished
    /// automatically.
    #[track_caller]
    fn finish(&mut self) // a last piece: finish_with(chunk)
    {
        self.exchange_mut().end(Ending::Finish(None));
    }

    /// Writes a last piece and ends the response: `finish(chunk)`.
    #[track_caller]
    fn finish_with(&mut self, chunk: impl IntoChunk) {
        let chunk = Some(chunk.into_chunk());
        self.exchange_mut().end(Ending::Finish(chunk));
    }

    /// Raises now what the methods above have reported, and not when the hook
    /// returns, for handlers that would rather answer it themselves.
    ///
    /// ```
    /// # use tornado_web::{Exchange, Handler, Input, Output, RequestHandler, Result};
    /// # #[derive(Handler)]
    /// # struct Move(Exchange);
    /// # impl RequestHandler for Move {
    /// async fn get(&mut self) -> Result {
    ///     self.set_header("X-Goto", self.get_argument("url")?);
    ///     if self.take_raised().is_err() {
    ///         self.send_error(400).await; // a line break, most likely
    ///     }
    ///     Ok(())
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The first reported mistake, which is then forgotten.
    fn take_raised(&mut self) -> Result {
        self.exchange_mut().take_raised()
    }

    /// Redirects the client to another URL with a 302, and ends the response:
    /// `redirect(url)`. Characters outside ASCII are percent-encoded.
    #[track_caller]
    fn redirect(&mut self, url: &str) // permanent: redirect_permanent(url)
    {
        self.redirect_with_status(url, 302);
    }

    /// As [`redirect`](Self::redirect), with a 301:
    /// `redirect(url, permanent=True)`.
    #[track_caller]
    fn redirect_permanent(&mut self, url: &str) {
        self.redirect_with_status(url, 301);
    }

    /// As [`redirect`](Self::redirect), with any status from 300 to 399:
    /// `redirect(url, status=303)`.
    #[track_caller]
    fn redirect_with_status(&mut self, url: &str, status: u16) {
        let url = url.to_owned();
        self.exchange_mut().end(Ending::Redirect { url, status });
    }

    /// Discards what was written and ends with an error page:
    /// `send_error(404)`. To leave a hook at the same time, return an
    /// [`HttpError`](crate::HttpError).
    #[track_caller]
    fn send_error(&mut self, status: u16) -> impl Future<Output = ()> + Send // a reason: send_error_with_reason
    {
        let reason = None;
        self.exchange_mut()
            .end(Ending::SendError { status, reason });
        ready(())
    }

    /// As [`send_error`](Self::send_error), with another reason:
    /// `send_error(499, reason="Custom")`.
    #[track_caller]
    fn send_error_with_reason(
        &mut self,
        status: u16,
        reason: &str,
    ) -> impl Future<Output = ()> + Send {
        let reason = Some(reason.to_owned());
        self.exchange_mut()
            .end(Ending::SendError { status, reason });
        ready(())
    }

    /// Sets the `Etag` to the result of
    /// [`compute_etag`](RequestHandler::compute_etag), if there is one. It is
    /// called at the end of the request unless the handler has called it.
    #[track_caller]
    fn set_etag_header(&mut self) {
        match late::compute_etag(self) {
            Ok(Some(tag)) => self.set_header(header::ETAG, tag),
            Ok(None) => {}
            Err(error) => self.exchange_mut().raise(error.by_caller()),
        }
    }

    /// Whether the client already has the page with this `Etag`, according to
    /// its `If-None-Match`. It is called at the end of the request; a handler
    /// that knows the tag in advance can call it to avoid making the page.
    ///
    /// ```
    /// use http::HeaderValue;
    /// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// struct Report(Exchange);
    ///
    /// impl RequestHandler for Report {
    ///     fn compute_etag(&self) -> Option<HeaderValue> {
    ///         Some(HeaderValue::from_static("\"edition 7\""))
    ///     }
    ///
    ///     async fn get(&mut self) -> Result {
    ///         self.set_etag_header();
    ///         if self.check_etag_header() {
    ///             self.set_status(304);
    ///             return Ok(());
    ///         }
    ///         self.write("what takes long to make");
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let client = TestClient::new(Application::new([url("/", Report)], Settings::new()).unwrap());
    /// let request = client.get("/").header("If-None-Match", "\"edition 7\"");
    /// assert_eq!(request.await.status(), 304);
    /// # });
    /// ```
    fn check_etag_header(&self) -> bool {
        let exchange = self.exchange();
        let tag = exchange.response().headers.get(header::ETAG);
        tag.is_some_and(|tag| etag::matches(exchange.request().headers(), tag))
    }
}

impl<H: RequestHandler> Output for H {}

fn header(
    name: impl IntoHeaderName,
    value: impl IntoHeaderValue,
) -> Result<(HeaderName, HeaderValue)> {
    Ok((name.into_header_name()?, value.into_header_value()?))
}
