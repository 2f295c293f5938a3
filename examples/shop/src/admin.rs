//! The admin's page: prices and stock.

use tornado_web::escape::xhtml_escape;
use tornado_web::prelude::*;

use crate::articles::Article;
use crate::base::{Account, BaseHandler};

// ANCHOR: staff
/// The base of the admin pages: only admins get past `prepare`.
#[derive(Handler)]
pub(crate) struct StaffHandler(BaseHandler);

impl RequestHandler for StaffHandler {
    async fn prepare(&mut self) -> Result {
        self.base_mut().prepare().await?;
        if !self.authenticated_as::<Account>().await?.is_admin {
            raise!(403);
        }
        Ok(())
    }
}
// ANCHOR_END: staff

#[derive(Handler)]
pub(crate) struct AdminHandler(StaffHandler);

impl RequestHandler for AdminHandler {
    async fn get(&mut self) -> Result {
        let articles = Article::all(&self.db).await?;
        let xsrf = self.xsrf_form_html().await?;
        let form = |article: &Article| {
            let Article {
                id, cents, stock, ..
            } = article;
            let name = xhtml_escape(&article.name);
            format!(
                r#"<li><form method="post">{xsrf}<input type="hidden" name="article" value="{id}">{name}
<label>Cents <input name="cents" value="{cents}"></label>
<label>Stock <input name="stock" value="{stock}"></label> <button>Save</button></form></li>"#
            )
        };
        let forms: String = articles.iter().map(form).collect();
        self.page("Articles", &format!("<ul>{forms}</ul>")).await
    }

    async fn post(&mut self) -> Result {
        let id: i64 = self.get_argument_as("article")?;
        let cents: u32 = self.get_argument_as("cents")?;
        let stock: u32 = self.get_argument_as("stock")?;
        let sql = "UPDATE articles SET cents = ?, stock = ? WHERE id = ?";
        let update = sqlx::query(sql).bind(cents).bind(stock).bind(id);
        if update.execute(&self.db).await?.rows_affected() == 0 {
            raise!(404);
        }
        self.tell("Saved.", "/admin").await
    }
}
