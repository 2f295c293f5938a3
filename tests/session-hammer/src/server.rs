//! The application that is hammered.

use std::future::IntoFuture as _;
use std::net::SocketAddr;

use axum::serve::{Listener as _, ListenerExt as _};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tornado_session::{AnyStore, SessionErrorKind};
use tornado_web::prelude::*;

use crate::peer;

/// `/set` sets each `key` to its `value`, and saves with the response, as most
/// handlers do.
#[derive(Handler)]
struct SetHandler(Exchange);

impl RequestHandler for SetHandler {
    async fn post(&mut self) -> Result {
        let (keys, values) = (self.get_arguments("key")?, self.get_arguments("value")?);
        let session = self.get_session().await?;
        for (key, value) in keys.iter().zip(values) {
            session.set(key, value)?;
        }
        Ok(())
    }
}

/// `/sure` saves explicitly, and answers 409 if there is nothing to save to.
#[derive(Handler)]
struct SureHandler(Exchange);

impl RequestHandler for SureHandler {
    async fn post(&mut self) -> Result {
        let (key, value) = (self.get_argument("key")?, self.get_argument("value")?);
        let session = self.get_session().await?;
        session.set(&key, value)?;
        match session.save().await {
            Err(error) if error.kind() == SessionErrorKind::Ended => {
                self.set_status(409);
                Ok(())
            }
            other => Ok(other?),
        }
    }
}

/// `/regenerate`, `/login/USER`, `/logout`.
#[derive(Handler)]
struct ChangeHandler(Exchange);

impl RequestHandler for ChangeHandler {
    async fn post(&mut self) -> Result {
        let (verb, user): (String, Option<String>) = self.path_args_as()?;
        let session = match (verb.as_str(), user) {
            ("login", Some(user)) => self.login(user).await?,
            ("logout", None) => self.logout().await?,
            ("regenerate", None) => {
                let session = self.get_session().await?;
                session.regenerate();
                session
            }
            _ => return Err(HttpError::new(404).into()),
        };
        match session.save().await {
            Err(error) if error.kind() == SessionErrorKind::Ended => {
                self.set_status(409);
                Ok(())
            }
            other => Ok(other?),
        }
    }
}

/// `/clear`.
#[derive(Handler)]
struct ClearHandler(Exchange);

impl RequestHandler for ClearHandler {
    async fn post(&mut self) -> Result {
        self.get_session().await?.clear();
        Ok(())
    }
}

/// `/all`: the contents of the session.
#[derive(Handler)]
struct AllHandler(Exchange);

impl RequestHandler for AllHandler {
    async fn get(&mut self) -> Result {
        let session = self.get_session().await?;
        let owner = session.owner();
        let values: serde_json::Map<String, serde_json::Value> = session.read()?;
        self.write(serde_json::json!({"owner": owner, "values": values}));
        Ok(())
    }
}

/// The application on a given store.
///
/// # Errors
///
/// Never: the patterns are valid.
pub fn application(
    store: AnyStore,
) -> std::result::Result<Application, impl std::error::Error + Send + Sync + 'static> {
    let settings = Settings::new()
        .logging("none")
        .cookie_secret("a secret of the hammer")
        .session_store(store)
        .logging("none");
    Application::new(
        [
            url("/set", SetHandler),
            url("/sure", SureHandler),
            url("/clear", ClearHandler),
            url("/all", AllHandler),
            url("/(regenerate|login|logout)(?:/(.+))?", ChangeHandler),
        ],
        settings,
    )
}

/// The target: one or more servers on one store.
#[derive(Debug)]
pub struct Site {
    pub(crate) nodes: Vec<SocketAddr>,
    /// The store of our own servers.
    pub(crate) store: Option<AnyStore>,
    /// Dropped with the site, which stops the servers.
    _stops: Vec<oneshot::Sender<()>>,
}

impl Site {
    /// Starts a separate server for each of these handles of one store.
    pub async fn start(stores: impl IntoIterator<Item = AnyStore>) -> Site {
        let stores: Vec<AnyStore> = stores.into_iter().collect();
        let (mut nodes, mut stops) = (Vec::new(), Vec::new());
        for store in &stores {
            let app = application(store.clone()).expect("the patterns are good");
            let server = app.bind("127.0.0.1:0").await.expect("a port is free");
            nodes.push(server.local_addr());
            let (stop, stopped) = oneshot::channel::<()>();
            stops.push(stop);
            tokio::spawn(server.serve_until(async { drop(stopped.await) }));
        }
        Site {
            nodes,
            store: stores.into_iter().next(),
            _stops: stops,
        }
    }

    /// Starts a server with the crate tower-sessions and its in-memory store.
    /// It lacks `/sure`, `/login` and `/regenerate`.
    pub async fn start_tower_sessions() -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port is free").tap_io(|stream| {
            // As our server does.
            stream.set_nodelay(true).ok();
        });
        let address = listener.local_addr().expect("it is bound");
        let (stop, stopped) = oneshot::channel::<()>();
        let server = axum::serve(listener, peer::tower_sessions());
        let server = server.with_graceful_shutdown(async { drop(stopped.await) });
        tokio::spawn(server.into_future());
        Site {
            nodes: vec![address],
            store: None,
            _stops: vec![stop],
        }
    }
}
