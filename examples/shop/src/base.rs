//! What all pages share: the database, the account, the frame.

use sqlx::{FromRow, Pool};
use tornado_web::prelude::*;

use crate::{Db, html};

#[derive(Handler)]
pub(crate) struct BaseHandler {
    base: Exchange,
    #[state]
    pub(crate) db: Pool<Db>,
}

/// Who has logged in.
#[derive(FromRow)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) is_admin: bool,
}

impl RequestHandler for BaseHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        let Some(id) = self.get_session().await?.owner() else {
            return Ok(None);
        };
        let sql = "SELECT id, name, is_admin FROM accounts WHERE id = ?";
        let account = sqlx::query_as::<_, Account>(sql).bind(id.parse::<i64>()?);
        Ok(account.fetch_optional(&self.db).await?.map(User::new))
    }

    async fn write_error(&mut self, status: u16, _: Option<&Error>) -> Result {
        // Without the database, because it may be what failed.
        let title = format!("{status}: {}", self.get_reason());
        self.write(html::layout(
            &title,
            "",
            &[],
            "<p><a href=\"/\">To the shop</a></p>",
        ));
        Ok(())
    }
}

impl BaseHandler {
    /// Writes a page: the frame, its flash messages, and a body in HTML.
    pub(crate) async fn page(&mut self, title: &str, body: &str) -> Result {
        let account = self.current_user_as::<Account>().await?;
        let account = match account {
            Some(account) => html::menu(&account, &self.xsrf_form_html().await?),
            None => html::menu_of_guest(),
        };
        let messages = self.get_session().await?.take_flashes()?;
        self.write(html::layout(title, &account, &messages, body));
        Ok(())
    }

    /// Leaves a message for the next page, and redirects there.
    pub(crate) async fn tell(&mut self, message: &str, path: &str) -> Result {
        self.get_session().await?.flash("info", message)?;
        self.redirect_with_status(path, 303);
        Ok(())
    }
}
