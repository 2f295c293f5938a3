//! What the rest of the crate sees of an exchange, and its states: open,
//! finished, and with its head sent, done or broken.

use std::any::TypeId;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use super::class::{Class, RouteClass};
use super::{Exchange, Outbox, PathArguments, ResponseState};
use crate::application::Application;
use crate::error::Error;
use crate::request::{HttpServerRequest, IncomingBody, Refusal};
use crate::user::User;

impl Exchange {
    #[inline]
    pub(crate) fn application(&self) -> &Application {
        &self.0.application
    }

    /// Sets which handler class the request has reached.
    #[inline]
    pub(crate) fn set_route(&mut self, route: Arc<RouteClass>) {
        self.0.route = Some(route);
    }

    /// What the route knows about the class that the request has reached.
    pub(crate) fn route(&self) -> Option<&Arc<RouteClass>> {
        self.0.route.as_ref()
    }

    /// The class of the handler, unless that is `H` itself.
    #[inline]
    pub(crate) fn outer_class<H: 'static>(&self) -> Option<&'static dyn Class> {
        let route = self.0.route.as_ref()?;
        (route.id != TypeId::of::<H>()).then_some(route.class)
    }

    /// How many times the handler is currently lent to a hook of a derived
    /// class.
    pub(crate) fn times_lent(&self) -> u8 {
        self.0.times_lent
    }

    pub(crate) fn lend(&mut self) {
        self.0.times_lent += 1;
    }

    pub(crate) fn bring_back(&mut self) {
        self.0.times_lent -= 1;
    }

    /// A placeholder for an exchange that is lent out. A response is never made
    /// from it, unless the code that was waiting has been forgotten.
    pub(crate) fn vacant(&self) -> Exchange {
        let (parts, ()) = http::Request::new(()).into_parts();
        let connection = *self.request().connection();
        let request = HttpServerRequest::new(parts, Bytes::new(), connection, Instant::now());
        let mut exchange = Exchange::new(self.0.application.clone(), request);
        exchange.raise(Error::msg(
            "a hook was asked by a future that was forgotten before its end",
        ));
        exchange
    }

    #[inline]
    pub(crate) fn request(&self) -> &HttpServerRequest {
        &self.0.request
    }

    #[inline]
    pub(crate) fn request_mut(&mut self) -> &mut HttpServerRequest {
        &mut self.0.request
    }

    #[inline]
    pub(crate) fn response(&self) -> &ResponseState {
        &self.0.response
    }

    #[inline]
    pub(crate) fn response_mut(&mut self) -> &mut ResponseState {
        &mut self.0.response
    }

    #[inline]
    pub(crate) fn path(&self) -> &PathArguments {
        &self.0.path
    }

    #[inline]
    pub(crate) fn path_mut(&mut self) -> &mut PathArguments {
        &mut self.0.path
    }

    /// Where its head and its chunks leave.
    #[inline]
    pub(crate) fn outbox(&self) -> &Arc<Outbox> {
        &self.0.outbox
    }

    /// The user; `None` until somebody has found out or assigned one.
    pub(crate) fn known_user(&self) -> Option<&Option<User>> {
        self.0.current_user.as_ref()
    }

    pub(crate) fn set_known_user(&mut self, user: Option<User>) {
        self.0.current_user = Some(user);
    }

    /// The body that a handler takes piece by piece.
    pub(crate) fn incoming_mut(&mut self) -> Option<&mut IncomingBody> {
        self.0.incoming.as_deref_mut()
    }

    pub(crate) fn set_incoming(&mut self, body: IncomingBody) {
        self.0.incoming = Some(Box::new(body));
    }

    /// From here on, nothing more can be written.
    #[inline]
    pub(crate) fn set_finished(&mut self) {
        self.0.response.finished = true;
    }

    /// It was finished, but nothing of it has been sent, so it can be replaced.
    pub(crate) fn reopen(&mut self) {
        self.0.response.finished = false;
        self.0.ending = None;
    }

    /// It has failed after its head was sent, so the connection must be cut.
    pub(crate) fn break_off(&mut self) {
        self.0.response.broken = true;
        self.0.response.finished = true;
        self.0.ending = None;
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.0.response.broken
    }

    /// The connection ends with this response.
    pub(crate) fn close_connection(&mut self) {
        self.0.close_connection = true;
    }

    /// The rest of the request is not available, so nobody waits for a
    /// response.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        self.0.refusal = Some(refusal);
    }

    pub(crate) fn take_refusal(&mut self) -> Option<Refusal> {
        self.0.refusal.take()
    }
}
