//! `TransactionMixin`: one transaction per request.

// ANCHOR: mixin
use sqlx::{Pool, Transaction};
use tornado_web::prelude::*;

use super::Db;

/// Gives handlers a transaction. It is committed before the headers go out, or
/// rolled back if the status is an error.
pub(crate) trait TransactionMixin: RequestHandler {
    /// The transaction of this request. The first call begins it.
    fn transaction(
        &mut self,
    ) -> impl Future<Output = Result<&mut Transaction<'static, Db>>> + Send {
        async {
            let exchange = self.exchange_mut();
            if exchange.slot::<Transaction<'static, Db>>().is_none() {
                let db: Pool<Db> = exchange.state()?;
                exchange.before_headers(|exchange| Box::pin(end(exchange)))?;
                exchange.insert_slot(db.begin().await?);
            }
            Ok(exchange.slot_mut().expect("it was begun just now"))
        }
    }
}

impl<H: RequestHandler> TransactionMixin for H {}

async fn end(exchange: &mut Exchange) -> Result {
    let Some(transaction) = exchange.take_slot::<Transaction<'static, Db>>() else {
        return Ok(());
    };
    if exchange.get_status() < 400 {
        transaction.commit().await?;
    } else {
        transaction.rollback().await?;
    }
    Ok(())
}
// ANCHOR_END: mixin
