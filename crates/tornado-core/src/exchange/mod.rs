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
/// It is the root that every handler wraps, and the place of Tornado's own
/// `RequestHandler` class: its hooks are Tornado's defaults. A handler works on
/// it through the services ([`Input`](crate::Input), [`Output`](crate::Output),
/// [`Cookies`](crate::Cookies), [`Context`](crate::Context)); what is below is
/// for those who write mixins.
pub struct Exchange(Box<Inner>);

/// Boxed, so that a handler is a pointer and moves through its factory at the
/// price of one.
struct Inner {
    application: Application,
    /// `None` where no route has led to a handler.
    route: Option<Arc<RouteClass>>,
    request: HttpServerRequest,
    path: PathArguments,
    response: ResponseState,
    slots: Slots,
    before_headers: Vec<BeforeHeaders>,
    /// How many of these, at the end, are to stay behind all others.
    last_before_headers: usize,
    /// `None` until somebody asked or assigned.
    current_user: Option<Option<User>>,
    /// What a service without a `Result` had to complain about. It is raised
    /// when the hook that is running returns.
    raised: Option<Error>,
    ending: Option<Ending>,
    /// How often the handler is lent to a hook at this moment.
    times_lent: u8,
    outbox: Arc<Outbox>,
    /// The body of a handler that streams it, as far as it is still to come.
    incoming: Option<Box<IncomingBody>>,
    /// Another has the connection.
    detached: bool,
    /// The rest of the body will not be read, so neither is another request.
    close_connection: bool,
    /// How the connection ends, since the rest of the request can't be had.
    refusal: Option<Refusal>,
}

/// The groups of the route's pattern, decoded.
#[derive(Debug, Default)]
pub(crate) struct PathArguments {
    pub(crate) args: Vec<Option<String>>,
    pub(crate) kwargs: Vec<(Arc<str>, Option<String>)>,
}

/// What a mixin has asked to be run before the headers go out.
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
        // What could panic is called before this and behind it: in between, all of it
        // would be copied once more.
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

    /// What a mixin has put into this request's slot for `T`.
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

    /// The same slot, to change what is in it.
    #[must_use]
    pub fn slot_mut<T: Send + Sync + 'static>(&mut self) -> Option<&mut T> {
        self.0.slots.get_mut()
    }

    /// Puts a value into this request's slot for `T`, and gives back what was
    /// there. See [`slot`](Self::slot).
    pub fn insert_slot<T: Send + Sync + 'static>(&mut self, value: T) -> Option<T> {
        self.0.slots.insert(value)
    }

    /// Takes the value out of this request's slot for `T`: what a hook that
    /// [runs before the headers](Self::before_headers) brings to its end, such as a
    /// transaction.
    pub fn take_slot<T: Send + Sync + 'static>(&mut self) -> Option<T> {
        self.0.slots.take()
    }

    /// Runs `hook` once, just before the headers go out: at the end, or at the
    /// first flush. Hooks run in the order in which they came.
    ///
    /// It sees the response as it is about to leave, status included, and may
    /// still change headers and cookies. If it fails, those behind it do not run, the
    /// answer becomes a 500 and the error is logged.
    ///
    /// # Errors
    ///
    /// When the headers are out already, so that the hook would never run.
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

    /// Runs `hook` behind all those of [`before_headers`](Self::before_headers),
    /// whenever they came: for what is to be kept only if all of them have
    /// succeeded. A session is saved so, which is behind the commit of a
    /// transaction.
    ///
    /// # Errors
    ///
    /// When the headers are out already.
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

    /// Whether the head of the response is out, so that status, headers and
    /// cookies can no longer change.
    #[must_use]
    pub fn headers_sent(&self) -> bool {
        self.0.response.head_sent
    }

    /// Whether the response is complete, or is to be when the running hook
    /// returns: nothing more can be written.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.0.response.finished || self.0.ending.is_some()
    }

    /// The headers of the response so far. Services such as
    /// [`set_header`](crate::Output::set_header) are the way to change them;
    /// this is for what they do not offer.
    #[must_use]
    pub fn response_headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.0.response.headers
    }

    /// The headers of the response so far.
    #[must_use]
    pub fn response_headers(&self) -> &HeaderMap {
        &self.0.response.headers
    }

    /// Keeps an error for those who return nothing, to be raised when the
    /// running hook returns. The first one counts. Services such as
    /// [`write`](crate::Output::write) tell of mistakes so.
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

    /// Says that a chunk which can't be written has come from the caller of who
    /// calls this: on its way through the hook, nobody knows.
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
