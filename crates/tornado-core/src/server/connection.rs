//! One connection: hyper on a socket, with the application behind it.

use std::convert::Infallible;
use std::fmt;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tracing::debug;

use crate::dispatch::ResponseFuture;
use crate::log::GENERAL;
use crate::request::ConnectionInfo;
use crate::{Application, Body};

/// What all connections of a server share.
pub(super) struct Connections {
    application: Application,
    builder: Builder<TokioExecutor>,
}

impl Connections {
    pub(super) fn new(application: Application) -> Connections {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .title_case_headers(true)
            .timer(TokioTimer::new())
            .header_read_timeout(None);
        builder.http2().timer(TokioTimer::new());
        Connections {
            application,
            builder,
        }
    }

    /// Serves a connection in a task of its own, until either side ends it or
    /// the server shuts down.
    pub(super) fn spawn<S>(&self, stream: S, info: ConnectionInfo, shutdown: &GracefulShutdown)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = Connection {
            application: self.application.clone(),
            info,
        };
        let connection = self
            .builder
            .serve_connection(TokioIo::new(stream), service)
            .into_owned();
        let connection = shutdown.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                // Mostly a client that has left, which is its right.
                debug!(target: GENERAL, "connection from {} ended: {error}", info.remote_ip());
            }
        });
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").finish_non_exhaustive()
    }
}

/// The application as hyper calls it: knowing who is at the other end.
struct Connection {
    application: Application,
    info: ConnectionInfo,
}

impl hyper::service::Service<Request<Incoming>> for Connection {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn call(&self, request: Request<Incoming>) -> ResponseFuture {
        self.application.handle(request, self.info)
    }
}
