//! `SessionMixin`: `get_session` for every handler.

use std::future::Future;

use tornado_core::{Context as _, Exchange, Output as _, RequestHandler, Result};

use crate::cookie::Presented;
use crate::settings::Config;
use crate::{Session, SessionError, SessionErrorKind};

/// Gives handlers their [`Session`]: `class MainHandler(BaseHandler, SessionMixin)`.
///
/// The session is saved just before the headers go out, at the end or at the
/// first flush. If it can't be saved, the answer is a 500 and the log says why.
/// After an error of ours, a status of 500 or more, nothing is saved.
///
/// The application needs the setting `cookie_secret`; the others are those of
/// [`SessionSettings`](crate::SessionSettings).
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use tornado_core::{Exchange, Handler, Input, Output, RequestHandler, Result};
/// use tornado_session::SessionMixin;
/// # use tornado_core::{Application, Body, Settings, url};
/// # use tower::ServiceExt;
///
/// #[derive(Handler)]
/// # #[handler(crate = tornado_core)]
/// struct MainHandler(Exchange);
///
/// impl RequestHandler for MainHandler {
///     async fn get(&mut self) -> Result {
///         let session = self.get_session().await?;
///         let visits = session.get_or("visits", 0)? + 1;
///         session.set("visits", visits)?;
///         self.write(format!("visit {visits}"));
///         Ok(())
///     }
/// }
///
/// let app = Application::new([url("/", MainHandler)], Settings::new().cookie_secret("secret"))?;
/// let response = app.oneshot(http::Request::new(Body::empty())).await?;
/// assert!(response.headers()["Set-Cookie"].to_str()?.starts_with("session="));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub trait SessionMixin: RequestHandler {
    /// The session of this client. The first call loads it; later ones, in this
    /// request, give the same handle.
    ///
    /// A client without a session, or with a cookie that is forged, renamed or
    /// expired, gets an empty one, which begins when a value is set.
    ///
    /// # Errors
    ///
    /// [`Settings`](SessionErrorKind::Settings) when a setting is missing or
    /// can't be used, [`Store`](SessionErrorKind::Store) when the store can't
    /// be asked.
    fn get_session(&mut self) -> impl Future<Output = Result<Session>> + Send {
        open(self.exchange_mut())
    }
}

impl<H: RequestHandler> SessionMixin for H {}

/// What is in the slot of a request.
struct Opened(Session);

async fn open(exchange: &mut Exchange) -> Result<Session> {
    if let Some(Opened(session)) = exchange.slot() {
        return Ok(session.clone());
    }
    let config = Config::of(exchange.application());
    let config = config.as_ref().as_ref().map_err(again)?;
    let (store, options) = (config.store.clone(), config.options);
    let session = match config.cookie.read(exchange)? {
        Presented::Id(id) => Session::load(store, options, id).await?,
        Presented::Nothing => Session::fresh(store, options, false),
        Presented::Worthless => Session::fresh(store, options, true),
    };
    if exchange.headers_sent() {
        session.set_head_sent();
    } else {
        exchange.before_headers(|exchange| Box::pin(close(exchange)))?;
    }
    exchange.insert_slot(Opened(session.clone()));
    Ok(session)
}

/// Saves the session, and queues its cookie.
async fn close(exchange: &mut Exchange) -> Result {
    let Some(Opened(session)) = exchange.slot() else {
        return Ok(());
    };
    let session = session.clone();
    if exchange.get_status() >= 500 {
        session.discard();
    } else if let Err(error) = session.save_with_response().await {
        // The page of this error goes out with a head of its own, and what it
        // can't save is not to be tried again.
        session.discard();
        return Err(error.into());
    }
    let config = Config::of(exchange.application());
    let config = config.as_ref().as_ref().map_err(again)?;
    config.cookie.send(exchange, &session.cookie())?;
    session.set_head_sent();
    Ok(())
}

/// The error that the application's slot holds, once more.
fn again(error: &SessionError) -> SessionError {
    SessionError::new(SessionErrorKind::Settings, error.to_string())
}
