//! `SessionInfo`: one of a user's sessions, for a list.

use sha2::{Digest as _, Sha256};
use tornado_core::Readable;
use uuid::Uuid;

use super::Session;
use super::handle::read;
use crate::store::Owned;
use crate::{Record, SessionError, SessionStore as _, StoreKey, Timestamp};

/// One of a user's sessions: an entry in a list of devices.
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
    /// An id that a page may show and a form send back to end the session; see
    /// [`revoke_session`](crate::SessionMixin::revoke_session). It is a version
    /// 8 UUID made from a hash of [`key`](Self::key), and reveals neither the
    /// secret id nor the session's name in the store. A login changes it.
    #[must_use]
    pub fn id(&self) -> Uuid {
        shown_id(&self.key)
    }

    /// Its name in the store, for purposes such as an entry in your own log. It
    /// can't be used to open the session. For a page, [`id`](Self::id) is
    /// shorter and reveals less.
    #[must_use]
    pub fn key(&self) -> StoreKey {
        self.key
    }

    /// When it began.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        self.record.created_at()
    }

    /// When it expires, if it is not used again.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.record.expires_at()
    }

    /// Whether this is the session that the request came with.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.current
    }

    /// A value of the session, such as one that the login set to tell devices
    /// apart.
    ///
    /// # Errors
    ///
    /// As [`Session::get`].
    pub fn get<T: Readable>(&self, key: &str) -> Result<Option<T>, SessionError> {
        let value = self.record.data().get(key);
        value.map(|value| read(key, value)).transpose()
    }
}

fn shown_id(key: &StoreKey) -> Uuid {
    let hash = Sha256::new()
        .chain_update("tornado-web: what a page shows of a session\n")
        .chain_update(key.as_str())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

impl Session {
    /// The store key of another session of the same user, which a form has
    /// identified by its [`id`](SessionInfo::id) or its
    /// [`key`](SessionInfo::key).
    pub(crate) async fn sibling(&self, named: &str) -> Result<Option<StoreKey>, SessionError> {
        if let Some(key) = StoreKey::parse(named) {
            return Ok(Some(key));
        }
        let Ok(id) = Uuid::try_parse(named) else {
            return Ok(None);
        };
        let siblings = self.siblings().await?;
        let found = siblings.iter().find(|session| session.id() == id);
        Ok(found.map(SessionInfo::key))
    }

    /// All sessions of this one's user, the newest first; empty if nobody is
    /// logged in.
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

    /// Ends sessions of this one's user now, and returns how many.
    pub(crate) async fn revoke(&self, which: Owned) -> Result<usize, SessionError> {
        let Some(owner) = self.owner() else {
            return Ok(0);
        };
        let ended = self.inner().store.delete_owned(&owner, which).await;
        ended.map_err(|error| SessionError::store("ended", error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_shows_is_a_uuid_that_says_nothing_of_the_key() {
        let key = StoreKey::parse("6oZqdX5MOLq_qBJ8vppAnT4fk6AP8UiP9zX8-Rev_9A").unwrap();
        let id = shown_id(&key);
        assert_eq!(id.get_version_num(), 8);
        // It is the same in every process that shares the store, permanently.
        assert_eq!(id.to_string(), "e8d456c8-a7c0-8358-8033-eac3274927a6");
    }
}
