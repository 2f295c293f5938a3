//! minijinja. Its rows are objects, which it asks for what a page prints; the other
//! way, a copy of them by serde, is slower.

use std::sync::Arc;

use ::minijinja::value::{Object, Value};
use ::minijinja::{Environment, Error, ErrorKind, State, context};
use anyhow::{Result, bail};

#[derive(Debug)]
struct Row(crate::Row);

impl Object for Row {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        Some(match key.as_str()? {
            "id" => self.0.id.into(),
            "name" => Value::from(self.0.name.as_str()),
            "price" => self.0.price.into(),
            "active" => self.0.active.into(),
            "tags" => {
                let tags = self.0.tags.iter().cloned();
                Value::from(tags.map(Value::from).collect::<Vec<_>>())
            }
            _ => return None,
        })
    }

    fn call_method(
        self: &Arc<Self>,
        _state: &mut State<'_, '_>,
        method: &str,
        _arguments: &[Value],
    ) -> Result<Value, Error> {
        match method {
            "url" => Ok(self.0.url().into()),
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}

fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.add_function("_", |text: String| text);
    environment.add_template("base.html", include_str!("../pages/jinja/base.html"))?;
    environment.add_template("small.html", include_str!("../pages/jinja/small.html"))?;
    Ok(environment)
}

pub(crate) fn run(page: &str, times: usize) -> Result<String> {
    let row = |row| Value::from_object(Row(row));
    let rows: Vec<Value> = crate::rows().into_iter().map(row).collect();
    let mut environment = environment()?;
    match page {
        "table" => {
            environment.add_template("table.html", include_str!("../pages/jinja/table.html"))?;
            let template = environment.get_template("table.html")?;
            let rows = Value::from(rows);
            crate::repeat(times, || template.render(context! { rows => rows.clone() }))
        }
        "small" => {
            let template = environment.get_template("small.html")?;
            let row = &rows[4];
            crate::repeat(times, || template.render(context! { row => row.clone() }))
        }
        "compile" => crate::repeat(times, || {
            environment.clear_templates();
            environment.add_template("base.html", include_str!("../pages/jinja/base.html"))?;
            environment.add_template("small.html", include_str!("../pages/jinja/small.html"))?;
            let template = environment.get_template("small.html")?;
            Ok::<_, Error>(template.name().to_owned())
        }),
        _ => bail!("there is no page {page}"),
    }
}
