//! The JSON API. Everybody may read; a request that changes something needs an
//! admin, and the token in the header `X-Xsrftoken`.

use serde::Deserialize;
use serde_json::json;
use tornado_web::prelude::*;

use crate::articles::Article;
use crate::base::{Account, BaseHandler};
use crate::transaction::TransactionMixin as _;

// ANCHOR: base
/// The base of the API, with errors in JSON.
#[derive(Handler)]
pub(crate) struct ApiHandler(BaseHandler);

impl RequestHandler for ApiHandler {
    async fn write_error(&mut self, status: u16, _: Option<&Error>) -> Result {
        let reason = self.get_reason();
        self.write(json!({ "status": status, "error": reason }));
        Ok(())
    }
}
// ANCHOR_END: base

#[derive(Handler)]
pub(crate) struct ArticlesHandler(ApiHandler);

impl RequestHandler for ArticlesHandler {
    async fn get(&mut self) -> Result {
        let articles = Article::all(&self.db).await?;
        self.write(json!({ "articles": articles }));
        Ok(())
    }
}

#[derive(Handler)]
pub(crate) struct ArticleHandler(ApiHandler);

// ANCHOR: json
/// The parts of an article that a client may change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    cents: Option<u32>,
    stock: Option<u32>,
}

impl RequestHandler for ArticleHandler {
    async fn get(&mut self) -> Result {
        let article = Article::find(&self.db, self.path_args_as()?).await?;
        self.write_json(&article);
        Ok(())
    }

    async fn patch(&mut self) -> Result {
        let account = self.current_user_as::<Account>().await?;
        if !account.is_some_and(|account| account.is_admin) {
            raise!(403);
        }
        let id: i64 = self.path_args_as()?;
        let changes: Changes = self.json_body()?;
        let db = self.transaction().await?;
        let sql = "UPDATE articles SET cents = COALESCE(?, cents), stock = COALESCE(?, stock)
            WHERE id = ? RETURNING id, name, cents, stock";
        let article = sqlx::query_as(sql)
            .bind(changes.cents)
            .bind(changes.stock)
            .bind(id);
        let article: Option<Article> = article.fetch_optional(&mut **db).await?;
        self.write_json(&article.or_status(404)?);
        Ok(())
    }
}
// ANCHOR_END: json
