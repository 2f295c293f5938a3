//! The articles for sale.

use serde::Serialize;
use sqlx::{FromRow, Pool};
use tornado_web::prelude::*;

use crate::base::BaseHandler;
use crate::{Db, html};

#[derive(FromRow, Serialize)]
pub(crate) struct Article {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) cents: i64,
    pub(crate) stock: i64,
}

impl Article {
    pub(crate) async fn all(db: &Pool<Db>) -> Result<Vec<Article>> {
        let sql = "SELECT id, name, cents, stock FROM articles ORDER BY name";
        Ok(sqlx::query_as(sql).fetch_all(db).await?)
    }

    /// The article with this number, or a 404.
    pub(crate) async fn find(db: &Pool<Db>, id: i64) -> Result<Article> {
        let sql = "SELECT id, name, cents, stock FROM articles WHERE id = ?";
        let article = sqlx::query_as(sql).bind(id).fetch_optional(db).await?;
        article.or_status(404)
    }
}

// ANCHOR: handler
#[derive(Handler)]
pub(crate) struct ArticlesHandler(BaseHandler);

impl RequestHandler for ArticlesHandler {
    async fn get(&mut self) -> Result {
        let articles = Article::all(&self.db).await?;
        let xsrf = self.xsrf_form_html().await?;
        let articles: String = articles
            .iter()
            .map(|article| html::article(article, &xsrf))
            .collect();
        self.page("Tea", &format!("<ul>{articles}</ul>")).await
    }
}
// ANCHOR_END: handler
