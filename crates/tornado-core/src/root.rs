//! The hooks of `Exchange`: Tornado's defaults, where every chain of
//! inheritance ends.

use std::error::Error as StdError;
use std::future::ready;
#[cfg(feature = "templates")]
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use percent_encoding::{AsciiSet, utf8_percent_encode};
use tornado_cookies::SetCookie;
use tornado_escape::xhtml_escape;
#[cfg(feature = "templates")]
use tornado_template::{Args, Context, Value};
use tracing::{error, warn};

use crate::access_log;
use crate::arguments::ArgumentSource;
use crate::class_attributes::ClassAttributes;
use crate::error::{one_line, problem};
use crate::exchange::{Ending, body_allowed};
use crate::handler::{AsyncHook, OwnFields, Unimplemented};
use crate::locale::Locale;
use crate::log::{APPLICATION, GENERAL};
use crate::service::{Context as _, Input as _, IntoHeaderValue as _, Output as _, last_argument};
#[cfg(feature = "templates")]
use crate::template_loader::TemplateLoader;
#[cfg(feature = "templates")]
use crate::templates;
use crate::{
    Chunk, Error, Exchange, Handler, HttpError, RequestHandler, Result, StaticUrlOptions, User,
    debug_page, etag, static_files, xsrf,
};

/// No ASCII character, since a URL comes from the application; a control
/// character will be refused as a header value.
const NOT_ASCII: &AsciiSet = &AsciiSet::EMPTY;

/// A problem document (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// Tornado's error page.
const HTML: &str = "text/html";

/// The forms in which an error can be shown. A client that accepts anything
/// gets the first; browsers name the last.
const REPRESENTATIONS: [&str; 3] = [PROBLEM, "application/json", HTML];

impl Handler for Exchange {
    type Base = Exchange;

    fn class_attributes(_attributes: &mut ClassAttributes) {}

    const OWN_FIELDS: OwnFields = OwnFields::Remade;

    #[inline]
    fn base(&self) -> &Exchange {
        self
    }

    #[inline]
    fn base_mut(&mut self) -> &mut Exchange {
        self
    }

    #[inline]
    fn exchange(&self) -> &Exchange {
        self
    }

    #[inline]
    fn exchange_mut(&mut self) -> &mut Exchange {
        self
    }

    #[inline]
    fn into_base(self) -> Exchange {
        self
    }

    #[inline]
    fn around(base: Exchange) -> Option<Exchange> {
        Some(base)
    }

    #[inline]
    fn vacant(exchange: Exchange) -> Option<Exchange> {
        Some(exchange)
    }
}

impl RequestHandler for Exchange {
    const SUPPORTED_METHODS: &'static [&'static str] =
        &["GET", "HEAD", "POST", "DELETE", "PATCH", "PUT", "OPTIONS"];

    const STREAM_REQUEST_BODY: bool = false;

    fn set_default_headers(&mut self) {}

    fn prepare(&mut self) -> impl AsyncHook<Result> + Send {
        ready(Ok(()))
    }

    fn data_received(&mut self, _chunk: Bytes) -> impl AsyncHook<Result> + Send {
        ready(Err(Error::msg(
            "a handler with STREAM_REQUEST_BODY has to write data_received",
        )))
    }

    fn get(&mut self) -> impl AsyncHook<Result> + Send {
        Unimplemented
    }

    fn head(&mut self) -> impl AsyncHook<Result> + Send {
        Unimplemented
    }

    fn post(&mut self) -> impl AsyncHook<Result> + Send {
        Unimplemented
    }

    fn delete(&mut self) -> impl AsyncHook<Result> + Send {
        Unimplemented
    }

    fn patch(&mut self) -> impl AsyncHook<Result> + Send {
        Unimplemented
    }

    fn put(&mut self) -> impl AsyncHook<Result> + Send {
        Unimplemented
    }

    fn options(&mut self) -> impl AsyncHook<Result> + Send {
        Unimplemented
    }

    fn custom_method(&mut self, _method: Method) -> impl AsyncHook<Result> + Send {
        Unimplemented
    }

    fn log_request(&self) {
        access_log::log_request(self);
    }

    fn on_finish(&mut self) {}

    fn on_connection_close(&mut self) {}

    async fn write_error(&mut self, status: u16, error: Option<&Error>) -> Result {
        if !body_allowed(self.status()) {
            return Ok(());
        }
        let traceback = error.filter(|_| self.settings().get_serve_traceback());
        let reason = self.get_reason();
        if self.settings().get_problem_details() {
            self.add_header(header::VARY, "Accept");
            if self
                .accepts(REPRESENTATIONS)
                .is_some_and(|kind| kind != HTML)
            {
                let mut problem = problem(status, &reason, error);
                if let Some(error) = traceback {
                    problem.insert("traceback".to_owned(), error.report().to_string().into());
                }
                self.write_json(&problem);
                self.set_header(header::CONTENT_TYPE, PROBLEM);
                return Ok(());
            }
        }
        if let Some(error) = traceback {
            let for_browser =
                self.settings().get_debug() && self.accepts(["text/plain", HTML]) == Some(HTML);
            if for_browser {
                let page = debug_page::html(self, status, &reason, error);
                self.write(page);
                return Ok(());
            }
            self.set_header(header::CONTENT_TYPE, "text/plain");
            self.write(format!("{}\n", error.report()));
            return Ok(());
        }
        let reason = xhtml_escape(&reason);
        let http = error.and_then(|error| error.downcast_ref::<HttpError>());
        let detail = match http.and_then(HttpError::detail) {
            Some(detail) => format!("<p>{}</p>", xhtml_escape(detail)),
            None => String::new(),
        };
        self.write(format!(
            "<html><title>{status}: {reason}</title><body>{status}: {reason}{detail}</body></html>"
        ));
        Ok(())
    }

    fn log_exception(&self, error: &Error) {
        let summary = self.request().summary();
        if error.is_failure() {
            let (request, report) = (self.request().repr(), error.report());
            error!(target: APPLICATION, "Uncaught exception {summary}\n{request}\n{report}");
        } else if let Some(http) = error.http_error() {
            // If the application has mapped an error to a response, that error is the
            // cause.
            let cause = http.source().or_else(|| {
                let mapped = !error.is::<HttpError>();
                mapped.then_some(error.source() as &(dyn StdError + 'static))
            });
            let message = one_line(http.log_message(), cause);
            if !message.is_empty() {
                warn!(target: GENERAL, "{} {summary}: {message}", http.status());
            }
        }
    }

    fn get_current_user(&mut self) -> impl AsyncHook<Result<Option<User>>> + Send {
        ready(Ok(None))
    }

    fn get_user_locale(&mut self) -> impl AsyncHook<Result<Option<Locale>>> + Send {
        ready(Ok(None))
    }

    fn get_login_url(&self) -> Result<String> {
        let url = self.settings().get_login_url().map(str::to_owned);
        url.ok_or_else(|| {
            crate::service::missing_setting(
                "login_url",
                "authenticated(), which sends strangers there",
            )
        })
    }

    fn decode_argument(_exchange: &Exchange, value: &[u8], name: Option<&str>) -> Result<String> {
        match std::str::from_utf8(value) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => {
                let start = &value[..value.len().min(40)];
                let message = format!(
                    "Invalid unicode in {}: b'{}'",
                    name.unwrap_or("url"),
                    start.escape_ascii()
                );
                Err(HttpError::new(400).with_log_message(message).into())
            }
        }
    }

    fn include_host(_exchange: &Exchange) -> bool {
        false
    }

    fn do_get_argument(
        exchange: &Exchange,
        name: &str,
        source: ArgumentSource,
        strip: bool,
    ) -> Result<Option<String>> {
        last_argument(exchange, name, source, strip)
    }

    fn do_write(exchange: &mut Exchange, chunk: Chunk) {
        exchange.write_chunk(chunk);
    }

    fn do_set_cookie(exchange: &mut Exchange, cookie: SetCookie) -> &mut SetCookie {
        exchange.response_mut().queue_cookie(cookie)
    }

    fn do_xsrf_token(exchange: &mut Exchange) -> Result<String> {
        xsrf::token(exchange)
    }

    fn do_reverse_url(exchange: &Exchange, name: &str, args: &[&str]) -> Result<String> {
        Ok(exchange.application().reverse_url(name, args)?)
    }

    fn do_static_url(
        exchange: &Exchange,
        path: &str,
        options: &StaticUrlOptions,
    ) -> Result<String> {
        static_files::static_url(exchange, path, options)
    }

    fn do_redirect(&mut self, url: &str, status: u16) {
        if self.headers_sent() {
            return self.raise(Error::msg(
                "Cannot redirect after headers have been written",
            ));
        }
        if !(300..=399).contains(&status) {
            return self.raise(Error::msg(format!("{status} is no status of a redirect")));
        }
        let location: String = utf8_percent_encode(url, NOT_ASCII).collect();
        match location.into_header_value() {
            Ok(location) => self.set_header(header::LOCATION, location),
            Err(error) => return self.raise(error),
        }
        self.set_status(status);
        self.finish();
    }

    fn do_send_error(
        &mut self,
        status: u16,
        reason: Option<&str>,
        _error: Option<&Error>,
    ) -> impl AsyncHook<Result> + Send {
        let reason = reason.map(str::to_owned);
        self.end(Ending::ErrorPage { status, reason });
        ready(Ok(()))
    }

    fn do_finish(&mut self, chunk: Option<Chunk>) {
        if let Some(chunk) = chunk {
            self.write(chunk);
        }
        self.set_finished();
    }

    fn check_xsrf_cookie(&mut self) -> Result {
        xsrf::check(self)
    }

    fn check_trusted_origin(&self, origin: &str) -> bool {
        let trusted = self.settings().get_trusted_origins();
        trusted.iter().any(|known| known == origin)
    }

    fn compute_etag(&self) -> Option<HeaderValue> {
        Some(etag::strong(self.response().buffer.as_slice()))
    }

    #[cfg(feature = "templates")]
    fn get_template_path(exchange: &Exchange) -> Option<PathBuf> {
        let settings = exchange.application().settings();
        settings.get_template_path().map(Path::to_owned)
    }

    #[cfg(feature = "templates")]
    fn create_template_loader(exchange: &Exchange, path: Option<&Path>) -> Result<TemplateLoader> {
        templates::create_template_loader(exchange.application().settings(), path)
    }

    #[cfg(feature = "templates")]
    fn get_template_namespace(&mut self) -> impl AsyncHook<Result<Context>> + Send {
        ready(Ok(Context::new()))
    }

    #[cfg(feature = "templates")]
    fn template_attribute(
        &mut self,
        _name: &str,
        _args: Option<Args>,
    ) -> impl AsyncHook<Result<Option<Value>>> + Send {
        ready(Ok(None))
    }

    #[cfg(feature = "templates")]
    fn render_linked_js(exchange: &Exchange, files: &[String]) -> Result<String> {
        templates::render_linked_js(exchange, files)
    }

    #[cfg(feature = "templates")]
    fn render_embed_js(exchange: &Exchange, scripts: &[String]) -> Result<String> {
        Ok(templates::render_embed_js(exchange, scripts))
    }

    #[cfg(feature = "templates")]
    fn render_linked_css(exchange: &Exchange, files: &[String]) -> Result<String> {
        templates::render_linked_css(exchange, files)
    }

    #[cfg(feature = "templates")]
    fn render_embed_css(exchange: &Exchange, styles: &[String]) -> Result<String> {
        Ok(templates::render_embed_css(exchange, styles))
    }
}
