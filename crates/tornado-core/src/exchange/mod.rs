//! `Exchange`: one HTTP exchange in flight, the root of every handler.

mod buffer;
mod class;
mod detach;
mod ending;
mod flush;
mod outbox;
mod response;
mod slots;
mod state;
mod transform;

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, Method, StatusCode};

pub(crate) use class::{Asked, Author, Away, Class, Obstacle, RouteClass};
pub(crate) use ending::Ending;
pub(crate) use response::{ResponseState, body_allowed};
pub(crate) use slots::Slots;

pub(crate) use outbox::{Message, Outbox};

use crate::application::{Application, HookFuture};
use crate::error::{Error, Result};
use crate::request::{HttpServerRequest, IncomingBody, Refusal};
use crate::user::User;

/// One HTTP exchange: the request in, the response out, and the application.
///
/// It is the root that every handler wraps, and takes the place of Tornado's
/// own `RequestHandler` class: its hooks are Tornado's defaults. A handler uses
/// it through the services ([`Input`](crate::Input), [`Output`](crate::Output),
/// [`Cookies`](crate::Cookies), [`Context`](crate::Context)); the methods below
/// are for writing mixins.
pub struct Exchange(Box<Inner>);

/// Boxed, so that a handler is a pointer and cheap to move through its factory.
struct Inner {
    application: Application,
    /// `None` if no route has led to a handler.
    route: Option<Arc<RouteClass>>,
    request: HttpServerRequest,
    path: PathArguments,
    response: ResponseState,
    slots: Slots,
    before_headers: Vec<BeforeHeaders>,
    /// How many of these, at the end, must stay after all others.
    last_before_headers: usize,
    /// `None` until somebody has asked or assigned.
    current_user: Option<Option<User>>,
    /// A mistake reported by a service that returns no `Result`. It is raised
    /// when the running hook returns.
    raised: Option<Error>,
    ending: Option<Ending>,
    /// How many times the handler is currently lent to a hook.
    times_lent: u8,
    outbox: Arc<Outbox>,
    /// The part of a streamed body that is still to come.
    incoming: Option<Box<IncomingBody>>,
    /// The connection has been taken over.
    detached: bool,
    /// The rest of the body will not be read, so the connection can't be
    /// reused.
    close_connection: bool,
    /// How the connection ends, if the rest of the request is not available.
    refusal: Option<Refusal>,
}

/// The groups of the route's pattern, decoded.
#[derive(Debug, Default)]
pub(crate) struct PathArguments {
    pub(crate) args: Vec<Option<String>>,
    pub(crate) kwargs: Vec<(Arc<str>, Option<String>)>,
}

/// What a mixin has registered to run before the headers are sent.
type BeforeHeaders = Box<dyn for<'a> FnOnce(&'a mut Exchange) -> HookFuture<'a> + Send + Sync>;

impl Exchange {
    #[inline(always)]
    pub(crate) fn new(application: Application, request: HttpServerRequest) -> Exchange {
        let head_only = *request.method() == Method::HEAD;
        let outbox = Arc::new(if head_only {
            Outbox::head_only()
        } else {
            Outbox::default()
        });
        let response = ResponseState::new();
        // Anything that could panic is called before or after this: in between, it would force
        // another copy of the whole.
        let place = Box::new_uninit();
        let inner = Inner {
            application,
            route: None,
            request,
            path: PathArguments::default(),
            response,
            slots: Slots::default(),
            before_headers: Vec::new(),
            last_before_headers: 0,
            current_user: None,
            raised: None,
            ending: None,
            times_lent: 0,
            outbox,
            incoming: None,
            detached: false,
            close_connection: false,
            refusal: None,
        };
        let mut exchange = Exchange(Box::write(place, inner));
        exchange.0.request.mark_secrets();
        exchange.0.response.set_default_headers();
        exchange
    }

    /// The value that a mixin has put into this request's slot for `T`.
    ///
    /// ```
    /// use tornado_web::{Exchange, Handler};
    ///
    /// #[derive(Default)]
    /// struct Visits(u32);
    ///
    /// trait VisitsMixin: Handler {
    ///     fn visits(&mut self) -> &mut u32 {
    ///         let exchange = self.exchange_mut();
    ///         if exchange.slot::<Visits>().is_none() {
    ///             exchange.insert_slot(Visits::default());
    ///         }
    ///         &mut exchange.slot_mut::<Visits>().expect("it was put there just now").0
    ///     }
    /// }
    /// impl<H: Handler> VisitsMixin for H {}
    /// ```
    #[must_use]
    pub fn slot<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.0.slots.get()
    }

    /// As [`slot`](Self::slot), to change the value.
    #[must_use]
    pub fn slot_mut<T: Send + Sync + 'static>(&mut self) -> Option<&mut T> {
        self.0.slots.get_mut()
    }

    /// Puts a value into this request's slot for `T`, and returns the previous
    /// one. See [`slot`](Self::slot).
    pub fn insert_slot<T: Send + Sync + 'static>(&mut self, value: T) -> Option<T> {
        self.0.slots.insert(value)
    }

    /// Takes the value out of this request's slot for `T`. A hook that [runs
    /// before the headers](Self::before_headers) uses it to complete something,
    /// such as a transaction.
    pub fn take_slot<T: Send + Sync + 'static>(&mut self) -> Option<T> {
        self.0.slots.take()
    }

    /// Runs `hook` once, just before the headers are sent: at the end, or at
    /// the first flush. Hooks run in the order in which they were registered.
    ///
    /// It sees the response as it is about to leave, status included, and may still change headers
    /// and cookies. If it fails, the hooks after it do not run, the response becomes a 500 and the
    /// error is logged.
    ///
    /// # Errors
    ///
    /// When the headers have already been sent, so that the hook would never
    /// run.
    ///
    /// ```
    /// use tornado_web::{Exchange, Output, Result};
    ///
    /// fn stamp(exchange: &mut Exchange) -> Result {
    ///     exchange.before_headers(|exchange| {
    ///         Box::pin(async move {
    ///             exchange.set_header("X-Stamp", "seen");
    ///             Ok(())
    ///         })
    ///     })
    /// }
    /// ```
    pub fn before_headers<F>(&mut self, hook: F) -> Result
    where
        F: for<'a> FnOnce(&'a mut Exchange) -> HookFuture<'a> + Send + Sync + 'static,
    {
        let place = self.0.before_headers.len() - self.0.last_before_headers;
        self.insert_before_headers(place, Box::new(hook))
    }

    /// Runs `hook` after all those of [`before_headers`](Self::before_headers),
    /// whenever they were registered. It is for work that must happen only if
    /// all of them succeed: a session is saved this way, after the commit of a
    /// transaction.
    ///
    /// # Errors
    ///
    /// When the headers have already been sent.
    pub fn before_headers_last<F>(&mut self, hook: F) -> Result
    where
        F: for<'a> FnOnce(&'a mut Exchange) -> HookFuture<'a> + Send + Sync + 'static,
    {
        self.insert_before_headers(self.0.before_headers.len(), Box::new(hook))?;
        self.0.last_before_headers += 1;
        Ok(())
    }

    fn insert_before_headers(&mut self, place: usize, hook: BeforeHeaders) -> Result {
        if self.0.response.head_sent {
            return Err(Error::msg(
                "the headers have been sent, so nothing can run before them",
            ));
        }
        self.0.before_headers.insert(place, hook);
        Ok(())
    }

    /// Whether the head of the response has been sent, so that status, headers
    /// and cookies can no longer change.
    #[must_use]
    pub fn headers_sent(&self) -> bool {
        self.0.response.head_sent
    }

    /// Whether the response is complete, or will be when the running hook
    /// returns: nothing more can be written.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.0.response.finished || self.0.ending.is_some()
    }

    /// The headers of the response so far. Change them through services such as
    /// [`set_header`](crate::Output::set_header); this is for what those do not
    /// offer.
    #[must_use]
    pub fn response_headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.0.response.headers
    }

    /// The headers of the response so far.
    #[must_use]
    pub fn response_headers(&self) -> &HeaderMap {
        &self.0.response.headers
    }

    /// Keeps an error on behalf of a method that returns nothing, to be raised
    /// when the running hook returns. The first one counts. Services such as
    /// [`write`](crate::Output::write) report mistakes this way.
    #[track_caller]
    pub fn raise(&mut self, error: impl Into<Error>) {
        if self.0.raised.is_none() {
            self.0.raised = Some(error.into());
        }
    }

    #[inline]
    pub(crate) fn has_raised(&self) -> bool {
        self.0.raised.is_some()
    }

    /// Records that a chunk that can't be written came from the caller's
    /// caller, which is not known further along, inside the hook.
    #[inline]
    #[track_caller]
    pub(crate) fn locate_chunk_error(&mut self) {
        if let Some(error) = self.0.raised.take_if(|error| error.is_of_chunk()) {
            self.0.raised = Some(error.by_caller());
        }
    }

    fn is_head(&self) -> bool {
        self.0.request.is_head()
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.0.response.status
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("method", self.0.request.method())
            .field("path", &self.0.request.path())
            .field("status", &self.0.response.status.as_u16())
            .field("headers_sent", &self.0.response.head_sent)
            .field("finished", &self.is_finished())
            .finish_non_exhaustive()
    }
}
