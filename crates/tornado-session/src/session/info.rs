//! `SessionInfo`: one of the sessions of a user, as a list shows it.

use serde::de::DeserializeOwned;

use super::Session;
use super::handle::read;
use crate::store::Owned;
use crate::{Record, SessionError, SessionStore as _, StoreKey, Timestamp};

/// One of the sessions of a user: a line in a list of devices.
///
/// ```
/// use tornado_session::{SessionError, SessionInfo};
/// fn line(session: &SessionInfo) -> Result<String, SessionError> {
///     let browser: Option<String> = session.get("browser")?; // what the login has set
///     let here = if session.is_current() { ", this one" } else { "" };
///     Ok(format!("{}{here}", browser.unwrap_or_default()))
/// }
/// # let _ = line;
/// ```
#[derive(Clone, Debug)]
pub struct SessionInfo {
    key: StoreKey,
    record: Record,
    current: bool,
}

impl SessionInfo {
    /// Its handle, for a form that ends it; see
    /// [`revoke_session`](crate::SessionMixin::revoke_session). It is no secret:
    /// it opens no session, and ends one of the same user alone.
    #[must_use]
    pub fn key(&self) -> StoreKey {
        self.key
    }

    /// When it began.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        self.record.created_at()
    }

    /// When it ends, if it is not used any more.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.record.expires_at()
    }

    /// Whether it is the one that the request came with.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.current
    }

    /// A value that it holds, as the login may have set one to tell devices
    /// apart.
    ///
    /// # Errors
    ///
    /// As [`Session::get`].
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, SessionError> {
        let value = self.record.data().get(key);
        value.map(|value| read(key, value)).transpose()
    }
}

impl Session {
    /// The sessions of the user of this one, the newest first; none if nobody
    /// has logged in.
    pub(crate) async fn siblings(&self) -> Result<Vec<SessionInfo>, SessionError> {
        let Some(owner) = self.owner() else {
            return Ok(Vec::new());
        };
        let listed = self.inner().store.list_owned(&owner).await;
        let listed = listed.map_err(|error| SessionError::store("listed", error))?;
        let own = self.key();
        let info = |(key, record)| SessionInfo {
            key,
            record,
            current: Some(key) == own,
        };
        let now = self.inner().now();
        let alive = listed
            .into_iter()
            .filter(|(_, record)| !record.is_expired(now));
        let mut sessions: Vec<SessionInfo> = alive.map(info).collect();
        sessions.sort_by_key(|session| std::cmp::Reverse((session.created_at(), session.key)));
        Ok(sessions)
    }

    /// Ends sessions of the user of this one, now, and tells how many.
    pub(crate) async fn revoke(&self, which: Owned) -> Result<usize, SessionError> {
        let Some(owner) = self.owner() else {
            return Ok(0);
        };
        let ended = self.inner().store.delete_owned(&owner, which).await;
        ended.map_err(|error| SessionError::store("ended", error))
    }
}
