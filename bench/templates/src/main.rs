//! Makes a page so often, by one of the engines: `bench-templates ENGINE PAGE TIMES`.
//!
//! The pages are in `pages`: a table of 1,000 rows, a small page with a base, and the
//! compilation of the small one, where the engine compiles at run time. All engines
//! are given the same rows, made before, in the form that is quickest for each.
//! `pages.py` is the same for Tornado.

mod askama;
mod minijinja;
mod tera;
mod tornado;

use std::fmt::Display;
use std::sync::Arc;

use anyhow::{Context, Result, bail};

/// What the pages show.
#[derive(Clone, Debug)]
struct Row {
    id: i64,
    name: String,
    price: f64,
    active: bool,
    tags: Vec<Arc<str>>,
}

impl Row {
    fn url(&self) -> String {
        format!("/item/{}", self.id)
    }
}

fn rows() -> Vec<Row> {
    let row = |id: i64| Row {
        id,
        name: format!("Item <{id}> & co"),
        price: id as f64 * 1.25,
        active: id % 2 == 0,
        tags: (0..id % 4).map(|tag| format!("tag{tag}").into()).collect(),
    };
    (0..1000).map(row).collect()
}

/// Makes a page so often, and gives the last.
fn repeat<E: Display>(times: usize, mut page: impl FnMut() -> Result<String, E>) -> Result<String> {
    let mut made = String::new();
    for _ in 0..times {
        made = page().map_err(|error| anyhow::anyhow!("{error}"))?;
    }
    Ok(made)
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [engine, page, times] = arguments.as_slice() else {
        bail!("usage: bench-templates ENGINE PAGE TIMES");
    };
    let times = times.parse().context("TIMES is a number")?;
    let made = match engine.as_str() {
        "tornado-web" => tornado::run(page, times)?,
        "minijinja" => minijinja::run(page, times)?,
        "askama" => askama::run(page, times)?,
        "tera" => tera::run(page, times)?,
        _ => bail!("there is no engine {engine}"),
    };
    print!("{made}");
    Ok(())
}
