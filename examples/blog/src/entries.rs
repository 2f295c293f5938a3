//! Posts, and where they are kept.

use std::sync::Arc;

use sqlx::any::AnyRow;
use sqlx::{AnyPool, FromRow, Row};
use time::OffsetDateTime;
use tornado_web::prelude::*;
use tornado_web::template::TemplateObject;

/// A post, as the templates see it.
#[derive(Debug, TemplateObject)]
#[template(methods(teaser(length)))]
pub(crate) struct Entry {
    id: i64,
    pub(crate) slug: String,
    title: String,
    markdown: String,
    html: String,
    published: OffsetDateTime,
    updated: OffsetDateTime,
}

impl Entry {
    /// The beginning of the text, without markup.
    fn teaser(&self, length: usize) -> String {
        use pulldown_cmark::{Event, Parser, TagEnd};
        let mut text = String::new();
        for event in Parser::new(&self.markdown) {
            match event {
                Event::Text(part) | Event::Code(part) => text.push_str(&part),
                Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link) => {}
                Event::SoftBreak | Event::HardBreak | Event::End(_) => text.push(' '),
                _ => {}
            }
        }
        let text = text.trim_end();
        match text.char_indices().nth(length) {
            Some((end, _)) => text[..end].to_owned() + "…",
            None => text.to_owned(),
        }
    }
}

impl FromRow<'_, AnyRow> for Entry {
    fn from_row(row: &AnyRow) -> sqlx::Result<Entry> {
        Ok(Entry {
            id: row.try_get("id")?,
            slug: row.try_get("slug")?,
            title: row.try_get("title")?,
            markdown: row.try_get("markdown")?,
            html: row.try_get("html")?,
            published: date(row, "published")?,
            updated: date(row, "updated")?,
        })
    }
}

/// A time as the number of seconds since 1970, which both databases can store.
fn date(row: &AnyRow, column: &str) -> sqlx::Result<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(row.try_get(column)?)
        .map_err(|error| sqlx::Error::Decode(error.into()))
}

/// The newest posts, or all of them.
pub(crate) async fn newest(db: &AnyPool, limit: impl Into<Option<i64>>) -> Result<Vec<Arc<Entry>>> {
    let sql = "SELECT * FROM entries ORDER BY published DESC, id DESC LIMIT $1";
    let entries: Vec<Entry> = sqlx::query_as(sql)
        .bind(limit.into().unwrap_or(i64::MAX))
        .fetch_all(db)
        .await?;
    Ok(entries.into_iter().map(Arc::new).collect())
}

/// The post with this slug, or a 404.
pub(crate) async fn of_slug(db: &AnyPool, slug: &str) -> Result<Arc<Entry>> {
    let entry: Option<Entry> = sqlx::query_as("SELECT * FROM entries WHERE slug = $1")
        .bind(slug)
        .fetch_optional(db)
        .await?;
    entry.map(Arc::new).or_status(404)
}

/// The post with this number, or a 404.
pub(crate) async fn of_id(db: &AnyPool, id: i64) -> Result<Arc<Entry>> {
    let entry: Option<Entry> = sqlx::query_as("SELECT * FROM entries WHERE id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    entry.map(Arc::new).or_status(404)
}

/// What the author has typed.
pub(crate) struct Draft {
    pub(crate) title: String,
    pub(crate) markdown: String,
}

impl Draft {
    /// The HTML of the text. Markdown may contain HTML, and the author may write any.
    fn html(&self) -> String {
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(&self.markdown));
        html
    }

    /// Publishes the post and returns its slug, which is made from the title, with a
    /// number if another post has the same one.
    pub(crate) async fn publish(&self, db: &AnyPool, author: i64) -> Result<String> {
        let sql = "INSERT INTO entries (author, slug, title, markdown, html, published, updated)
            VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (slug) DO NOTHING";
        let mut base = slug::slugify(&self.title);
        if base.is_empty() {
            base.push_str("entry");
        }
        let (html, now) = (self.html(), OffsetDateTime::now_utc().unix_timestamp());
        let mut number = 1;
        loop {
            let slug = match number {
                1 => base.clone(),
                _ => format!("{base}-{number}"),
            };
            let insert = sqlx::query(sql)
                .bind(author)
                .bind(&slug)
                .bind(&self.title)
                .bind(&self.markdown)
                .bind(&html)
                .bind(now);
            if insert.execute(db).await?.rows_affected() == 1 {
                return Ok(slug);
            }
            number += 1;
        }
    }

    /// Replaces the text of a post, which keeps its slug.
    pub(crate) async fn replace(&self, db: &AnyPool, id: i64) -> Result<String> {
        let sql = "UPDATE entries SET title = $1, markdown = $2, html = $3, updated = $4
            WHERE id = $5 RETURNING slug";
        let slug: Option<String> = sqlx::query_scalar(sql)
            .bind(&self.title)
            .bind(&self.markdown)
            .bind(self.html())
            .bind(OffsetDateTime::now_utc().unix_timestamp())
            .bind(id)
            .fetch_optional(db)
            .await?;
        slug.or_status(404)
    }
}
