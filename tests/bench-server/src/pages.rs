//! A page from a template, and a form with a file.

use std::sync::Arc;

use tornado_web::prelude::*;
use tornado_web::template::TemplateObject;

#[derive(Debug, TemplateObject)]
struct Row {
    id: i64,
    name: String,
    active: bool,
}

#[derive(Handler)]
pub(crate) struct Page(pub(crate) Exchange);

impl RequestHandler for Page {
    async fn get(&mut self) -> Result {
        let row = Arc::new(Row {
            id: 4,
            name: "Item <4> & co".to_owned(),
            active: true,
        });
        self.render("small.html", context! { row }).await
    }
}

#[derive(Handler)]
pub(crate) struct Upload(pub(crate) Exchange);

impl RequestHandler for Upload {
    async fn post(&mut self) -> Result {
        let files = self.request().files().iter();
        let bytes: usize = files.map(|(_, file)| file.body().len()).sum();
        let name = self.get_argument("name")?;
        self.write(format!("{name} {bytes}"));
        Ok(())
    }
}
