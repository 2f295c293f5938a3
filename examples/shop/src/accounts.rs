//! Registering, logging in, logging out.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use tornado_web::prelude::*;
use tracing::info;

use crate::base::BaseHandler;
use crate::html;

const SHORTEST_PASSWORD: usize = 8;

#[derive(Handler)]
pub(crate) struct RegisterHandler(BaseHandler);

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
            .bind(hash(password).await?);
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

#[derive(Handler)]
pub(crate) struct LoginHandler(BaseHandler);

impl RequestHandler for LoginHandler {
    async fn get(&mut self) -> Result {
        form(self, "Log in", "", "").await
    }

    async fn post(&mut self) -> Result {
        let (name, password) = (self.get_argument("name")?, password(self)?);
        let sql = "SELECT id, password FROM accounts WHERE name = ?";
        let account: Option<(i64, String)> = sqlx::query_as(sql)
            .bind(&name)
            .fetch_optional(&self.db)
            .await?;
        let (id, hashed) = account.unzip();
        if !is_right(password, hashed).await? {
            return form(self, "Log in", &name, "Name or password is wrong.").await;
        }
        self.login(id.expect("a password is right for an account alone"))
            .await?;
        let next = next(self)?;
        self.tell("Welcome back!", &next).await
    }
}

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
    let (xsrf, next) = (handler.xsrf_form_html().await?, next(handler)?);
    let form = html::account_form(name, &next, error, &xsrf);
    handler.page(title, &form).await
}

/// The password as it was typed, including leading and trailing spaces.
fn password(handler: &BaseHandler) -> Result<String> {
    handler.get_argument(Argument::new("password").strip(false))
}

/// The page to redirect to, which must belong to this shop and not to another site.
fn next(handler: &BaseHandler) -> Result<String> {
    let next = handler.get_argument_or("next", "/")?;
    let is_ours = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    Ok(if is_ours { next } else { "/".to_owned() })
}

/// It takes a while, by design, so it runs outside the threads that serve requests.
async fn hash(password: String) -> Result<String> {
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
    });
    hashed
        .await?
        .map_err(|error| Error::msg(format!("no hash of a password: {error}")))
}

/// It takes as long without an account, so that nobody learns which names exist.
async fn is_right(password: String, hashed: Option<String>) -> Result<bool> {
    let Some(hashed) = hashed else {
        hash(password).await?;
        return Ok(false);
    };
    let right = tokio::task::spawn_blocking(move || {
        let hash = PasswordHash::new(&hashed)?;
        Ok(Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok())
    });
    let right: Result<bool, argon2::password_hash::phc::Error> = right.await?;
    right.map_err(|error| Error::msg(format!("the hash in the database is none: {error}")))
}
