//! How an exchange gives its connection away.

use std::future::Future;
use std::panic::Location;

use hyper::upgrade::OnUpgrade;
use tracing::warn;

use super::Exchange;
use crate::detach::{Detached, Detaching, IoStream, Tunnel};
use crate::error::{Error, Result};
use crate::log::APPLICATION;

impl Exchange {
    /// Takes over the connection (`RequestHandler.detach`): `run` gets it, along with the handler,
    /// in a separate task once the response has been sent and the handler has finished. That
    /// response has the status 101, and its headers say what comes next. With any other response,
    /// such as an error page, nothing is taken over.
    ///
    /// It is for implementing a protocol that begins with HTTP, such as WebSocket. `H` is the class
    /// that the route leads to. After this call, [`Output`](crate::Output) can't write anything.
    /// HTTP/2 does not support it.
    ///
    /// # Errors
    ///
    /// When the client has not requested it with the headers `Upgrade` and `Connection`, and when
    /// something between here and the socket can't give it away, such as a test client without a
    /// socket.
    ///
    /// ```
    /// # tornado_testing::block_on(async {
    /// use tokio::io::{AsyncReadExt, AsyncWriteExt};
    /// use tornado_web::{Application, ConnectionInfo, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
    ///
    /// #[derive(Handler)]
    /// struct Shouter(Exchange);
    ///
    /// impl RequestHandler for Shouter {
    ///     async fn get(&mut self) -> Result {
    ///         self.set_status(101);
    ///         self.set_header("Connection", "Upgrade");
    ///         self.set_header("Upgrade", "shouting");
    ///         self.detach(|_handler: Shouter, mut stream| async move {
    ///             let mut line = [0; 5];
    ///             if stream.read_exact(&mut line).await.is_ok() {
    ///                 line.make_ascii_uppercase();
    ///                 stream.write_all(&line).await.ok(); // the client may have left
    ///             }
    ///         })
    ///     }
    /// }
    ///
    /// let app = Application::new([url("/", Shouter)], Settings::new()).unwrap();
    /// let (mut client, server) = tokio::io::duplex(1024);
    /// let serving = app.handle_stream(server, ConnectionInfo::default());
    /// let asking = async {
    ///     let head = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: shouting\r\n\r\n";
    ///     client.write_all(head).await.unwrap();
    ///     client.write_all(b"hello").await.unwrap();
    ///     let mut answer = String::new();
    ///     client.read_to_string(&mut answer).await.unwrap();
    ///     assert!(answer.starts_with("HTTP/1.1 101 Switching Protocols\r\n"), "{answer}");
    ///     assert!(answer.ends_with("\r\n\r\nHELLO"));
    /// };
    /// tokio::join!(serving, asking);
    /// # });
    /// ```
    pub fn detach<H, F, R>(&mut self, run: F) -> Result
    where
        H: Send + 'static,
        F: FnOnce(H, IoStream) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let extensions = &mut self.0.request.parts.extensions;
        let Some(on_upgrade) = extensions.remove::<OnUpgrade>() else {
            return Err(Error::msg(
                "the connection can't be taken over: the request asks for no upgrade, or \
                 something between the handler and its socket can't give that away",
            ));
        };
        let tunnel = extensions.remove::<Tunnel>();
        self.insert_slot(Detached { on_upgrade, tunnel });
        self.insert_slot(Detaching::<H>(Box::new(move |handler, stream| {
            Box::pin(run(handler, stream))
        })));
        Ok(())
    }

    /// Whether the connection has been taken over, so that there is no response
    /// any more.
    #[must_use]
    #[inline]
    pub fn is_detached(&self) -> bool {
        self.0.detached
    }

    /// Checks that the response can still be changed. If the connection has been taken over, that
    /// is a mistake, which is raised in Tornado's words.
    #[inline]
    #[track_caller]
    pub(crate) fn refuses_changes(&mut self) -> bool {
        if self.0.detached {
            self.raise(Error::msg("Method not supported for Web Sockets"));
        }
        self.0.detached
    }

    /// As `refuses_changes`, for the head. Once it has been sent, a change is logged and
    /// ignored, as in Tornado.
    #[inline]
    #[track_caller]
    pub(crate) fn refuses_change_of_head(&mut self, service: &str) -> bool {
        if self.headers_sent() && !self.0.detached {
            let place = Location::caller();
            warn!(target: APPLICATION, "{service} has no effect, since the headers have been sent (at {place})");
        }
        self.refuses_changes()
    }

    /// What is needed to give it away.
    pub(crate) fn take_detached<H: 'static>(&mut self) -> Option<(Detached, Detaching<H>)> {
        let (detached, detaching) = (self.take_slot()?, self.take_slot()?);
        self.0.detached = true;
        Some((detached, detaching))
    }

    /// Whether the connection will be given away with this response.
    pub(super) fn detaches(&self) -> bool {
        self.slot::<Detached>().is_some()
    }
}
