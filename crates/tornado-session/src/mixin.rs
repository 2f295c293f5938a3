//! `SessionMixin`: `get_session` for every handler.

use std::fmt::Display;
use std::future::Future;

use http::HeaderValue;
use http::header::COOKIE;
use tornado_core::{
    Context as _, Cookies as _, Exchange, HttpError, Output as _, RequestHandler, Result, Xsrf as _,
};

use crate::store::Owned;
use crate::{AnyStore, Session, SessionErrorKind, SessionInfo, Sessions, cache};

/// Gives handlers their [`Session`]: `class MainHandler(BaseHandler, SessionMixin)`.
///
/// The session is saved just before the headers are sent, at the end or at the
/// first flush, [after](Exchange::before_headers_last) what other mixins do
/// there. If it can't be saved, the response is a 500 and the log says why. It
/// is a 409 if another request, such as a login, gave the session a new id
/// before this one began; the client then has to repeat the request with the
/// cookie that it has now. After a server error, a status of 500 or more,
/// nothing is saved. A response that has used the session tells caches so.
/// Settings can change both.
///
/// The application needs the setting `cookie_secret`; the others are in
/// [`SessionSettings`](crate::SessionSettings).
///
/// ```
/// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
/// use tornado_session::SessionMixin;
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
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
/// # tornado_testing::block_on(async {
/// let settings = Settings::new().cookie_secret("32 random bytes, or more of text");
/// let client = TestClient::new(Application::new([url("/", MainHandler)], settings).unwrap());
/// assert_eq!(client.get("/").await.text(), "visit 1");
/// assert_eq!(client.get("/").await.text(), "visit 2");
/// # });
/// ```
pub trait SessionMixin: RequestHandler {
    /// The session of this client. The first call loads it; later calls in the
    /// same request return the same handle.
    ///
    /// A client without a session, or with a cookie that is forged, renamed or
    /// expired, gets an empty one, which begins when a value is set. A browser
    /// may send several cookies with this name if the settings once had another
    /// path or domain. The last one whose session exists counts.
    ///
    /// # Errors
    ///
    /// [`Settings`](crate::SessionErrorKind::Settings) when a setting is missing or invalid,
    /// [`Store`](crate::SessionErrorKind::Store) when the store can't be reached.
    fn get_session(&mut self) -> impl Future<Output = Result<Session>> + Send {
        open(self.exchange_mut())
    }

    /// Logs a user in: from now on the session belongs to this user, under a
    /// new id. Call it once the password has been checked. See
    /// [`Session::login`] for what becomes of the existing session.
    ///
    /// `get_current_user` finds the user through [`Session::owner`]. It is
    /// called again in this request, so that
    /// [`current_user`](tornado_core::Context) is up to date. With the setting
    /// `xsrf_cookies`, there is a new XSRF token as well.
    ///
    /// ```
    /// use tornado_web::{Application, Context, Exchange, Handler, HttpError, Input, Output, RequestHandler, Result, Settings, User, url};
    /// use tornado_session::SessionMixin;
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// struct BaseHandler(Exchange);
    ///
    /// impl RequestHandler for BaseHandler {
    ///     async fn get_current_user(&mut self) -> Result<Option<User>> {
    ///         Ok(self.get_session().await?.owner().map(User::from))
    ///     }
    /// }
    ///
    /// #[derive(Handler)]
    /// struct LoginHandler(BaseHandler);
    ///
    /// impl RequestHandler for LoginHandler {
    ///     async fn post(&mut self) -> Result {
    ///         let name = self.get_argument("name")?;
    ///         # let is_right = |_: &str, password: String| password == "hunter2";
    ///         if !is_right(&name, self.get_argument("password")?) {
    ///             return Err(HttpError::new(403).into());
    ///         }
    ///         self.login(name).await?;
    ///         self.redirect("/");
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let rules = [url("/login", LoginHandler)];
    /// let settings = Settings::new().cookie_secret("32 random bytes, or more of text");
    /// let client = TestClient::new(Application::new(rules, settings).unwrap());
    /// client.post("/login").form([("name", "kim"), ("password", "hunter2")]).await;
    /// assert_eq!(client.session().await.owner().as_deref(), Some("kim"));
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As [`get_session`](Self::get_session). An id that [`Session::login`]
    /// does not accept is an [`HttpError`] with status 400, since it usually
    /// comes from a form.
    fn login(&mut self, user: impl Display + Send) -> impl Future<Output = Result<Session>> + Send {
        async move {
            let session = self.get_session().await?;
            if let Err(error) = session.login(user) {
                return Err(HttpError::new(400).with_detail(error.to_string()).into());
            }
            let user = self.get_current_user().await?;
            self.set_current_user(user);
            if self.settings().get_xsrf_cookies() {
                self.reset_xsrf_token().await?;
            }
            Ok(session)
        }
    }

    /// Logs the user out: the session ends, and its cookie is removed. Anything
    /// set afterwards, such as a flash message, begins a new session.
    ///
    /// ```
    /// # use tornado_web::{Exchange, Handler, Output, RequestHandler, Result};
    /// # use tornado_session::SessionMixin;
    /// # #[derive(Handler)]
    /// # struct LogoutHandler(Exchange);
    /// # impl RequestHandler for LogoutHandler {
    /// async fn post(&mut self) -> Result {
    ///     self.logout().await?.flash("info", "You have been logged out")?;
    ///     self.redirect("/");
    ///     Ok(())
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`get_session`](Self::get_session).
    fn logout(&mut self) -> impl Future<Output = Result<Session>> + Send {
        async {
            let session = self.get_session().await?;
            session.destroy();
            self.set_current_user(None);
            Ok(session)
        }
    }

    /// The sessions of the logged-in user on all devices, the newest first;
    /// empty if nobody is logged in. They are as the store has them, so this
    /// request's own changes are missing until they are saved.
    ///
    /// ```
    /// # use tornado_web::{Exchange, Handler, Output, RequestHandler, Result};
    /// # use tornado_session::SessionMixin;
    /// # #[derive(Handler)]
    /// # struct DevicesHandler(Exchange);
    /// # impl RequestHandler for DevicesHandler {
    /// async fn get(&mut self) -> Result {
    ///     for session in self.list_sessions().await? {
    ///         let browser: Option<String> = session.get("browser")?;
    ///         self.write(format!("{} {browser:?}\n", session.id()));
    ///     }
    ///     Ok(())
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`get_session`](Self::get_session).
    fn list_sessions(&mut self) -> impl Future<Output = Result<Vec<SessionInfo>>> + Send {
        async { Ok(self.get_session().await?.siblings().await?) }
    }

    /// Ends one session of the logged-in user immediately, and returns whether it existed. `id` is
    /// its [`SessionInfo::id`] or [`key`](SessionInfo::key), as a form has sent it back; the id of
    /// another user's session ends nothing. The current session ends as with
    /// [`logout`](Self::logout).
    ///
    /// ```
    /// # use tornado_web::{Exchange, Handler, HttpError, Input, RequestHandler, Result};
    /// # use tornado_session::SessionMixin;
    /// # #[derive(Handler)]
    /// # struct DevicesHandler(Exchange);
    /// # impl RequestHandler for DevicesHandler {
    /// async fn post(&mut self) -> Result {
    ///     let id = self.get_argument("session")?;
    ///     if !self.revoke_session(&id).await? {
    ///         return Err(HttpError::new(404).into());
    ///     }
    ///     Ok(())
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`get_session`](Self::get_session).
    fn revoke_session(&mut self, id: &str) -> impl Future<Output = Result<bool>> + Send {
        async move {
            let session = self.get_session().await?;
            let Some(key) = session.sibling(id).await? else {
                return Ok(false);
            };
            let ended = session.revoke(Owned::One(key)).await? > 0;
            if ended && session.key() == Some(key) {
                self.logout().await?;
            }
            Ok(ended)
        }
    }

    /// Ends all sessions of the logged-in user except this one immediately, and
    /// returns how many. Call it when the password has been changed.
    ///
    /// # Errors
    ///
    /// As [`get_session`](Self::get_session).
    fn revoke_other_sessions(&mut self) -> impl Future<Output = Result<usize>> + Send {
        async {
            let session = self.get_session().await?;
            let others = session.key().map_or(Owned::All, Owned::AllBut);
            Ok(session.revoke(others).await?)
        }
    }

    /// The store that holds this application's sessions, for administrative
    /// tasks such as ending all sessions of a user.
    ///
    /// ```
    /// # use tornado_web::{Exchange, Handler, Input, RequestHandler, Result};
    /// # #[derive(Handler)]
    /// # struct BanHandler(Exchange);
    /// use tornado_session::{SessionMixin, SessionStore, store::Owned};
    /// # impl RequestHandler for BanHandler {
    /// async fn post(&mut self) -> Result {
    ///     let user = self.get_argument("user")?;
    ///     self.session_store()?.delete_owned(&user, Owned::All).await?;
    ///     Ok(())
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Settings`](crate::SessionErrorKind::Settings), as
    /// [`get_session`](Self::get_session).
    fn session_store(&self) -> Result<AnyStore> {
        Ok(Sessions::of(self.application())?.store().clone())
    }
}

impl<H: RequestHandler> SessionMixin for H {}

/// The contents of a request's slot.
#[derive(Clone)]
struct Opened {
    session: Session,
    sessions: Sessions,
}

async fn open(exchange: &mut Exchange) -> Result<Session> {
    if let Some(opened) = exchange.slot::<Opened>() {
        return Ok(opened.session.clone());
    }
    let sessions = Sessions::of(exchange.application())?;
    let headers = exchange.request().headers().get_all(COOKIE).iter();
    let session = sessions.find(headers.map(HeaderValue::as_bytes)).await?;
    if exchange.headers_sent() {
        session.set_head_sent();
    } else {
        // Changes that other hooks make to the session are saved, and if one of
        // them fails, such as the end of a transaction, nothing is.
        exchange.before_headers_last(|exchange| Box::pin(close(exchange)))?;
    }
    exchange.insert_slot(Opened {
        session: session.clone(),
        sessions,
    });
    Ok(session)
}

/// Saves the session, and queues its cookie.
async fn close(exchange: &mut Exchange) -> Result {
    let Some(Opened { session, sessions }) = exchange.slot::<Opened>().cloned() else {
        return Ok(());
    };
    let config = sessions.config();
    if exchange.get_status() >= 500 && !config.save_on_error {
        session.discard();
    } else if let Err(error) = session.save_with_response().await {
        // The page for this error is sent with its own headers, and must not
        // try again to save what can't be saved.
        session.discard();
        if error.kind() == SessionErrorKind::Ended {
            let conflict = HttpError::new(409).with_detail(
                "The session has got a new id meanwhile, so nothing was saved in it; send the request again",
            );
            return Err(conflict.into());
        }
        return Err(error.into());
    }
    let protocol = exchange.request().protocol();
    if let Some(cookie) = sessions.set_cookie(&session, protocol) {
        exchange.add_cookie(cookie);
    }
    if config.cache_headers {
        cache::depends_on_cookie(exchange.response_headers_mut());
    }
    session.set_head_sent();
    Ok(())
}
