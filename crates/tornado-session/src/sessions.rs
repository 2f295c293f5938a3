//! `Sessions`: the sessions of an application, outside a request.

use std::fmt;
use std::sync::Arc;

use tornado_cookies::SetCookie;
use tornado_core::{Application, Protocol};

use crate::cookie::Presented;
use crate::settings::{Config, ConfigSlot, config};
use crate::{AnyStore, Session, SessionError};

/// The sessions of an application, for code outside a handler: a job, a
/// command, a test. In a handler, use
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

/// The most ids of one request that are looked up in the store. Each path and
/// domain that the cookie has had may have left a dead one in a browser, and
/// those are few. A client that collects dead ones must not cause a load for
/// each.
const TRIES: usize = 8;

impl Sessions {
    /// The sessions of this application, as its settings say.
    ///
    /// # Errors
    ///
    /// [`Settings`](crate::SessionErrorKind::Settings) when a setting is
    /// missing or invalid.
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

    /// The session whose cookie a client has sent, given the values of its
    /// `Cookie` headers; a session that has not begun, if there is none. As
    /// [`get_session`](crate::SessionMixin::get_session).
    ///
    /// # Errors
    ///
    /// [`Store`](crate::SessionErrorKind::Store) when the store can't be
    /// reached.
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
            // One copy signed with the current key is enough: copies for another path
            // can't be replaced, and would cause the cookie to be sent with every
            // response.
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

    /// The cookie that the client needs once the session has been saved; `None`
    /// if the one it has is as it should be. For a session that has ended, the
    /// cookie is a removal.
    #[must_use]
    pub fn set_cookie(&self, session: &Session, protocol: Protocol) -> Option<SetCookie> {
        self.config().cookie.render(&session.cookie(), protocol)
    }

    /// The store that holds the sessions.
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
