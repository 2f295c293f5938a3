//! Orders: a whole cart, or nothing.

use tornado_web::escape::xhtml_escape;
use tornado_web::prelude::*;
use tracing::info;

use crate::base::{Account, BaseHandler};
use crate::cart;
use crate::transaction::TransactionMixin as _;

#[derive(Handler)]
pub(crate) struct OrdersHandler(BaseHandler);

impl RequestHandler for OrdersHandler {
    async fn get(&mut self) -> Result {
        let account = self.authenticated_as::<Account>().await?;
        let sql = "SELECT articles.name, SUM(orders.amount) FROM orders
            JOIN articles ON articles.id = orders.article
            WHERE orders.account = ? GROUP BY articles.id ORDER BY articles.name";
        let orders: Vec<(String, i64)> = sqlx::query_as(sql)
            .bind(account.id)
            .fetch_all(&self.db)
            .await?;
        let list: String = orders
            .iter()
            .map(|(name, amount)| {
                format!("<li><span>{amount} × {}</span></li>", xhtml_escape(name))
            })
            .collect();
        self.page("Orders", &format!("<ul>{list}</ul>")).await
    }

    // ANCHOR: order
    async fn post(&mut self) -> Result {
        let account = self.authenticated_as::<Account>().await?;
        let session = self.get_session().await?;
        let content = cart::content(&session)?;
        let db = self.transaction().await?;
        for &(article, amount) in &content {
            let sql = "UPDATE articles SET stock = stock - ? WHERE id = ? AND stock >= ?";
            let sold = sqlx::query(sql).bind(amount).bind(article).bind(amount);
            if sold.execute(&mut **db).await?.rows_affected() == 0 {
                // The transaction takes back what this loop has already sold.
                raise!(409, reason = "Sold Out");
            }
            let sql = "INSERT INTO orders (account, article, amount) VALUES (?, ?, ?)";
            let order = sqlx::query(sql).bind(account.id).bind(article).bind(amount);
            order.execute(&mut **db).await?;
        }
        cart::clear(&session)?;
        info!(account = account.id, articles = content.len(), "ordered");
        self.tell("Thank you!", "/orders").await
    }
    // ANCHOR_END: order
}
