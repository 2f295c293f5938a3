//! `Session::login`: whose session it is.

use std::fmt::Display;

use super::Session;
use super::handle::IN_FLIGHT;
use crate::store::Grace;
use crate::{SessionError, SessionErrorKind};

/// Longer user ids than this don't fit into every database's index.
const MAX_OWNER: usize = 1024;

impl Session {
    /// Makes this the session of a user, under a new id, when it is saved. In a
    /// handler, [`SessionMixin::login`](crate::SessionMixin::login) does this
    /// and the rest of a login.
    ///
    /// `user` identifies the user: the primary key of a table, or a name. A
    /// store uses it to list and end the user's sessions.
    ///
    /// - **A new id**, as with [`regenerate`](Self::regenerate), locks out
    ///   anyone who knew the old one.
    /// - **What the visitor has set stays**, such as a cart. If the session
    ///   belongs to a different user, it ends, and the new user begins with an
    ///   empty one.
    /// - **There is a session afterwards.** If it has ended in the meantime, or
    ///   another request has changed its id, a new one begins with what this
    ///   request has set.
    ///
    /// # Errors
    ///
    /// [`UserId`](SessionErrorKind::UserId) when the user's id is empty,
    /// contains a NUL or is longer than 1,024 bytes.
    ///
    /// ```
    /// # tornado_testing::block_on(async {
    /// use tornado_session::{MemoryStore, Session, SessionStore};
    /// let store = MemoryStore::new();
    /// let session = Session::new(store.clone(), Default::default());
    /// session.set("cart", 3).unwrap();
    /// session.login(42).unwrap();
    /// session.save().await.unwrap();
    /// assert_eq!(session.owner().as_deref(), Some("42"));
    /// assert_eq!(store.list_owned("42").await.unwrap().len(), 1);
    /// # });
    /// ```
    pub fn login(&self, user: impl Display) -> Result<(), SessionError> {
        let owner = user.to_string();
        if owner.is_empty() || owner.len() > MAX_OWNER || owner.contains('\0') {
            return Err(SessionError::new(
                SessionErrorKind::UserId,
                "the id of a user has 1 to 1024 bytes of UTF-8, and no NUL",
            ));
        }
        let grace = Grace::InFlight(IN_FLIGHT);
        self.inner().state().login(owner.into(), grace);
        Ok(())
    }

    /// The logged-in user, as passed to [`login`](Self::login); `None` for a
    /// visitor.
    ///
    /// A handler's `get_current_user` should use this.
    #[must_use]
    pub fn owner(&self) -> Option<String> {
        let state = self.inner().state();
        state.owner().map(|owner| String::from(&**owner))
    }
}
