//! `Answers`: the application, for one connection.

use std::sync::Arc;

use http::Request;
use hyper::body::Incoming;

use super::forwarded::Forwarded;
use crate::application::Application;
use crate::connection::ConnectionInfo;
use crate::dispatch::ResponseFuture;

/// The application, knowing who is at the other end.
pub(super) struct Answers {
    application: Application,
    info: ConnectionInfo,
    forwarded: Option<Arc<Forwarded>>,
}

impl Answers {
    pub(super) fn new(
        application: Application,
        info: ConnectionInfo,
        forwarded: Option<Arc<Forwarded>>,
    ) -> Answers {
        Answers {
            application,
            info,
            forwarded,
        }
    }

    #[inline]
    pub(super) fn answer(&self, request: Request<Incoming>) -> ResponseFuture {
        let info = match &self.forwarded {
            Some(forwarded) => forwarded.apply(request.headers(), self.info),
            None => self.info,
        };
        self.application.handle(request, info)
    }
}
