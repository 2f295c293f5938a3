//! Registering, logging in, logging out.

use tornado_web::auth::{AccountMixin as _, Attempts, Passwords};
use tornado_web::prelude::*;
use tracing::info;

use crate::base::BaseHandler;
use crate::html;

const SHORTEST_PASSWORD: usize = 8;

#[derive(Handler)]
pub(crate) struct RegisterHandler {
    base: BaseHandler,
    #[state]
    passwords: Passwords,
}

impl RequestHandler for RegisterHandler {
    async fn get(&mut self) -> Result {
        form(self, "Register", "", "").await
    }

    async fn post(&mut self) -> Result {
        let name = self.get_argument("name")?;
        let password = password(self)?;
        let error = match (name.chars().count(), password.chars().count()) {
            (0 | 61.., _) => "A name has 1 to 60 characters.",
            (_, ..SHORTEST_PASSWORD) => "A password has 8 characters at least.",
            _ => "",
        };
        if !error.is_empty() {
            return form(self, "Register", &name, error).await;
        }
        // The first user is the admin.
        let sql = "INSERT INTO accounts (name, password, is_admin)
            VALUES (?, ?, NOT EXISTS (SELECT 1 FROM accounts)) RETURNING id";
        let account = sqlx::query_scalar(sql)
            .bind(&name)
            .bind(self.passwords.hash(password).await?);
        let id: i64 = match account.fetch_one(&self.db).await {
            Ok(id) => id,
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                return form(self, "Register", &name, "The name is taken.").await;
            }
            Err(error) => return Err(error.into()),
        };
        info!(account = id, "registered");
        self.login(id).await?;
        self.tell("Welcome!", "/").await
    }
}

// ANCHOR: login
#[derive(Handler)]
pub(crate) struct LoginHandler {
    base: BaseHandler,
    #[state]
    passwords: Passwords,
    #[state]
    attempts: Attempts,
}

impl RequestHandler for LoginHandler {
    async fn get(&mut self) -> Result {
        form(self, "Log in", "", "").await
    }

    async fn post(&mut self) -> Result {
        let (name, password) = (self.get_argument("name")?, password(self)?);
        self.limit_attempts(&self.attempts, &name)?;
        let sql = "SELECT id, password FROM accounts WHERE name = ?";
        let account: Option<(i64, String)> = sqlx::query_as(sql)
            .bind(&name)
            .fetch_optional(&self.db)
            .await?;
        let (id, hashed) = account.unzip();
        if !self.passwords.verify(password, hashed.as_deref()).await? {
            return form(self, "Log in", &name, "Name or password is wrong.").await;
        }
        self.attempts.forget(&name);
        self.login(id.expect("a password is right for an account alone"))
            .await?;
        let next = self.get_next()?;
        self.tell("Welcome back!", &next).await
    }
}
// ANCHOR_END: login

#[derive(Handler)]
pub(crate) struct LogoutHandler(BaseHandler);

impl RequestHandler for LogoutHandler {
    async fn post(&mut self) -> Result {
        self.logout().await?;
        self.redirect_with_status("/", 303);
        Ok(())
    }
}

/// The page with the form, the user's input, and what is wrong with it.
async fn form(handler: &mut BaseHandler, title: &str, name: &str, error: &str) -> Result {
    let (xsrf, next) = (handler.xsrf_form_html().await?, handler.get_next()?);
    let form = html::account_form(name, &next, error, &xsrf);
    handler.page(title, &form).await
}

/// The password as it was typed, including leading and trailing spaces.
fn password(handler: &BaseHandler) -> Result<String> {
    handler.get_argument(Argument::new("password").strip(false))
}
