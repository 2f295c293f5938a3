//! What all pages share: the database, and who the author is.

use sqlx::{AnyPool, FromRow};
use tornado_web::cookies::SameSite;
use tornado_web::prelude::*;
use tornado_web::template::TemplateObject;

/// The cookie that says who has logged in.
pub(crate) const COOKIE: &str = "author";

#[derive(Handler)]
pub(crate) struct BaseHandler {
    base: Exchange,
    #[state]
    pub(crate) db: AnyPool,
}

/// The author of the blog: `current_user` in the templates.
#[derive(Debug, FromRow, TemplateObject)]
pub(crate) struct Author {
    pub(crate) id: i64,
    pub(crate) name: String,
}

impl RequestHandler for BaseHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        let Some(id) = self.get_signed_cookie(COOKIE)? else {
            return Ok(None);
        };
        let id: i64 = String::from_utf8(id)?.parse()?;
        let author = sqlx::query_as::<_, Author>("SELECT id, name FROM authors WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.db)
            .await?;
        Ok(author.map(User::object))
    }
}

impl BaseHandler {
    /// Remembers the author, for 30 days.
    pub(crate) fn log_in(&mut self, id: i64) {
        self.set_signed_cookie(COOKIE, id.to_string())
            .http_only(true)
            .same_site(SameSite::Lax);
    }

    /// Redirects to the argument `next`, if it is a page of this blog and not of
    /// another site.
    pub(crate) fn redirect_to_next(&mut self) -> Result {
        let next: String = self.get_argument_or("next", "/")?;
        if !next.starts_with('/') || next.starts_with("//") || next.contains('\\') {
            raise!(400, "next is {next:?}");
        }
        self.redirect_with_status(&next, 303);
        Ok(())
    }

    pub(crate) async fn any_author_exists(&self) -> Result<bool> {
        let sql = "SELECT id FROM authors LIMIT 1";
        let author = sqlx::query_scalar::<_, i64>(sql).fetch_optional(&self.db);
        Ok(author.await?.is_some())
    }
}
