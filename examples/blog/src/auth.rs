//! The author: creating the account, logging in, logging out.

use tornado_web::prelude::*;
use tracing::info;

use crate::base::{BaseHandler, COOKIE};
use crate::password;

const SHORTEST_PASSWORD: usize = 8;

/// The first visitor becomes the author. Later ones are refused.
#[derive(Handler)]
pub(crate) struct CreateHandler(BaseHandler);

impl RequestHandler for CreateHandler {
    async fn get(&mut self) -> Result {
        self.render("create_author.html", context! { error = None::<&str> })
            .await
    }

    async fn post(&mut self) -> Result {
        if self.any_author_exists().await? {
            raise!(400, reason = "There is an author already");
        }
        let (email, name) = (self.get_argument("email")?, self.get_argument("name")?);
        let password = password(self)?;
        let error = if email.is_empty() || name.is_empty() {
            "E-mail and name are needed."
        } else if password.chars().count() < SHORTEST_PASSWORD {
            "A password has 8 characters at least."
        } else {
            ""
        };
        if !error.is_empty() {
            self.set_status(422);
            return self.render("create_author.html", context! { error }).await;
        }
        // The author has the number 1. If two come at once, the database refuses one.
        let sql = "INSERT INTO authors (id, email, name, password) VALUES (1, $1, $2, $3)
            ON CONFLICT DO NOTHING";
        let author = sqlx::query(sql)
            .bind(email)
            .bind(name)
            .bind(password::hash(password).await?);
        if author.execute(&self.db).await?.rows_affected() == 0 {
            raise!(400, reason = "There is an author already");
        }
        info!("the blog has an author");
        self.log_in(1);
        self.redirect_to_next()
    }
}

#[derive(Handler)]
pub(crate) struct LoginHandler(BaseHandler);

impl RequestHandler for LoginHandler {
    async fn get(&mut self) -> Result {
        if !self.any_author_exists().await? {
            self.redirect("/auth/create");
            return Ok(());
        }
        self.render("login.html", context! { error = None::<&str> })
            .await
    }

    async fn post(&mut self) -> Result {
        let (email, password) = (self.get_argument("email")?, password(self)?);
        let author = sqlx::query_as("SELECT id, password FROM authors WHERE email = $1")
            .bind(email)
            .fetch_optional(&self.db)
            .await?;
        let (id, hashed): (Option<i64>, Option<String>) = author.unzip();
        match (password::is_right(password, hashed).await?, id) {
            (true, Some(id)) => {
                self.log_in(id);
                self.redirect_to_next()
            }
            _ => {
                let error = "E-mail or password is wrong.";
                self.render("login.html", context! { error }).await
            }
        }
    }
}

#[derive(Handler)]
pub(crate) struct LogoutHandler(BaseHandler);

impl RequestHandler for LogoutHandler {
    async fn get(&mut self) -> Result {
        self.clear_cookie(COOKIE);
        self.redirect_to_next()
    }
}

/// The password as it was typed, including leading and trailing spaces.
fn password(handler: &BaseHandler) -> Result<String> {
    handler.get_argument(Argument::new("password").strip(false))
}
