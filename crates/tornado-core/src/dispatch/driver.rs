//! `drive`: the hooks of one handler, in Tornado's order.

use std::any::type_name;
use std::panic::{AssertUnwindSafe, catch_unwind};

use http::{Method, Response, StatusCode, header};
use tornado_escape::url_escape;
use tornado_routing::PathParams;
use tracing::{error, warn};

use super::class::knows_users;
use super::outcome::{Outcome, bare, catch_panic, panic_error};
use crate::body_arguments::parse_body;
use crate::exchange::Ending;
use crate::handler::{MethodChoice, MethodSet};
use crate::log::{APPLICATION, GENERAL};
use crate::request::{HttpServerRequest, IncomingBody, ReadError, Refusal};
use crate::url_split::scheme_and_netloc;
use crate::{Body, Error, Exchange, Finish, HttpError, RequestHandler, Result, xsrf};

/// Runs a handler from its first hook to its last.
pub(super) async fn drive<H: RequestHandler>(
    handler: H,
    methods: MethodSet,
    groups: PathParams,
) -> Outcome {
    let mut guard = CloseGuard {
        handler: Some(handler),
        finished: false,
    };
    let handler = guard.handler();
    if H::STREAM_REQUEST_BODY && handler.exchange_mut().incoming_mut().is_none() {
        // There is no body, but its limits may still be changed.
        let exchange = handler.exchange_mut();
        let application = exchange.application().clone();
        let headers = &mut exchange.request_mut().parts.headers;
        let body = IncomingBody::new(Body::empty(), headers, application.settings());
        exchange.set_incoming(body);
    }
    handler.set_default_headers();
    let result = catch_panic(execute(handler, methods, groups)).await;
    if let Some(refusal) = handler.exchange_mut().take_refusal() {
        return Outcome::Refused(refusal);
    }
    let outcome = conclude(handler, result).await;
    guard.finished = true;
    let handler = guard.handler();
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| handler.log_request())) {
        let error = panic_error(&*panic);
        error!(target: APPLICATION, "Uncaught panic in log_request: {}", error.report());
    }
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| handler.on_finish())) {
        let error = panic_error(&*panic);
        error!(target: APPLICATION, "Uncaught panic in on_finish: {}", error.report());
    }
    if let Outcome::Response(response) = &outcome
        && response.status() == StatusCode::SWITCHING_PROTOCOLS
    {
        hand_over(guard);
    }
    outcome
}

/// Passes the handler to what it wants to run on its connection.
#[cold]
fn hand_over<H: RequestHandler>(mut guard: CloseGuard<H>) {
    let given = guard.handler().exchange_mut().take_detached::<H>();
    if let (Some((detached, detaching)), Some(handler)) = (given, guard.handler.take()) {
        detached.hand_over(handler, detaching);
    } else {
        let class = std::any::type_name::<H>();
        error!(target: APPLICATION, "`detach` was not called for {class}, to which the route leads");
    }
}

/// Calls `on_connection_close` if it is dropped before its handler has
/// finished, which means that the client has left.
struct CloseGuard<H: RequestHandler> {
    /// `None` once it has been handed on.
    handler: Option<H>,
    finished: bool,
}

impl<H: RequestHandler> CloseGuard<H> {
    #[inline]
    fn handler(&mut self) -> &mut H {
        let handler = self.handler.as_mut();
        handler.expect("it is given away at the end alone")
    }
}

impl<H: RequestHandler> Drop for CloseGuard<H> {
    fn drop(&mut self) {
        if !self.finished && !std::thread::panicking() {
            self.handler().on_connection_close();
        }
    }
}

/// Tornado's `_execute`.
async fn execute<H: RequestHandler>(
    handler: &mut H,
    methods: MethodSet,
    groups: PathParams,
) -> Result {
    let exchange = handler.exchange();
    let method = exchange.request().method().clone();
    let head_from_get = exchange.application().settings().get_head_from_get();
    let choice = methods.choice(&method, head_from_get);
    let not_allowed =
        || HttpError::new(405).with_header(header::ALLOW, methods.allow(head_from_get));
    if choice == MethodChoice::Unsupported {
        return Err(not_allowed().into());
    }
    // A body that was too large has been refused by now, and gets its error
    // page.
    handler.exchange_mut().take_raised()?;
    if may_have_form::<H>(handler.exchange().request()) {
        parse_form(handler.exchange_mut())?;
    }
    decode_path(handler, groups)?;
    handler.exchange_mut().take_raised()?;
    xsrf::protect(handler, &method)?;
    handler.prepare().await?;
    handler.exchange_mut().take_raised()?;
    if handler.exchange().is_finished() {
        return Ok(());
    }
    if H::STREAM_REQUEST_BODY {
        receive_body(handler).await?;
        if handler.exchange().is_finished() {
            return Ok(());
        }
    }
    match (choice, method.as_str()) {
        (MethodChoice::Unsupported | MethodChoice::Unimplemented, _) => {
            return Err(not_allowed().into());
        }
        (MethodChoice::CallCustom, _) => handler.custom_method(method).await?,
        (MethodChoice::CallGet, _) | (MethodChoice::Call, "GET") => handler.get().await?,
        (MethodChoice::Call, "HEAD") => handler.head().await?,
        (MethodChoice::Call, "POST") => handler.post().await?,
        (MethodChoice::Call, "DELETE") => handler.delete().await?,
        (MethodChoice::Call, "PATCH") => handler.patch().await?,
        (MethodChoice::Call, "PUT") => handler.put().await?,
        (MethodChoice::Call, _) => handler.options().await?,
    }
    handler.exchange_mut().take_raised()?;
    if !handler.exchange().is_finished() {
        handler.do_finish(None);
    }
    handler.exchange_mut().take_raised()
}

/// Hands a body over piece by piece, at the handler's pace.
async fn receive_body<H: RequestHandler>(handler: &mut H) -> Result {
    loop {
        let exchange = handler.exchange_mut();
        let Some(body) = exchange.incoming_mut() else {
            return Ok(());
        };
        match body.chunk().await {
            Ok(Some(chunk)) => handler.data_received(chunk).await?,
            Ok(None) => return Ok(()),
            Err(error @ (ReadError::TooLarge(_) | ReadError::Bomb(_))) => {
                return Err(error.into_http().into());
            }
            Err(error) => {
                let refusal = Refusal::of(&error, exchange.request().connection());
                exchange.refuse(refusal);
                return Err(Error::msg("the body has broken off"));
            }
        }
        handler.exchange_mut().take_raised()?;
        if handler.exchange().is_finished() {
            return Ok(());
        }
    }
}

/// Whether there may be a form. A missing body is invalid if the head says
/// multipart, which is not an error for these methods.
fn may_have_form<H: RequestHandler>(request: &HttpServerRequest) -> bool {
    let none = request.body().is_empty()
        && matches!(
            *request.method(),
            Method::GET | Method::HEAD | Method::OPTIONS
        );
    !(none || H::STREAM_REQUEST_BODY)
}

/// Reads a form from the body, if its content type says that it is one.
fn parse_form(exchange: &mut Exchange) -> Result {
    let config = exchange.application().settings().get_parse_body_config();
    let request = exchange.request_mut();
    match parse_body(&request.parts.headers, &request.body, &config) {
        Ok((arguments, files)) => {
            if !(arguments.is_empty() && files.is_empty()) {
                request.set_form(arguments, files);
            }
            Ok(())
        }
        Err(error) => {
            let message = format!("Invalid body: {error}");
            Err(HttpError::new(400)
                .with_log_message(message)
                .with_source(error)
                .into())
        }
    }
}

/// Makes `path_args` and `path_kwargs` from the groups that the route has
/// matched.
fn decode_path<H: RequestHandler>(handler: &mut H, groups: PathParams) -> Result {
    if groups.is_empty() {
        return Ok(());
    }
    let (args, kwargs) = groups.into_parts();
    for value in args {
        let value = value
            .map(|bytes| H::decode_argument(handler.exchange(), &bytes, None))
            .transpose()?;
        handler.exchange_mut().path_mut().args.push(value);
    }
    for (name, value) in kwargs {
        let value = value
            .map(|bytes| H::decode_argument(handler.exchange(), &bytes, Some(&name)))
            .transpose()?;
        handler.exchange_mut().path_mut().kwargs.push((name, value));
    }
    Ok(())
}

/// Makes the response from the way the hooks ended: what they asked for, or an
/// error page. A failure on the way out, such as a mixin's hook or a cookie
/// that can't be sent, gets its own page.
async fn conclude<H: RequestHandler>(handler: &mut H, result: Result) -> Outcome {
    let mut failure = result.err();
    for _ in 0..TRIES {
        if failure.is_some() || !handler.exchange().has_ended() {
            // Boxed, so that its future takes no space in that of every request.
            let settled = catch_panic(settle(handler, failure.take()));
            failure = Box::pin(settled).await.err();
            if failure.is_some() {
                continue;
            }
        }
        let exchange = handler.exchange_mut();
        if exchange.headers_sent() {
            return end_of_stream(handler);
        }
        let ready = exchange.run_before_headers().await;
        match ready.and_then(|()| complete(handler)) {
            Ok(response) => return Outcome::Response(response),
            // It was finished, but nothing of it has been sent, so it can be replaced.
            Err(error) => {
                handler.exchange_mut().reopen();
                failure = Some(error);
            }
        }
    }
    let exchange = handler.exchange_mut();
    if let Some(error) = failure {
        error!(target: APPLICATION, "Uncaught exception in the page of an error\n{}", error.report());
    }
    if exchange.headers_sent() {
        exchange.break_off();
        return end_of_stream(handler);
    }
    error!(target: APPLICATION, "No error page could be made for {}", exchange.request().summary());
    Outcome::Response(bare(StatusCode::INTERNAL_SERVER_ERROR))
}

/// What Tornado adds in `finish()`: the entity tag, a 304 if the client already
/// has the page, and the length.
fn complete<H: RequestHandler>(handler: &mut H) -> Result<Response<Body>> {
    if handler.exchange().wants_etag()
        && let Some(tag) = handler.compute_etag()
    {
        handler.exchange_mut().add_etag(tag);
    }
    handler.exchange_mut().seal()
}

/// The response, a page for what prevents it, and a page for what prevents that.
const TRIES: usize = 3;

/// The end of a response whose head has been sent.
fn end_of_stream<H: RequestHandler>(handler: &mut H) -> Outcome {
    let exchange = handler.exchange_mut();
    exchange.transform_chunk(true);
    if !exchange.is_broken()
        && let Err(error) = exchange.count_last_written()
    {
        exchange.break_off();
        handler.log_exception(&error);
    }
    let exchange = handler.exchange_mut();
    if let Some(head) = exchange.outbox().take_head() {
        return Outcome::Response(head.map(|()| Body::empty()));
    }
    if exchange.is_broken() {
        Outcome::Broken
    } else {
        Outcome::End(exchange.response_mut().buffer.take())
    }
}

/// Carries out what ends the request, and what that leads to in turn, until the
/// response is complete: a redirect finishes, an error sends its page.
async fn settle<H: RequestHandler>(handler: &mut H, error: Option<Error>) -> Result {
    let error = match error.map(Error::downcast::<Finish>) {
        Some(Ok(finish)) => {
            // A handler that ends quietly was not told about a mistake.
            handler.exchange_mut().take_raised()?;
            if !handler.exchange().is_finished() {
                handler.exchange_mut().end(Ending::Finish(finish.chunk));
            }
            None
        }
        Some(Err(mut error)) => {
            if let Some(answer) = handler
                .exchange()
                .application()
                .settings()
                .answer_to(&error)
            {
                error.set_answer(answer);
            }
            Some(error)
        }
        None => None,
    };
    let error = error.as_ref();
    if let Some(error) = error {
        handler.log_exception(error);
        if !handler.exchange().is_finished() {
            let reason = error.http_error().and_then(HttpError::reason);
            let status = error.status();
            send_error(handler, status, reason, Some(error)).await?;
        }
    }
    for _ in 0..MOST_ENDINGS {
        if handler.exchange().has_ended() {
            return Ok(());
        }
        let ending = handler.exchange_mut().take_ending();
        match ending.unwrap_or(Ending::Finish(None)) {
            Ending::Finish(chunk) => {
                handler.do_finish(chunk);
                if !handler.exchange().is_finished() {
                    return Err(Error::msg("`do_finish` has not called that of its base"));
                }
            }
            Ending::Redirect { url, status } => handler.do_redirect(&url, status),
            Ending::Login => {
                let url = login_url(handler)?;
                if handler.exchange().application().settings().get_debug() && !knows_users::<H>() {
                    let class = type_name::<H>();
                    warn!(
                        target: APPLICATION,
                        "nobody is known to `{class}`: it has no hook `get_current_user`, nor has a base of it"
                    );
                }
                handler.do_redirect(&url, StatusCode::FOUND.as_u16());
            }
            Ending::SendError { status, reason } => {
                let reason = reason.as_deref();
                send_error(handler, status, reason, error).await?;
            }
            Ending::ErrorPage { status, reason } => {
                error_page(handler, status, reason.as_deref(), error).await;
            }
        }
        handler.exchange_mut().take_raised()?;
    }
    Err(Error::msg(
        "the hooks that end a request have asked for one another without an end",
    ))
}

/// Calls the hook, which must end the request in some way: an error that nobody
/// answers would be an empty page with status 200.
async fn send_error<H: RequestHandler>(
    handler: &mut H,
    status: u16,
    reason: Option<&str>,
    error: Option<&Error>,
) -> Result {
    handler.do_send_error(status, reason, error).await?;
    handler.exchange_mut().take_raised()?;
    if handler.exchange().is_finished() {
        return Ok(());
    }
    Err(Error::msg(
        "`do_send_error` has neither answered nor called that of its base",
    ))
}

/// Far more than any handler needs: an error page that redirects, which finishes.
const MOST_ENDINGS: usize = 32;

/// Where `authenticated` sends users who must log in, with the way back.
fn login_url<H: RequestHandler>(handler: &H) -> Result<String> {
    let mut url = handler.get_login_url()?;
    if !url.contains('?') {
        // A login page on another host must be told which host this is.
        let parts = scheme_and_netloc(&url);
        let request = handler.exchange().request();
        let next = if parts.is_some_and(|(scheme, _)| !scheme.is_empty()) {
            request.full_url()
        } else {
            request.uri().to_owned()
        };
        url.push_str("?next=");
        url.push_str(&url_escape(&next, true));
    }
    Ok(url)
}

/// Discards what was to be sent, and makes an error page.
async fn error_page<H: RequestHandler>(
    handler: &mut H,
    status: u16,
    reason: Option<&str>,
    error: Option<&Error>,
) {
    let exchange = handler.exchange_mut();
    if exchange.headers_sent() {
        error!(target: GENERAL, "Cannot send error response after headers written");
        return exchange.break_off();
    }
    exchange.response_mut().clear();
    handler.set_default_headers();
    let mut status = status;
    let response = handler.exchange_mut().response_mut();
    if response.set_status(status, reason).is_err() {
        error!(target: APPLICATION, "send_error({status}) has no HTTP status, so it is a 500");
        response.status = StatusCode::INTERNAL_SERVER_ERROR;
        status = response.status.as_u16();
    }
    if let Some(http) = error.and_then(Error::http_error) {
        let headers = &mut handler.exchange_mut().response_mut().headers;
        headers.extend(http.headers().cloned());
    }
    let mut result = Ok(());
    if status != StatusCode::NOT_MODIFIED.as_u16() {
        result = handler.write_error(status, error).await;
    }
    let raised = handler.exchange_mut().take_raised();
    if let Err(error) = raised.and(result) {
        error!(target: APPLICATION, "Uncaught exception in write_error\n{}", error.report());
    }
}
