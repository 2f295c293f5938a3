//! Sessions for tornado-web: values that a server keeps for one client, from
//! request to request, and that no parallel request loses.
//!
//! A handler asks [`SessionMixin`] for its [`Session`]; [`SessionSettings`] are
//! the settings. It is built on the public API of `tornado-core` alone, so it
//! is also an example of how to write a mixin.
//!
//! | where | what |
//! |---|---|
//! | [`Session`] | the handle: get, set, delete, login, regenerate, destroy |
//! | [`SessionInfo`], [`Flash`] | a line in a list of a user's sessions, and a message for the next page |
//! | [`Sessions`] | those of an application, outside of a request |
//! | [`SessionStore`] | the contract of a store; [`store`] has its errors |
//! | [`MemoryStore`] | sessions in the memory of this process |
//! | `PostgresStore` | sessions in PostgreSQL (feature `postgres`) |
//! | `RedisStore` | sessions in Redis or Valkey (feature `redis`) |
//! | `SqliteStore` | sessions in a file (feature `sqlite`) |
//! | `TowerSessionsStore` | sessions in a store of the crate `tower-sessions` (feature `tower-sessions`) |
//! | [`Record`], [`Patch`] | what a store keeps, and what a save sends to it |
//! | [`SessionId`], [`StoreKey`] | the secret of the client, and the name that a store knows |
//!
//! # From request to store
//!
//! `mixin` reads the cookie (`cookie`) and loads the session; the handle
//! collects changes (`session::state`); just before the headers go out, `save`
//! sends them to the store as one patch, and the cookie follows if it has to.
//!
//! # Cargo features
//!
//! - `postgres`: `PostgresStore`.
//! - `postgres-tls`: the same over TLS.
//! - `redis`: `RedisStore`; with `tls`, over TLS, too.
//! - `redis-cluster`: the same in a cluster.
//! - `sqlite`: `SqliteStore`.
//! - `tower-sessions`: `TowerSessionsStore`, for any store of that crate.
//! - `conformance`: the tests that every store has to pass, as a module.
//!
//! A store is a feature and no crate of its own, because a URL in the settings
//! names it: the code that reads the URL has to know all stores, and a store
//! has to know the trait, so the two belong on one side of a dependency.

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
mod verified;

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
