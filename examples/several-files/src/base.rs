//! What all handlers share.

use std::sync::Arc;

use serde_json::json;
use tornado_web::prelude::*;

use crate::Db;

#[derive(Handler)]
pub(crate) struct BaseHandler {
    base: Exchange,
    #[state]
    pub(crate) db: Arc<Db>,
}

impl RequestHandler for BaseHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        let name = self.get_signed_cookie("user")?;
        let name = name.map(String::from_utf8).transpose()?;
        Ok(name.map(User::from))
    }

    async fn write_error(&mut self, _: u16, _: Option<&Error>) -> Result {
        let reason = self.get_reason();
        self.write(json!({ "error": reason }));
        Ok(())
    }
}

impl BaseHandler {
    pub(crate) fn title_or_404(&self, number: usize) -> Result<String> {
        let title = self.db.titles().get(number).cloned();
        title.ok_or_else(|| HttpError::new(404).into())
    }
}
