//! `Client`: statements over a pool of connections, with a time limit.

use std::future::Future;
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio::time::Instant;
use tokio_postgres::types::ToSql;
use tokio_postgres::{NoTls, Row};

use super::Failure;
use super::target::{Target, Tls};
use crate::store::StoreOptions;
use crate::store::limit::TimedOut;
use crate::store::retry::Dropped as _;

/// The default number of connections.
const POOL: usize = 10;

/// How often a statement is tried that gave way to others.
const TRIES: usize = 4;

/// The values of a statement.
pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

pub(super) struct Client {
    pool: Pool,
    timeout: Duration,
}

/// The result of a statement.
pub(super) struct Answer {
    pub(super) rows: Vec<Row>,
    /// Whether it ran a second time because the connection broke.
    pub(super) retried: bool,
}

impl Client {
    pub(super) fn new(target: Target, options: &StoreOptions) -> Result<Client, Failure> {
        let Target { mut config, tls } = target;
        if config.get_application_name().is_none() {
            config.application_name("tornado-web sessions");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(options.timeout);
        }
        // A connection is checked before use only on this side: a query would
        // be another round trip.
        let manager = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = match tls {
            Tls::None => Manager::from_config(config, NoTls, manager),
            #[cfg(feature = "postgres-tls")]
            Tls::Verified(tls) => Manager::from_config(config, tls, manager),
        };
        let limit = options.timeout.as_millis().clamp(1, i32::MAX as u128);
        // A statement that nobody waits for any more must not hold its locks.
        let prepare = format!(
            "SET statement_timeout = {limit}; \
             SET default_transaction_isolation = 'read committed'"
        );
        let hook = Hook::async_fn(move |client, _| {
            let prepare = prepare.clone();
            Box::pin(async move {
                let prepared = client.batch_execute(&prepare).await;
                prepared.map_err(HookError::Backend)
            })
        });
        let pool = Pool::builder(manager)
            .max_size(options.pool_size.unwrap_or(POOL))
            .post_create(hook)
            .build()
            .map_err(|_| Failure::Closed)?;
        Ok(Client {
            pool,
            timeout: options.timeout,
        })
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }

    /// The deadline of an operation that begins now.
    pub(super) fn deadline(&self) -> Instant {
        let now = Instant::now();
        // A limit beyond the range of the clock becomes a day.
        let day = Duration::from_secs(86_400);
        now.checked_add(self.timeout).unwrap_or_else(|| now + day)
    }

    /// Runs a statement, and once more if the connection breaks.
    pub(super) async fn query(
        &self,
        sql: &'static str,
        params: Params<'_>,
        deadline: Instant,
    ) -> Result<Answer, Failure> {
        let mut retried = false;
        let mut tries = 0;
        loop {
            tries += 1;
            match self.once(sql, params, deadline).await {
                Ok(rows) => return Ok(Answer { rows, retried }),
                Err(failure) if failure.is_dropped() && !retried => retried = true,
                Err(failure) if failure.is_conflict() && tries < TRIES => {}
                Err(failure) => return Err(failure),
            }
        }
    }

    async fn once(
        &self,
        sql: &'static str,
        params: Params<'_>,
        deadline: Instant,
    ) -> Result<Vec<Row>, Failure> {
        let client = self.in_time(deadline, self.pool.get()).await??;
        let work = async {
            let statement = client.prepare_cached(sql).await?;
            client.query(&statement, params).await
        };
        match self.in_time(deadline, work).await {
            Ok(rows) => Ok(rows?),
            Err(timed_out) => {
                // The next statement on this connection would wait for this one.
                drop(Object::take(client));
                Err(timed_out.into())
            }
        }
    }

    async fn in_time<T>(
        &self,
        deadline: Instant,
        future: impl Future<Output = T>,
    ) -> Result<T, TimedOut> {
        tokio::time::timeout_at(deadline, future)
            .await
            .map_err(|_| TimedOut(self.timeout))
    }
}
