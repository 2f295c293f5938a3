//! tera. It has no methods of values: the address of a row is a field.

use ::tera::{Context, Error, Kwargs, State, Tera};
use anyhow::{Result, bail};
use serde::Serialize;

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    price: f64,
    active: bool,
    tags: Vec<String>,
    url: String,
}

impl From<crate::Row> for Row {
    fn from(row: crate::Row) -> Row {
        Row {
            url: row.url(),
            id: row.id,
            name: row.name,
            price: row.price,
            active: row.active,
            tags: row.tags.iter().map(|tag| (**tag).to_owned()).collect(),
        }
    }
}

fn pages(tera: &mut Tera) -> Result<(), Error> {
    tera.add_raw_templates([
        ("base.html", include_str!("../pages/tera/base.html")),
        ("small.html", include_str!("../pages/tera/small.html")),
    ])
}

pub(crate) fn run(page: &str, times: usize) -> Result<String> {
    let rows: Vec<Row> = crate::rows().into_iter().map(Row::from).collect();
    let mut tera = Tera::default();
    tera.register_function("translate", |arguments: Kwargs, _state: &State<'_>| {
        arguments.must_get::<String>("text")
    });
    let mut context = Context::new();
    match page {
        "table" => {
            tera.add_raw_templates([("table.html", include_str!("../pages/tera/table.html"))])?;
            context.insert("rows", &rows);
            crate::repeat(times, || tera.render("table.html", &context))
        }
        "small" => {
            pages(&mut tera)?;
            context.insert("row", &rows[4]);
            crate::repeat(times, || tera.render("small.html", &context))
        }
        "compile" => {
            for _ in 0..times {
                pages(&mut tera)?;
            }
            Ok("small.html".to_owned())
        }
        _ => bail!("there is no page {page}"),
    }
}
