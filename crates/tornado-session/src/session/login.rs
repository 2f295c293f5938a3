//! `Session::login`: whose session it is.

use std::fmt::Display;

use super::Session;
use super::handle::IN_FLIGHT;
use crate::store::Grace;
use crate::{SessionError, SessionErrorKind};

/// Longer names of users than this don't fit into the index of every database.
const MAX_OWNER: usize = 1024;

impl Session {
    /// Makes it the session of this user, under a new id, when it is saved. In a
    /// handler, [`SessionMixin::login`](crate::SessionMixin::login) does this
    /// and what else belongs to a login.
    ///
    /// `user` is what tells users apart: the primary key of a table, a name. By
    /// it, a store lists and ends the sessions of a user.
    ///
    /// - **A new id**, as by [`regenerate`](Self::regenerate), so that whoever
    ///   knew the old one does not get in.
    /// - **What the visitor has set stays**, the cart for one. If it is the
    ///   session of another user, that one ends, and this user begins with an
    ///   empty one.
    /// - **There is a session afterwards.** If it has ended meanwhile, or
    ///   another request has given it a new id, a new one begins with what this
    ///   request has set.
    ///
    /// # Errors
    ///
    /// [`UserId`](SessionErrorKind::UserId) when the user's id is empty, has a
    /// NUL in it or more than 1,024 bytes.
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

    /// The user that has logged in, as [`login`](Self::login) was told; `None`
    /// for a visitor.
    ///
    /// It is what `get_current_user` of a handler is to look at.
    #[must_use]
    pub fn owner(&self) -> Option<String> {
        let state = self.inner().state();
        state.owner().map(|owner| String::from(&**owner))
    }
}
