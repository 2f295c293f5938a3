//! `Sessions`: those of an application, outside of a request.

use std::fmt;
use std::sync::Arc;

use tornado_cookies::SetCookie;
use tornado_core::{Application, Protocol};

use crate::cookie::Presented;
use crate::settings::{Config, ConfigSlot, config};
use crate::{AnyStore, Session, SessionError};

/// The sessions of an application, for what is no request to a handler: a job, a
/// command, a test. In a handler there is
/// [`get_session`](crate::SessionMixin::get_session).
///
/// ```
/// use tornado_web::{Application, Protocol, Settings};
/// use tornado_session::Sessions;
///
/// # tornado_testing::block_on(async {
/// let app = Application::new([], Settings::new().cookie_secret("a secret"))?;
/// let sessions = Sessions::of(&app)?;
/// let session = sessions.create();
/// session.login("kim")?;
/// session.save().await?;
///
/// let cookie = sessions.set_cookie(&session, Protocol::Https).unwrap();
/// let header = format!("{}={}", cookie.name(), cookie.value());
/// let found = sessions.find([header.as_bytes()]).await?;
/// assert_eq!(found.owner().as_deref(), Some("kim"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct Sessions(Arc<ConfigSlot>);

/// How many ids of one request the store is asked for. Each path and domain that
/// the cookie has had may have left a dead one in a browser, and they are few.
/// Who collects dead ones must not get a load for each.
const TRIES: usize = 8;

impl Sessions {
    /// Those of this application, by its settings.
    ///
    /// # Errors
    ///
    /// [`Settings`](crate::SessionErrorKind::Settings) when a setting is missing or
    /// can't be used.
    pub fn of(application: &Application) -> Result<Sessions, SessionError> {
        let slot = Config::of(application);
        config(&slot)?;
        Ok(Sessions(slot))
    }

    /// A session that has not begun yet.
    #[must_use]
    pub fn create(&self) -> Session {
        self.fresh(false)
    }

    fn fresh(&self, presented: bool) -> Session {
        let config = self.config();
        Session::fresh(
            config.store.clone(),
            config.options,
            config.clock.clone(),
            presented,
        )
    }

    /// The session that a client has sent the cookie of, among the values of its
    /// `Cookie` headers; one that has not begun, if there is none. As
    /// [`get_session`](crate::SessionMixin::get_session).
    ///
    /// # Errors
    ///
    /// [`Store`](crate::SessionErrorKind::Store) when the store can't be asked.
    pub async fn find<'a, I>(&self, headers: I) -> Result<Session, SessionError>
    where
        I: IntoIterator<Item = &'a [u8], IntoIter: DoubleEndedIterator>,
    {
        let config = self.config();
        let mut cookies = config.cookie.read(headers.into_iter());
        let (mut presented, mut stale, mut found) = (false, Vec::new(), None);
        while stale.len() < TRIES
            && let Some(cookie) = cookies.next()
        {
            presented = true;
            let Some(Presented { id, key, outdated }) = cookie else {
                continue;
            };
            if stale.contains(&key) {
                continue;
            }
            let (store, clock) = (&config.store, &config.clock);
            let Some(session) = Session::load(store, config.options, clock, id, key).await? else {
                stale.push(key);
                continue;
            };
            // One copy that is signed as today will do: those of another path can't
            // be replaced, and would have it sent with every response.
            let same = |other: Presented| other.key == key && !other.outdated;
            if outdated && !cookies.flatten().any(same) {
                session.resign();
            }
            found = Some(session);
            break;
        }
        let session = found.unwrap_or_else(|| self.fresh(presented));
        if !stale.is_empty() {
            session.set_stale(stale);
        }
        Ok(session)
    }

    /// The cookie that the client of a session needs, after it was saved; `None`
    /// when that which it has is as it should be. It is removed by one for a
    /// session that has ended.
    #[must_use]
    pub fn set_cookie(&self, session: &Session, protocol: Protocol) -> Option<SetCookie> {
        self.config().cookie.render(&session.cookie(), protocol)
    }

    /// The store that they are in.
    #[must_use]
    pub fn store(&self) -> &AnyStore {
        &self.config().store
    }

    pub(crate) fn config(&self) -> &Config {
        let config: Result<&Config, &SessionError> = (*self.0).as_ref();
        config.expect("it was looked at when this was made")
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions")
            .field("store", self.store())
            .finish_non_exhaustive()
    }
}
