//! `RequestHandler`: the hooks that a handler overrides.

#[cfg(feature = "templates")]
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderValue, Method};
use tornado_cookies::SetCookie;
#[cfg(feature = "templates")]
use tornado_template::{Args, Context, Value};

use super::{AsyncHook, Inherited, NoHook, OwnFields};
use crate::arguments::ArgumentSource;
use crate::class_attributes::ClassAttributes;
use crate::locale::Locale;
#[cfg(feature = "templates")]
use crate::template_loader::TemplateLoader;
use crate::{Chunk, Error, Exchange, Result, StaticUrlOptions, User};

/// The hooks of a handler (`tornado.web.RequestHandler`).
///
/// A hook that a handler leaves out is inherited from what it wraps, to any
/// depth, as in Python; the [`Exchange`](crate::Exchange) at the root has
/// Tornado's defaults. Inside a hook, `self.base_mut().hook()` is Python's
/// `super().hook()`. The methods that a handler *calls*, such as
/// `self.write(..)`, are in the services: [`Input`](crate::Input),
/// [`Output`](crate::Output), [`Cookies`](crate::Cookies),
/// [`Context`](crate::Context).
///
/// Services call hooks on the outermost handler, even when the code of a base
/// calls the service: `self.current_user()` in the `prepare` of a base calls
/// `get_current_user` of the handler that inherits from it, as in Python. A
/// base that calls one of its own *hooks* directly gets its own version, so
/// call the service instead. If the outermost handler can't be asked, because
/// it has fields whose values would be lost, the response is a 500 that names
/// the hook and the classes.
///
/// A service that bases override in Python is split in two here: the method to
/// call, such as [`redirect`](crate::Output::redirect), and the hook behind it
/// and its relatives, [`do_redirect`](Self::do_redirect). Some hooks take the
/// exchange instead of `self`, because they are called by services that have no
/// handler to lend, or from a base that could not lend one. Anything that they
/// need from the handler can be kept in the application's state, or in a slot
/// of the exchange.
///
/// Write async hooks as `async fn`. For each request they run in Tornado's
/// order: [`set_default_headers`](Self::set_default_headers),
/// [`prepare`](Self::prepare), the method, and, when the response is ready,
/// [`on_finish`](Self::on_finish).
///
/// ```
/// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct BaseHandler(Exchange);
///
/// impl RequestHandler for BaseHandler {
///     fn set_default_headers(&mut self) {
///         self.set_header("X-Served-By", "us");
///     }
/// }
///
/// #[derive(Handler)]
/// struct MainHandler(BaseHandler);
///
/// impl RequestHandler for MainHandler {
///     async fn get(&mut self) -> Result {
///         self.write("Hello");
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let app = Application::new([url("/", MainHandler)], Settings::new()).unwrap();
/// let response = TestClient::new(app).get("/").await;
/// assert_eq!(response.header("X-Served-By"), Some("us"));
/// # });
/// ```
#[expect(
    non_upper_case_globals,
    reason = "a `NoHook` has the name of the method that it stands for"
)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a request handler",
    label = "has no `impl RequestHandler`",
    note = "a handler needs both: `#[derive(Handler)]` on the struct, whose first field (or the one named \
            `base`) is what it inherits from, and `impl RequestHandler for {Self} {{ .. }}` with its hooks",
    note = "hooks are written as `async fn get(&mut self) -> Result`"
)]
pub trait RequestHandler: Handler {
    /// The methods that reach this handler; any other is a 405 before
    /// [`prepare`](Self::prepare). Add names to serve them with
    /// [`custom_method`](Self::custom_method).
    const SUPPORTED_METHODS: &'static [&'static str] =
        <<Self as Handler>::Base as RequestHandler>::SUPPORTED_METHODS;

    /// Whether the body is passed to [`data_received`](Self::data_received)
    /// piece by piece, instead of being read whole before the handler is made
    /// (`@tornado.web.stream_request_body`).
    ///
    /// [`prepare`](Self::prepare) then runs before the body has arrived, so it
    /// can refuse it or change its limits, and there are no form arguments. If
    /// a handler answers before it has read the body, the connection is closed.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use tornado_web::{Application, Context, Exchange, Handler, Input, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// struct Upload { base: Exchange, received: u64 }
    ///
    /// impl RequestHandler for Upload {
    ///     const STREAM_REQUEST_BODY: bool = true; // @stream_request_body
    ///
    ///     async fn prepare(&mut self) -> Result {
    ///         self.set_max_body_size(10 << 30); // 10 GiB, for this request
    ///         Ok(())
    ///     }
    ///
    ///     async fn data_received(&mut self, chunk: Bytes) -> Result {
    ///         self.received += chunk.len() as u64; // or: self.file.write_all(&chunk).await?
    ///         Ok(())
    ///     }
    ///
    ///     async fn put(&mut self) -> Result {
    ///         let text = format!("{} bytes", self.received);
    ///         self.write(text);
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let rule = url("/", |base| Upload { base, received: 0 });
    /// let client = TestClient::new(Application::new([rule], Settings::new()).unwrap());
    /// let response = client.put("/").pieces(["abc", "de"]).await;
    /// assert_eq!(response.text(), "5 bytes");
    /// # });
    /// ```
    const STREAM_REQUEST_BODY: bool =
        <<Self as Handler>::Base as RequestHandler>::STREAM_REQUEST_BODY;

    /// Sets headers that every response of this handler has, including error
    /// pages. It runs first, and again when an error page starts over.
    fn set_default_headers(&mut self) {
        self.base_mut().set_default_headers();
    }

    /// Runs before the method, whichever that is. If it finishes the response,
    /// for example with [`redirect`](crate::Output::redirect), the method is
    /// not called.
    ///
    /// # Errors
    ///
    /// Ends the request with the status of the error.
    fn prepare(&mut self) -> impl AsyncHook<Result> + Send {
        self.base_mut().prepare()
    }

    /// Takes the next piece of the body, if
    /// [`STREAM_REQUEST_BODY`](Self::STREAM_REQUEST_BODY) is on. No more is
    /// read from the client until it returns, so it sets the client's pace. A
    /// piece is never empty and never longer than the setting `chunk_size`.
    ///
    /// # Errors
    ///
    /// Ends the request with the status of the error.
    fn data_received(&mut self, chunk: Bytes) -> impl AsyncHook<Result> + Send {
        self.base_mut().data_received(chunk)
    }

    /// Answers `GET`, and also `HEAD` unless [`head`](Self::head) is written.
    ///
    /// # Errors
    ///
    /// Ends the request with the status of the error, as in all the methods
    /// below.
    fn get(&mut self) -> impl AsyncHook<Result> + Send {
        self.inherited_get()
    }

    /// Answers `HEAD`. The body that it writes is counted but not sent.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    fn head(&mut self) -> impl AsyncHook<Result> + Send {
        self.inherited_head()
    }

    /// Answers `POST`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    fn post(&mut self) -> impl AsyncHook<Result> + Send {
        self.base_mut().post()
    }

    /// Answers `DELETE`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    fn delete(&mut self) -> impl AsyncHook<Result> + Send {
        self.base_mut().delete()
    }

    /// Answers `PATCH`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    fn patch(&mut self) -> impl AsyncHook<Result> + Send {
        self.base_mut().patch()
    }

    /// Answers `PUT`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    fn put(&mut self) -> impl AsyncHook<Result> + Send {
        self.base_mut().put()
    }

    /// Answers `OPTIONS`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    fn options(&mut self) -> impl AsyncHook<Result> + Send {
        self.base_mut().options()
    }

    /// Answers the methods that [`SUPPORTED_METHODS`](Self::SUPPORTED_METHODS)
    /// names beyond the seven, such as `PROPFIND`. Tornado looks up a method
    /// with that name instead.
    ///
    /// ```
    /// use http::Method;
    /// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// struct Folder(Exchange);
    ///
    /// impl RequestHandler for Folder {
    ///     const SUPPORTED_METHODS: &'static [&'static str] = &["GET", "PROPFIND"];
    ///
    ///     async fn custom_method(&mut self, method: Method) -> Result {
    ///         self.set_status(207);
    ///         self.write(format!("{method} it is"));
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let client = TestClient::new(Application::new([url("/", Folder)], Settings::new()).unwrap());
    /// assert_eq!(client.request("PROPFIND", "/").await.text(), "PROPFIND it is");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    fn custom_method(&mut self, method: Method) -> impl AsyncHook<Result> + Send {
        self.base_mut().custom_method(method)
    }

    /// Writes the access log line once the response has been made. By default
    /// it calls [`log_function`](crate::ApplicationBuilder::log_function), or
    /// writes Tornado's line. Override it for requests that are not worth
    /// logging.
    fn log_request(&self) {
        self.base().log_request();
    }

    /// Runs once when the response has been made, even after an error. It can't
    /// change the response any more.
    fn on_finish(&mut self) {
        self.base_mut().on_finish();
    }

    /// Runs when the client leaves before the response is finished. Whatever
    /// the handler was waiting for is dropped.
    fn on_connection_close(&mut self) {
        self.base_mut().on_connection_close();
    }

    /// Makes the page of an error. By default it is Tornado's, or the error's
    /// own text if the setting `serve_traceback` is on, or a problem document
    /// if [`problem_details`](crate::Settings::problem_details) is. Status,
    /// reason and default headers are already set. `error` is what ended the
    /// request, if that was an error and not a
    /// [`send_error`](crate::Output::send_error).
    ///
    /// # Errors
    ///
    /// If it fails itself, the response has the status and no body, and the
    /// error is logged.
    fn write_error(&mut self, status: u16, error: Option<&Error>) -> impl AsyncHook<Result> + Send {
        self.base_mut().write_error(status, error)
    }

    /// Writes an error to the log. By default an
    /// [`HttpError`](crate::HttpError) with a log message or a cause is a
    /// warning; any other error is logged in full, and so is a status of 500 or
    /// more with a cause.
    fn log_exception(&self, error: &Error) {
        self.base().log_exception(error);
    }

    /// Finds the user who makes the request. It is called once per request,
    /// when [`current_user`](crate::Context::current_user) or
    /// [`authenticated`](crate::Context::authenticated) is called. Unlike
    /// Tornado's, it may query a database.
    ///
    /// # Errors
    ///
    /// Ends the request with the status of the error.
    fn get_current_user(&mut self) -> impl AsyncHook<Result<Option<User>>> + Send {
        Inherited::<Self, _>::new(self.base_mut().get_current_user())
    }

    /// Finds the language that the user wants, usually from the user's profile.
    /// It is called once per request, when
    /// [`locale`](crate::Localization::locale) is called. Unlike Tornado's, it
    /// may query a database. `None`, the default, means the language of the
    /// browser.
    ///
    /// # Errors
    ///
    /// Ends the request with the status of the error.
    fn get_user_locale(&mut self) -> impl AsyncHook<Result<Option<Locale>>> + Send {
        Inherited::<Self, _>::new(self.base_mut().get_user_locale())
    }

    /// Where to send users who must log in: by default the setting `login_url`.
    ///
    /// # Errors
    ///
    /// When that setting is missing.
    fn get_login_url(&self) -> Result<String> {
        self.base().get_login_url()
    }

    /// Decodes the bytes of an argument: by default as UTF-8. `name` is the
    /// argument's, or `None` for an unnamed group of the path.
    ///
    /// # Errors
    ///
    /// A 400 when the bytes are not UTF-8.
    ///
    /// It takes the exchange instead of `self`, so that it can be called from
    /// the code of every class, including `get_argument(&self)`.
    fn decode_argument(exchange: &Exchange, value: &[u8], name: Option<&str>) -> Result<String> {
        <Self::Base as RequestHandler>::decode_argument(exchange, value, name)
    }

    /// Whether [`static_url`](crate::Context::static_url) includes scheme and
    /// host unless told otherwise: Tornado's attribute `include_host`. By
    /// default it does not.
    fn include_host(exchange: &Exchange) -> bool {
        <Self::Base as RequestHandler>::include_host(exchange)
    }

    /// Finds an argument, for [`get_argument`](crate::Input::get_argument) and
    /// all its relatives that return one value: the last one with that name,
    /// decoded by [`decode_argument`](Self::decode_argument), and without white
    /// space at its ends if `strip` is set. `None` if there is none.
    ///
    /// ```
    /// use tornado_web::arguments::ArgumentSource;
    /// use tornado_web::{Application, Exchange, Handler, Input, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// struct BaseHandler(Exchange);
    ///
    /// impl RequestHandler for BaseHandler {
    ///     // def get_argument(self, name, ..): return super().get_argument(name, ..).lower()
    ///     fn do_get_argument(
    ///         exchange: &Exchange,
    ///         name: &str,
    ///         source: ArgumentSource,
    ///         strip: bool,
    ///     ) -> Result<Option<String>> {
    ///         let found = Exchange::do_get_argument(exchange, name, source, strip)?;
    ///         Ok(found.map(|text| text.to_lowercase()))
    ///     }
    /// }
    ///
    /// #[derive(Handler)]
    /// struct Search(BaseHandler);
    ///
    /// impl RequestHandler for Search {
    ///     async fn get(&mut self) -> Result {
    ///         self.write(self.get_argument_or("q", "nothing")?);
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let client = TestClient::new(Application::new([url("/", Search)], Settings::new()).unwrap());
    /// assert_eq!(client.get("/?q=Rust").await.text(), "rust");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As [`decode_argument`](Self::decode_argument).
    fn do_get_argument(
        exchange: &Exchange,
        name: &str,
        source: ArgumentSource,
        strip: bool,
    ) -> Result<Option<String>> {
        <Self::Base as RequestHandler>::do_get_argument(exchange, name, source, strip)
    }

    /// Adds to the output, for [`write`](crate::Output::write) and its
    /// relatives. It reports a mistake with
    /// [`Exchange::raise`](crate::Exchange::raise).
    fn do_write(exchange: &mut Exchange, chunk: Chunk) {
        <Self::Base as RequestHandler>::do_write(exchange, chunk);
    }

    /// Queues a cookie, for [`set_cookie`](crate::Cookies::set_cookie) and its
    /// relatives, including signed cookies and deletions. The caller may change
    /// its attributes afterwards.
    fn do_set_cookie(exchange: &mut Exchange, cookie: SetCookie) -> &mut SetCookie {
        <Self::Base as RequestHandler>::do_set_cookie(exchange, cookie)
    }

    /// Makes the XSRF token of a form, for
    /// [`xsrf_token`](crate::Xsrf::xsrf_token) and its relatives.
    ///
    /// # Errors
    ///
    /// When the system has no random numbers.
    fn do_xsrf_token(exchange: &mut Exchange) -> Result<String> {
        <Self::Base as RequestHandler>::do_xsrf_token(exchange)
    }

    /// Makes the URL of a route, for
    /// [`reverse_url`](crate::Context::reverse_url).
    ///
    /// # Errors
    ///
    /// When no route has that name, or the route takes another number of
    /// arguments.
    fn do_reverse_url(exchange: &Exchange, name: &str, args: &[&str]) -> Result<String> {
        <Self::Base as RequestHandler>::do_reverse_url(exchange, name, args)
    }

    /// Makes the URL of a static file, for
    /// [`static_url`](crate::Context::static_url) and its relatives. Override
    /// it to serve them from another host, for example.
    ///
    /// # Errors
    ///
    /// As [`static_url`](crate::Context::static_url).
    fn do_static_url(
        exchange: &Exchange,
        path: &str,
        options: &StaticUrlOptions,
    ) -> Result<String> {
        <Self::Base as RequestHandler>::do_static_url(exchange, path, options)
    }

    /// Sends the client to another URL, for
    /// [`redirect`](crate::Output::redirect) and its relatives, and for
    /// [`authenticated`](crate::Context::authenticated). Like the two hooks
    /// below, it runs when the hook that called one of these returns.
    fn do_redirect(&mut self, url: &str, status: u16) {
        self.base_mut().do_redirect(url, status);
    }

    /// Answers with an error page, for
    /// [`send_error`](crate::Output::send_error) and for every error that ends
    /// the request, which is then `error`. The page itself comes from
    /// [`write_error`](Self::write_error).
    ///
    /// # Errors
    ///
    /// If it fails itself, that error gets a page.
    fn do_send_error(
        &mut self,
        status: u16,
        reason: Option<&str>,
        error: Option<&Error>,
    ) -> impl AsyncHook<Result> + Send {
        self.base_mut().do_send_error(status, reason, error)
    }

    /// Ends the response, for [`finish`](crate::Output::finish), its relatives,
    /// and every other end: a method that has not called it, a redirect, an
    /// error page. It may still write. It must call its base's:
    /// `self.base_mut().do_finish(chunk)`.
    ///
    /// ```
    /// use tornado_web::{Application, Chunk, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// struct BaseHandler(Exchange);
    ///
    /// impl RequestHandler for BaseHandler {
    ///     // def finish(self, chunk=None):
    ///     fn do_finish(&mut self, chunk: Option<Chunk>) {
    ///         self.write("\n-- the end");
    ///         self.base_mut().do_finish(chunk); // super().finish(chunk)
    ///     }
    /// }
    ///
    /// #[derive(Handler)]
    /// struct Page(BaseHandler);
    ///
    /// impl RequestHandler for Page {
    ///     async fn get(&mut self) -> Result {
    ///         self.write("text");
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let client = TestClient::new(Application::new([url("/", Page)], Settings::new()).unwrap());
    /// assert_eq!(client.get("/").await.text(), "text\n-- the end");
    /// # });
    /// ```
    fn do_finish(&mut self, chunk: Option<Chunk>) {
        self.base_mut().do_finish(chunk);
    }

    /// Requires the XSRF token, before `prepare`, if the setting
    /// [`xsrf_cookies`](crate::Settings::xsrf_cookies) is on and the method is
    /// not `GET`, `HEAD` or `OPTIONS`; see [`Xsrf`](crate::Xsrf). To let a
    /// handler's requests pass, such as those of a webhook that authenticates
    /// differently, override it with `Ok(())`.
    ///
    /// # Errors
    ///
    /// A 403 when the token is missing or does not match the cookie.
    fn check_xsrf_cookie(&mut self) -> Result {
        self.base_mut().check_xsrf_cookie()
    }

    /// Whether requests from this origin may change something, if the setting
    /// [`cross_origin_protection`](crate::Settings::cross_origin_protection) is on: by default, the
    /// origins in the setting `trusted_origins`. It is called before `prepare`, and only for other
    /// origins.
    fn check_trusted_origin(&self, origin: &str) -> bool {
        self.base().check_trusted_origin(origin)
    }

    /// The `Etag` of what has been written: by default its SHA-1, in quotes.
    /// `None` sends none. It is called for a 200 to `GET` or `HEAD` that was
    /// never flushed.
    fn compute_etag(&self) -> Option<HeaderValue> {
        self.base().compute_etag()
    }

    /// The directory of this handler's templates: by default the setting
    /// [`template_path`](crate::Settings::template_path).
    #[cfg(feature = "templates")]
    fn get_template_path(exchange: &Exchange) -> Option<PathBuf> {
        <Self::Base as RequestHandler>::get_template_path(exchange)
    }

    /// Makes the loader of the templates below a path, for [`render`](crate::Render::render): by
    /// default the setting [`template_loader`](crate::Settings::template_loader), or a
    /// [`Loader`](tornado_template::Loader) for the path with the template settings. It is made
    /// once per path and shared by the whole application.
    ///
    /// ```
    /// use std::path::Path;
    /// use tornado_web::template::Loader;
    /// use tornado_web::{Exchange, Handler, RequestHandler, Result, TemplateLoader};
    ///
    /// #[derive(Handler)]
    /// struct BaseHandler(Exchange);
    ///
    /// impl RequestHandler for BaseHandler {
    ///     fn create_template_loader(_: &Exchange, path: Option<&Path>) -> Result<TemplateLoader> {
    ///         let loader = Loader::new(path.unwrap_or(Path::new("templates")));
    ///         Ok(loader.name("site", "Our site").into())
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// When neither setting is present.
    #[cfg(feature = "templates")]
    fn create_template_loader(exchange: &Exchange, path: Option<&Path>) -> Result<TemplateLoader> {
        <Self::Base as RequestHandler>::create_template_loader(exchange, path)
    }

    /// What every page of this handler is given, in addition to the arguments of
    /// [`render`](crate::Render::render), which take precedence. By default nothing: Tornado's
    /// names are resolved when a page uses them.
    ///
    /// ```
    /// use tornado_web::template::{self, DictLoader, context};
    /// use tornado_web::{Application, Exchange, Handler, Render, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// struct BaseHandler(Exchange);
    ///
    /// impl RequestHandler for BaseHandler {
    ///     async fn get_template_namespace(&mut self) -> Result<template::Context> {
    ///         let mut namespace = self.base_mut().get_template_namespace().await?; // super()
    ///         namespace.extend(context! { site = "Our site" });
    ///         Ok(namespace)
    ///     }
    /// }
    ///
    /// #[derive(Handler)]
    /// struct Home(BaseHandler);
    ///
    /// impl RequestHandler for Home {
    ///     async fn get(&mut self) -> Result {
    ///         self.render("home.html", context! { title = "Home" }).await
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let loader = DictLoader::new([("home.html", "{{ title }} of {{ site }}")]);
    /// let settings = Settings::new().template_loader(loader);
    /// let client = TestClient::new(Application::new([url("/", Home)], settings).unwrap());
    /// assert_eq!(client.get("/").await.text(), "Home of Our site");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// Ends the page with the status of the error.
    #[cfg(feature = "templates")]
    fn get_template_namespace(&mut self) -> impl AsyncHook<Result<Context>> + Send {
        Inherited::<Self, _>::new(self.base_mut().get_template_namespace())
    }

    /// The value of `handler.name` in a page, and with `args` of `handler.name(..)`, beyond what a
    /// Tornado handler has there: `request`, `settings`, `current_user`, `get_argument`,
    /// `static_url` and so on. `None` means that the name does not exist, which is an
    /// `AttributeError` in the page.
    ///
    /// ```
    /// use tornado_web::template::{Args, DictLoader, Value, context};
    /// use tornado_web::{Application, Exchange, Handler, Render, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// struct Page { base: Exchange, #[default] title: String }
    ///
    /// impl RequestHandler for Page {
    ///     async fn template_attribute(&mut self, name: &str, args: Option<Args>) -> Result<Option<Value>> {
    ///         Ok(match (name, args) {
    ///             ("title", None) => Some(self.title.as_str().into()), // handler.title
    ///             ("twice", Some(args)) => Some((2 * args.get::<i64>(0, "n")?).into()), // handler.twice(n)
    ///             (name, args) => self.base_mut().template_attribute(name, args).await?,
    ///         })
    ///     }
    ///
    ///     async fn get(&mut self) -> Result {
    ///         self.title = "News".to_owned();
    ///         self.render("page.html", context! {}).await
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let loader = DictLoader::new([("page.html", "{{ handler.title }} {{ handler.twice(21) }}")]);
    /// let settings = Settings::new().template_loader(loader);
    /// let client = TestClient::new(Application::new([tornado_web::route::<Page>("/")], settings).unwrap());
    /// assert_eq!(client.get("/").await.text(), "News 42");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// Ends the page with the status of the error, unless the page catches it.
    #[cfg(feature = "templates")]
    fn template_attribute(
        &mut self,
        name: &str,
        args: Option<Args>,
    ) -> impl AsyncHook<Result<Option<Value>>> + Send {
        Inherited::<Self, _>::new(self.base_mut().template_attribute(name, args))
    }

    /// The HTML for the JavaScript files that the UI modules of a page request: URLs, or paths of
    /// static files, in order and possibly repeated.
    ///
    /// # Errors
    ///
    /// As [`static_url`](crate::Context::static_url).
    #[cfg(feature = "templates")]
    fn render_linked_js(exchange: &Exchange, files: &[String]) -> Result<String> {
        <Self::Base as RequestHandler>::render_linked_js(exchange, files)
    }

    /// The HTML for the inline JavaScript that the UI modules of a page
    /// request.
    ///
    /// # Errors
    ///
    /// By default never.
    #[cfg(feature = "templates")]
    fn render_embed_js(exchange: &Exchange, scripts: &[String]) -> Result<String> {
        <Self::Base as RequestHandler>::render_embed_js(exchange, scripts)
    }

    /// The HTML for the CSS files that the UI modules of a page request, as for
    /// [`render_linked_js`](Self::render_linked_js).
    ///
    /// # Errors
    ///
    /// As [`static_url`](crate::Context::static_url).
    #[cfg(feature = "templates")]
    fn render_linked_css(exchange: &Exchange, files: &[String]) -> Result<String> {
        <Self::Base as RequestHandler>::render_linked_css(exchange, files)
    }

    /// The HTML for the inline CSS that the UI modules of a page request.
    ///
    /// # Errors
    ///
    /// By default never.
    #[cfg(feature = "templates")]
    fn render_embed_css(exchange: &Exchange, styles: &[String]) -> Result<String> {
        <Self::Base as RequestHandler>::render_embed_css(exchange, styles)
    }

    // What handlers in Python write, and is not a hook here. To who writes a method by one of
    // these names, the compiler shows its line. Calls of a method never mean a constant.
    #[doc(hidden)]
    const initialize: NoHook = NoHook; // give the struct fields, and fill them in `url(pattern, |base| MyHandler { base, .. })`
    #[doc(hidden)]
    const del: NoHook = NoHook; // write `async fn delete(&mut self) -> Result`
    #[doc(hidden)]
    const write: NoHook = NoHook; // write the hook `do_write`, or give your method another name
    #[doc(hidden)]
    const finish: NoHook = NoHook; // write the hook `do_finish`
    #[doc(hidden)]
    const redirect: NoHook = NoHook; // write the hook `do_redirect`
    #[doc(hidden)]
    const render: NoHook = NoHook; // write the hook `get_template_namespace`, or give your method another name
    #[doc(hidden)]
    const send_error: NoHook = NoHook; // write the hook `write_error` for the page, or `do_send_error`
    #[doc(hidden)]
    const set_cookie: NoHook = NoHook; // write the hook `do_set_cookie`
    #[doc(hidden)]
    const get_argument: NoHook = NoHook; // write the hook `do_get_argument`, or `decode_argument`
    #[doc(hidden)]
    const static_url: NoHook = NoHook; // write the hook `do_static_url`
    #[doc(hidden)]
    const reverse_url: NoHook = NoHook; // write the hook `do_reverse_url`
    #[doc(hidden)]
    const xsrf_token: NoHook = NoHook; // write the hook `do_xsrf_token`
    #[doc(hidden)]
    const current_user: NoHook = NoHook; // write the hook `get_current_user`
    #[doc(hidden)]
    const locale: NoHook = NoHook; // write the hook `get_user_locale`
    #[doc(hidden)]
    const open: NoHook = NoHook; // write it in `impl WebSocket`, with `#[handler(websocket)]` on the struct
    #[doc(hidden)]
    const on_message: NoHook = NoHook; // write it in `impl WebSocket`, with `#[handler(websocket)]` on the struct
    #[doc(hidden)]
    const on_close: NoHook = NoHook; // write it in `impl WebSocket`, with `#[handler(websocket)]` on the struct
}

/// What makes a struct a handler: it wraps another one, down to the
/// [`Exchange`].
///
/// Write `#[derive(Handler)]`; there is nothing to implement yourself. The
/// first field of a tuple struct, the field named `base`, or the one marked
/// `#[base]`, is what the handler inherits from, as a Python class inherits
/// from its base class. Marks on the other fields say how they are filled:
/// `#[state]`, `#[default]` and `#[given]`. They are all described in the
/// derive's documentation.
///
/// ```
/// use tornado_web::{Exchange, Handler, RequestHandler};
///
/// #[derive(Handler)]
/// struct BaseHandler(Exchange); // class BaseHandler(tornado.web.RequestHandler):
/// impl RequestHandler for BaseHandler {}
///
/// #[derive(Handler)]
/// struct MainHandler { base: BaseHandler, greeting: &'static str } // class MainHandler(BaseHandler):
/// impl RequestHandler for MainHandler {}
///
/// fn base_of<H: Handler<Base = BaseHandler>>() {}
/// base_of::<MainHandler>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler",
    label = "not a handler",
    note = "put `#[derive(Handler)]` on it, and let its first field (or the one named `base`) be what it \
            inherits from: `Exchange`, or another handler"
)]
pub trait Handler: Sized + Send + Sync + 'static {
    /// What it inherits from.
    type Base: RequestHandler;

    /// What happens to its own fields when it is rebuilt around its base.
    #[doc(hidden)]
    const OWN_FIELDS: OwnFields;

    /// Sets the class attributes of its base and its own: `#[class(..)]` of the
    /// derive.
    #[doc(hidden)]
    fn class_attributes(attributes: &mut ClassAttributes) {
        Self::Base::class_attributes(attributes);
    }

    /// What it inherits from, for `super().method()`.
    fn base(&self) -> &Self::Base;

    /// What it inherits from, for `super().method()`.
    ///
    /// ```
    /// use tornado_web::{Exchange, Handler, RequestHandler, Result};
    ///
    /// #[derive(Handler)]
    /// struct Page(Exchange);
    ///
    /// impl RequestHandler for Page {
    ///     async fn prepare(&mut self) -> Result {
    ///         self.base_mut().prepare().await // await super().prepare()
    ///     }
    /// }
    /// ```
    fn base_mut(&mut self) -> &mut Self::Base;

    /// The exchange at the root.
    fn exchange(&self) -> &Exchange;

    /// The exchange at the root.
    fn exchange_mut(&mut self) -> &mut Exchange;

    /// Takes out the base.
    #[doc(hidden)]
    fn into_base(self) -> Self::Base;

    /// Makes one around a live base, if [`OWN_FIELDS`](Self::OWN_FIELDS) is
    /// [`OwnFields::Remade`]; otherwise, or if the application lacks a state,
    /// `None`.
    #[doc(hidden)]
    fn around(base: Self::Base) -> Option<Self>;

    /// Makes one as [`FromExchange`](crate::FromExchange) does; `None` if a
    /// field is for a factory to fill, or if a state is missing.
    #[doc(hidden)]
    fn vacant(exchange: Exchange) -> Option<Self>;

    /// The `get` of a handler that has not written one. It calls the base's;
    /// `#[handler(static_files)]` makes it one that calls the handler's own
    /// hooks.
    #[doc(hidden)]
    #[inline]
    fn inherited_get(&mut self) -> impl AsyncHook<Result> + Send {
        self.base_mut().get()
    }

    /// As `inherited_get`, for `head`.
    #[doc(hidden)]
    #[inline]
    fn inherited_head(&mut self) -> impl AsyncHook<Result> + Send {
        self.base_mut().head()
    }
}
