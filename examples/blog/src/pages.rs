//! The public pages: the newest posts, one post, all posts, the feed.

use tornado_web::prelude::*;
use tornado_web::template::{Args, Value};
use tornado_web::{Ui, UiModule};

use crate::base::BaseHandler;
use crate::entries;

#[derive(Handler)]
pub(crate) struct HomeHandler(BaseHandler);

impl RequestHandler for HomeHandler {
    async fn get(&mut self) -> Result {
        let entries = entries::newest(&self.db, 5).await?;
        if entries.is_empty() {
            self.redirect("/compose");
            return Ok(());
        }
        self.render("home.html", context! { entries }).await
    }
}

#[derive(Handler)]
pub(crate) struct EntryHandler(BaseHandler);

impl RequestHandler for EntryHandler {
    async fn get(&mut self) -> Result {
        let slug: String = self.path_args_as()?;
        let entry = entries::of_slug(&self.db, &slug).await?;
        self.render("entry.html", context! { entry }).await
    }
}

#[derive(Handler)]
pub(crate) struct ArchiveHandler(BaseHandler);

impl RequestHandler for ArchiveHandler {
    async fn get(&mut self) -> Result {
        let entries = entries::newest(&self.db, None).await?;
        self.render("archive.html", context! { entries }).await
    }
}

#[derive(Handler)]
pub(crate) struct FeedHandler(BaseHandler);

impl RequestHandler for FeedHandler {
    async fn get(&mut self) -> Result {
        let entries = entries::newest(&self.db, 10).await?;
        self.set_header("Content-Type", "application/atom+xml");
        self.render("feed.xml", context! { entries }).await
    }
}

/// A post in a page: `{% module Entry(entry) %}`.
pub(crate) struct EntryModule;

impl UiModule for EntryModule {
    async fn render(&self, ui: &mut Ui<'_>, args: Args) -> Result<String> {
        let entry: Value = args.get(0, "entry")?;
        ui.render_string("modules/entry.html", context! { entry })
            .await
    }
}
