//! askama: its templates are compiled with the program, so it knows all types.

use ::askama::Template;
use anyhow::{Result, bail};

use crate::Row;

#[derive(Template)]
#[template(path = "table.html")]
struct Table<'a> {
    rows: &'a [Row],
}

#[derive(Template)]
#[template(path = "small.html")]
struct Small<'a> {
    row: &'a Row,
}

impl Small<'_> {
    fn translate<'t>(&self, text: &'t str) -> &'t str {
        text
    }
}

pub(crate) fn run(page: &str, times: usize) -> Result<String> {
    let rows = crate::rows();
    match page {
        "table" => crate::repeat(times, || Table { rows: &rows }.render()),
        "small" => crate::repeat(times, || Small { row: &rows[4] }.render()),
        _ => bail!("there is no page {page}"),
    }
}
