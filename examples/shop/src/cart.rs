//! The cart: one session value for each article, so that concurrent requests don't
//! overwrite each other.

use tornado_web::prelude::*;

use crate::articles::Article;
use crate::base::BaseHandler;
use crate::html;

const PREFIX: &str = "cart:";

/// The numbers of the articles, and the quantity of each.
pub(crate) fn content(session: &Session) -> Result<Vec<(i64, i64)>> {
    let mut content = Vec::new();
    for key in session.keys() {
        if let Some(id) = key.strip_prefix(PREFIX) {
            content.push((id.parse()?, session.get_or(&key, 0)?));
        }
    }
    Ok(content)
}

pub(crate) fn clear(session: &Session) -> Result {
    for (id, _) in content(session)? {
        session.delete(&format!("{PREFIX}{id}"));
    }
    Ok(())
}

#[derive(Handler)]
pub(crate) struct CartHandler(BaseHandler);

impl RequestHandler for CartHandler {
    async fn get(&mut self) -> Result {
        let content = content(&self.get_session().await?)?;
        let mut list = String::new();
        let mut sum = 0;
        for &(id, amount) in &content {
            let article = Article::find(&self.db, id).await?;
            let price = article.cents * amount;
            sum += price;
            let (name, price) = (
                tornado_web::escape::xhtml_escape(&article.name),
                html::money(price),
            );
            list.push_str(&format!("<li><span>{amount} × {name}</span> {price}</li>"));
        }
        let order = if content.is_empty() {
            "<p>It is empty.</p>".to_owned()
        } else if self.current_user().await?.is_none() {
            r#"<p><a href="/login?next=/cart">Log in</a> to order.</p>"#.to_owned()
        } else {
            let xsrf = self.xsrf_form_html().await?;
            let sum = html::money(sum);
            format!(
                r#"<form method="post" action="/orders">{xsrf}<button>Order for {sum}</button></form>"#
            )
        };
        self.page("Cart", &format!("<ul>{list}</ul>{order}")).await
    }

    async fn post(&mut self) -> Result {
        let id: i64 = self.get_argument_as("article")?;
        let article = Article::find(&self.db, id).await?;
        let session = self.get_session().await?;
        let key = format!("{PREFIX}{id}");
        session.set(&key, session.get_or(&key, 0)? + 1)?;
        self.tell(&format!("{} is in the cart.", article.name), "/")
            .await
    }
}
