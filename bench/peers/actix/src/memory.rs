//! actix-session has no store in memory. This is the simplest that its trait allows.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use rand::Rng;
use rand::distr::Alphanumeric;

type State = HashMap<String, String>;

#[derive(Clone, Default)]
pub(crate) struct MemoryStore(Arc<RwLock<HashMap<String, State>>>);

impl SessionStore for MemoryStore {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        Ok(self.0.read().unwrap().get(key.as_ref()).cloned())
    }

    async fn save(&self, state: State, _ttl: &Duration) -> Result<SessionKey, SaveError> {
        let id = rand::rng().sample_iter(Alphanumeric).take(64);
        let id: String = id.map(char::from).collect();
        self.0.write().unwrap().insert(id.clone(), state);
        Ok(id.try_into().unwrap())
    }

    async fn update(
        &self,
        key: SessionKey,
        state: State,
        _ttl: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        let id = key.as_ref().to_owned();
        self.0.write().unwrap().insert(id, state);
        Ok(key)
    }

    async fn update_ttl(&self, _key: &SessionKey, _ttl: &Duration) -> anyhow::Result<()> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> anyhow::Result<()> {
        self.0.write().unwrap().remove(key.as_ref());
        Ok(())
    }
}
