// Two marks before one field, and a mark before the base.
use tornado_core::{Exchange, Handler};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct TwoMarks {
    base: Exchange,
    #[state]
    #[default]
    steps: Vec<String>,
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MarkedBase(#[state] Exchange);

fn main() {}
