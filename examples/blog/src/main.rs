//! Starts the blog. Run it and open <http://localhost:8888>: the first visitor
//! becomes the author. The posts are in `blog.db`, or wherever `DATABASE_URL` says.
//!
//! `BLOG_TEMPLATE_PATH` selects other templates, and `BLOG_BLOG_TITLE` another
//! title.

use tornado_web::prelude::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::new()
        .cookie_secret("my_cookie_secret")
        .template_path(concat!(env!("CARGO_MANIFEST_DIR"), "/templates"))
        .static_path(concat!(env!("CARGO_MANIFEST_DIR"), "/static"))
        .set("blog_title", "Tornado Blog")
        .merge(Settings::from_env("BLOG_")?);
    let url = std::env::var("DATABASE_URL");
    let db = blog::open(url.as_deref().unwrap_or("sqlite:blog.db?mode=rwc")).await?;
    blog::application(db.clone(), settings)?
        .listen(env_port(8888))
        .await?;
    db.close().await; // the server has stopped, so nothing needs the pool any more
    Ok(())
}
