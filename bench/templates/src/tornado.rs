//! Ours.

use std::sync::Arc;

use anyhow::{Result, bail};
use tornado_template::{DictLoader, TemplateObject, Value, context};

#[derive(Debug, TemplateObject)]
#[template(methods(url))]
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

impl From<crate::Row> for Row {
    fn from(row: crate::Row) -> Row {
        let crate::Row {
            id,
            name,
            price,
            active,
            tags,
        } = row;
        Row {
            id,
            name,
            price,
            active,
            tags,
        }
    }
}

fn loader() -> DictLoader {
    DictLoader::new([
        ("base.html", include_str!("../pages/tornado/base.html")),
        ("small.html", include_str!("../pages/tornado/small.html")),
        ("table.html", include_str!("../pages/tornado/table.html")),
    ])
    .function("_", |text: String| text)
}

pub(crate) fn run(page: &str, times: usize) -> Result<String> {
    let rows = crate::rows().into_iter();
    let rows: Vec<Arc<Row>> = rows.map(|row| Arc::new(row.into())).collect();
    match page {
        "table" => {
            let template = loader().load("table.html")?;
            let rows: Value = rows.into_iter().map(Value::from).collect();
            crate::repeat(times, || {
                template.generate(context! { rows = rows.clone() })
            })
        }
        "small" => {
            let template = loader().load("small.html")?;
            let row = &rows[4];
            crate::repeat(times, || {
                template.generate(context! { row = Arc::clone(row) })
            })
        }
        "compile" => {
            let loader = loader().cache(false);
            crate::repeat(times, || {
                let template = loader.load("small.html")?;
                Ok::<_, tornado_template::Error>(template.name().to_owned())
            })
        }
        _ => bail!("there is no page {page}"),
    }
}
