//! The public pages.

use serde_json::json;
use tornado_web::prelude::*;

use crate::base::BaseHandler;

#[derive(Handler)]
pub(crate) struct BooksHandler(BaseHandler);

impl RequestHandler for BooksHandler {
    async fn get(&mut self) -> Result {
        let books = json!({ "books": *self.db.titles() });
        self.write(books);
        Ok(())
    }
}

#[derive(Handler)]
pub(crate) struct BookHandler(BaseHandler);

impl RequestHandler for BookHandler {
    async fn get(&mut self) -> Result {
        let title = self.title_or_404(self.path_args_as()?)?;
        self.write(json!({ "title": title }));
        Ok(())
    }
}
