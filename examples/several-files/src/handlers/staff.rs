//! The pages that require a login.

use tornado_web::prelude::*;

use crate::base::BaseHandler;

#[derive(Handler)]
pub(crate) struct LoginHandler(BaseHandler);

impl RequestHandler for LoginHandler {
    async fn post(&mut self) -> Result {
        let password = self.get_argument("password")?;
        if self.settings().get("password")? != Some(password) {
            return Err(HttpError::new(403).into());
        }
        let name = self.get_argument("name")?;
        self.set_signed_cookie("user", name);
        self.redirect(&self.reverse_url("books", ())?);
        Ok(())
    }
}

#[derive(Handler)]
pub(crate) struct AddHandler(BaseHandler);

impl RequestHandler for AddHandler {
    async fn post(&mut self) -> Result {
        self.authenticated().await?;
        let number = self.db.add(self.get_argument("title")?);
        self.redirect(&self.reverse_url("book", &[number.to_string()])?);
        Ok(())
    }
}
