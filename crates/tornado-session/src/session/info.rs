//! `SessionInfo`: one of the sessions of a user, as a list shows it.

use sha2::{Digest as _, Sha256};
use tornado_core::Readable;
use uuid::Uuid;

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
    /// What a page may show of it, and a form send back to end it; see
    /// [`revoke_session`](crate::SessionMixin::revoke_session). It is a UUID of
    /// version 8, made of a hash of [`key`](Self::key): neither the secret id nor
    /// the name of the session in the store can be told from it. A login gives a
    /// session another one.
    #[must_use]
    pub fn id(&self) -> Uuid {
        shown_id(&self.key)
    }

    /// The name of it in the store, such as for an entry in a log of your own. It
    /// opens no session; for a page, [`id`](Self::id) is shorter and says less.
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
    /// The name in the store of the session of this one's user that a form has
    /// sent back: its [`id`](SessionInfo::id), or its [`key`](SessionInfo::key).
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_shows_is_a_uuid_that_says_nothing_of_the_key() {
        let key = StoreKey::parse("6oZqdX5MOLq_qBJ8vppAnT4fk6AP8UiP9zX8-Rev_9A").unwrap();
        let id = shown_id(&key);
        assert_eq!(id.get_version_num(), 8);
        // It is the same in every process that shares the store, for good.
        assert_eq!(id.to_string(), "e8d456c8-a7c0-8358-8033-eac3274927a6");
    }
}
