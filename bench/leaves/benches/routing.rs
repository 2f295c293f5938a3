//! The last of many routes.

use divan::{Bencher, black_box};
use http::{HeaderMap, Method};
use tornado_routing::{PathMatches, RequestHead, Rule, Table};

#[divan::bench(args = [1, 100, 1000, 5000])]
fn last_of(bencher: Bencher, routes: usize) {
    let rule = |i| {
        let path = PathMatches::new(&format!("/r{i}/([^/]+)")).expect("it is a pattern");
        Rule::new(path, i)
    };
    let table = Table::new((0..routes).map(rule).collect());
    let (method, headers) = (Method::GET, HeaderMap::new());
    let path = format!("/r{}/hello", routes - 1);
    bencher.bench(|| {
        let head = RequestHead::new(&method, black_box(&path), &headers);
        let hit = table.find(&head).expect("it is decided");
        let hit = hit.expect("there is a rule for it");
        (*hit.target(), hit.into_params().expect("it has a group"))
    });
}

fn main() {
    divan::main();
}
