//! A page, and what it takes to compile one.

use std::sync::Arc;

use divan::Bencher;
use tornado_template::{DictLoader, TemplateObject, Value, context};

#[derive(Debug, TemplateObject)]
struct Row {
    id: i64,
    name: String,
    active: bool,
}

const BASE: &str = include_str!("../../templates/pages/tornado/base.html");
const SMALL: &str = include_str!("../../templates/pages/tornado/small.html");
const LIST: &str = "<ul>{% for name in names %}<li>{{ name }}</li>{% end %}</ul>";

fn loader() -> DictLoader {
    DictLoader::new([
        ("base.html", BASE),
        ("small.html", SMALL),
        ("list.html", LIST),
    ])
    .function("_", |text: String| text)
}

#[divan::bench]
fn small(bencher: Bencher) {
    let template = loader().load("small.html").expect("it compiles");
    let row = Arc::new(Row {
        id: 4,
        name: "Item <4> & co".to_owned(),
        active: true,
    });
    bencher.bench(|| {
        template
            .generate(context! { row = Arc::clone(&row) })
            .expect("it has all names")
    });
}

#[divan::bench]
fn list_of_1000(bencher: Bencher) {
    let template = loader().load("list.html").expect("it compiles");
    let names: Value = (0..1000)
        .map(|i| Value::from(format!("Item <{i}>")))
        .collect();
    bencher.bench(|| {
        template
            .generate(context! { names = names.clone() })
            .expect("it has all names")
    });
}

#[divan::bench]
fn compile(bencher: Bencher) {
    let loader = loader().cache(false);
    bencher.bench(|| loader.load("small.html").expect("it compiles"));
}

fn main() {
    divan::main();
}
