//! `AnyStore`: a store whose type has been erased.

use std::any::{Any, type_name};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::{
    ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, Grace, LoadError,
    Owned, Place, RenameError, SessionStore,
};
use crate::{Patch, Record, StoreKey};

/// A store of any type.
///
/// A clone is cheap and refers to the same store.
#[derive(Clone)]
pub struct AnyStore(Arc<dyn DynStore>);

impl AnyStore {
    /// Wraps a store.
    #[must_use]
    pub fn new<S: SessionStore>(store: S) -> AnyStore {
        // An erased store must not be boxed twice.
        match (&store as &dyn Any).downcast_ref::<AnyStore>() {
            Some(erased) => erased.clone(),
            None => AnyStore(Arc::new(store)),
        }
    }
}

impl fmt::Debug for AnyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnyStore({})", self.0.name())
    }
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The object-safe twin of [`SessionStore`], with boxed futures.
trait DynStore: Send + Sync {
    fn name(&self) -> &'static str;
    fn load<'a>(&'a self, key: &'a StoreKey) -> Boxed<'a, Result<Option<Record>, LoadError>>;
    fn create<'a>(
        &'a self,
        key: &'a StoreKey,
        record: Record,
    ) -> Boxed<'a, Result<(), CreateError>>;
    fn apply<'a>(
        &'a self,
        key: &'a StoreKey,
        patch: &'a Patch,
    ) -> Boxed<'a, Result<Place, ApplyError>>;
    fn rename<'a>(
        &'a self,
        old: &'a StoreKey,
        new: &'a StoreKey,
        patch: &'a Patch,
        grace: Grace,
    ) -> Boxed<'a, Result<(), RenameError>>;
    fn delete<'a>(&'a self, key: &'a StoreKey) -> Boxed<'a, Result<(), DeleteError>>;
    fn list_owned<'a>(
        &'a self,
        owner: &'a str,
    ) -> Boxed<'a, Result<Vec<(StoreKey, Record)>, LoadError>>;
    fn delete_owned<'a>(
        &'a self,
        owner: &'a str,
        which: Owned,
    ) -> Boxed<'a, Result<usize, DeleteOwnedError>>;
    fn delete_expired(&self, batch: usize) -> Boxed<'_, Result<usize, DeleteExpiredError>>;
}

impl<S: SessionStore> DynStore for S {
    fn name(&self) -> &'static str {
        type_name::<S>()
    }

    fn load<'a>(&'a self, key: &'a StoreKey) -> Boxed<'a, Result<Option<Record>, LoadError>> {
        Box::pin(SessionStore::load(self, key))
    }

    fn create<'a>(
        &'a self,
        key: &'a StoreKey,
        record: Record,
    ) -> Boxed<'a, Result<(), CreateError>> {
        Box::pin(SessionStore::create(self, key, record))
    }

    fn apply<'a>(
        &'a self,
        key: &'a StoreKey,
        patch: &'a Patch,
    ) -> Boxed<'a, Result<Place, ApplyError>> {
        Box::pin(SessionStore::apply(self, key, patch))
    }

    fn rename<'a>(
        &'a self,
        old: &'a StoreKey,
        new: &'a StoreKey,
        patch: &'a Patch,
        grace: Grace,
    ) -> Boxed<'a, Result<(), RenameError>> {
        Box::pin(SessionStore::rename(self, old, new, patch, grace))
    }

    fn delete<'a>(&'a self, key: &'a StoreKey) -> Boxed<'a, Result<(), DeleteError>> {
        Box::pin(SessionStore::delete(self, key))
    }

    fn list_owned<'a>(
        &'a self,
        owner: &'a str,
    ) -> Boxed<'a, Result<Vec<(StoreKey, Record)>, LoadError>> {
        Box::pin(SessionStore::list_owned(self, owner))
    }

    fn delete_owned<'a>(
        &'a self,
        owner: &'a str,
        which: Owned,
    ) -> Boxed<'a, Result<usize, DeleteOwnedError>> {
        Box::pin(SessionStore::delete_owned(self, owner, which))
    }

    fn delete_expired(&self, batch: usize) -> Boxed<'_, Result<usize, DeleteExpiredError>> {
        Box::pin(SessionStore::delete_expired(self, batch))
    }
}

/// Forwards every operation to what `$inner` makes of `self`.
macro_rules! forward {
    ($self:ident => $inner:expr) => {
        async fn load(&$self, key: &StoreKey) -> Result<Option<Record>, LoadError> {
            $inner.load(key).await
        }

        async fn create(&$self, key: &StoreKey, record: Record) -> Result<(), CreateError> {
            $inner.create(key, record).await
        }

        async fn apply(&$self, key: &StoreKey, patch: &Patch) -> Result<Place, ApplyError> {
            $inner.apply(key, patch).await
        }

        async fn rename(
            &$self,
            old: &StoreKey,
            new: &StoreKey,
            patch: &Patch,
            grace: Grace,
        ) -> Result<(), RenameError> {
            $inner.rename(old, new, patch, grace).await
        }

        async fn delete(&$self, key: &StoreKey) -> Result<(), DeleteError> {
            $inner.delete(key).await
        }

        async fn list_owned(&$self, owner: &str) -> Result<Vec<(StoreKey, Record)>, LoadError> {
            $inner.list_owned(owner).await
        }

        async fn delete_owned(&$self, owner: &str, which: Owned) -> Result<usize, DeleteOwnedError> {
            $inner.delete_owned(owner, which).await
        }

        async fn delete_expired(&$self, batch: usize) -> Result<usize, DeleteExpiredError> {
            $inner.delete_expired(batch).await
        }
    };
}

pub(super) use forward;

impl SessionStore for AnyStore {
    forward!(self => (*self.0));
}

impl<S: SessionStore> SessionStore for Arc<S> {
    forward!(self => (**self));
}
