//! Sessions for tornado-web: values that a server keeps for one client from
//! request to request, and that parallel requests do not lose.
//!
//! A handler gets its [`Session`] from [`SessionMixin`]; [`SessionSettings`]
//! has the settings. The crate uses only the public API of `tornado-core`, so
//! it also serves as an example of how to write a mixin.
//!
//! | item | purpose |
//! |---|---|
//! | [`Session`] | the handle: get, set, delete, login, regenerate, destroy |
//! | [`SessionInfo`], [`Flash`] | an entry in a list of a user's sessions, and a message for the next page |
//! | [`Sessions`] | the sessions of an application, outside a request |
//! | [`SessionStore`] | the contract of a store; [`store`] has its errors |
//! | [`MemoryStore`] | sessions in the memory of this process |
//! | `PostgresStore` | sessions in PostgreSQL (feature `postgres`) |
//! | `RedisStore` | sessions in Redis or Valkey (feature `redis`) |
//! | `SqliteStore` | sessions in a file (feature `sqlite`) |
//! | `TowerSessionsStore` | sessions in a store of the crate `tower-sessions` (feature `tower-sessions`) |
//! | [`Record`], [`Patch`] | what a store keeps, and what a save sends to it |
//! | [`SessionId`], [`StoreKey`] | the client's secret, and the name that a store knows |
//!
//! # From request to store
//!
//! `mixin` reads the cookie (`cookie`) and loads the session. The handle
//! collects changes (`session::state`). Just before the headers are sent,
//! `save` sends the changes to the store as one patch, followed by the cookie
//! if it needs to be sent.
//!
//! # Cargo features
//!
//! - `postgres`: `PostgresStore`.
//! - `postgres-tls`: `PostgresStore` over TLS.
//! - `redis`: `RedisStore`; with `tls`, over TLS as well.
//! - `redis-cluster`: `RedisStore` in a cluster.
//! - `sqlite`: `SqliteStore`.
//! - `tower-sessions`: `TowerSessionsStore`, for any store of that crate.
//! - `conformance`: the tests that every store must pass, as a module.
//!
//! Stores are features, not crates of their own, because a URL in the settings
//! can name them. The code that reads the URL must know every store, and every
//! store must know the trait, so both belong in one crate.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod cache;
#[cfg(feature = "conformance")]
pub mod conformance;
mod cookie;
mod error;
mod id;
mod json;
mod lifetime;
mod mixin;
mod options;
mod patch;
mod record;
mod session;
mod sessions;
mod settings;
pub mod store;
mod timestamp;

pub use error::{SessionError, SessionErrorKind};
pub use id::{SessionId, StoreKey};
pub use json::Json;
pub use lifetime::{Expiry, Lifetime};
pub use mixin::SessionMixin;
pub use options::SessionOptions;
pub use patch::Patch;
pub use record::Record;
pub use session::{DefaultFor, Flash, Session, SessionInfo};
pub use sessions::Sessions;
pub use settings::{SessionSettings, StoreSetting};
#[cfg(feature = "postgres")]
pub use store::PostgresStore;
#[cfg(feature = "redis")]
pub use store::RedisStore;
#[cfg(feature = "sqlite")]
pub use store::SqliteStore;
#[cfg(feature = "tower-sessions")]
pub use store::TowerSessionsStore;
pub use store::{AnyStore, MemoryStore, SessionStore, StoreOptions};
pub use timestamp::Timestamp;
