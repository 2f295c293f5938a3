//! The page for writing and editing posts.

use tornado_web::prelude::*;

use crate::base::{Author, BaseHandler};
use crate::entries::{self, Draft};

#[derive(Handler)]
pub(crate) struct ComposeHandler(BaseHandler);

impl RequestHandler for ComposeHandler {
    async fn prepare(&mut self) -> Result {
        self.base_mut().prepare().await?;
        self.authenticated().await?;
        Ok(())
    }

    async fn get(&mut self) -> Result {
        let id: Option<i64> = self.get_argument_as("id")?;
        let entry = match id {
            Some(id) => Some(entries::of_id(&self.db, id).await?),
            None => None,
        };
        self.render("compose.html", context! { entry }).await
    }

    async fn post(&mut self) -> Result {
        let draft = Draft {
            title: self.get_argument("title")?,
            markdown: self.get_argument("markdown")?,
        };
        if draft.title.is_empty() || draft.markdown.is_empty() {
            raise!(400, reason = "A post has a title and a text");
        }
        let id: Option<i64> = self.get_argument_as("id")?;
        let slug = match id {
            Some(id) => draft.replace(&self.db, id).await?,
            None => {
                let author = self.authenticated_as::<Author>().await?;
                draft.publish(&self.db, author.id).await?
            }
        };
        let entry = self.reverse_url("entry", [slug])?;
        self.redirect_with_status(&entry, 303);
        Ok(())
    }
}
