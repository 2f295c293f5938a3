//! What templates give, beside what Tornado gives for the same ones: the answers are
//! in `golden/templates.json`, which `golden/templates.py` has written.

use serde_json::Value as Json;
use tornado_template::{Context, DictLoader, ErrorKind, Value, context};

/// What `cases.py` has as `NAMES`.
fn names() -> Context {
    context! {
        a = 7,
        b = -3,
        f = 2.5,
        zero = 0,
        s = "Hello, World",
        u = "h\u{e9}llo \u{df} <b>&amp;</b> \u{4e2d}\u{6587}",
        empty = "",
        l = [3, 1, 2],
        names = ["Kim", "anna", "Bob", "<x>"],
        t = (1, "two", 3.0),
        d = Value::dict([("one", Value::from(1)), ("two", Value::from([1, 2])), ("items", Value::from("key"))]),
        none = Value::none(),
        yes = true,
        no = false,
        data = Value::bytes(*b"by\xc3\xa9tes"),
        rows = [row(1, "x", 9.5), row(2, "y", 10.25)],
        upper = Value::function("upper", |text: Value| {
            let bytes = text.as_bytes().map(String::from_utf8_lossy);
            bytes.map_or(text.to_string(), String::from).to_uppercase()
        }),
    }
}

fn row(id: i64, name: &str, price: f64) -> Value {
    Value::dict([
        ("id", Value::from(id)),
        ("name", Value::from(name)),
        ("price", Value::from(price)),
    ])
}

/// In the form of `templates.py`.
fn run(files: &serde_json::Map<String, Json>) -> Vec<String> {
    let texts = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str().unwrap_or_default()));
    let loader = DictLoader::new(texts);
    let name = files.keys().next().map_or("", String::as_str);
    let all = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect();
    let template = match loader.load(name) {
        Ok(template) => template,
        Err(error) if error.kind() == ErrorKind::Missing => return all(&["missing"]),
        Err(error) => return all(&["parse", &error.to_string()]),
    };
    match template.generate(names()) {
        Ok(page) => all(&["ok", &page]),
        Err(error) => {
            let place = error.places()[0].to_string();
            all(&["error", error.class(), error.message(), &place])
        }
    }
}

/// Whether two texts of an error are the same, but for what we add, and for the order
/// of a set, which Python leaves open.
fn same_text(theirs: &str, ours: &str) -> bool {
    theirs == ours || ours.starts_with(theirs) || theirs.starts_with('{') || {
        let sorted = |text: &str| {
            let mut chars: Vec<char> = text.chars().collect();
            chars.sort_unstable();
            chars
        };
        theirs.contains('{') && sorted(theirs) == sorted(ours)
    }
}

/// The errors whose text is ours: it says what to do, or has no name that the code
/// of Tornado makes up.
fn ours_alone(text: &str) -> bool {
    let ours = [
        "<lambda>()",
        "missing required argument",
        "registered",
        "UI modules",
    ];
    ours.iter().any(|part| text.contains(part))
}

#[test]
fn all_cases_are_as_tornado_has_them() {
    let cases: Vec<(String, serde_json::Map<String, Json>, Vec<Json>)> =
        serde_json::from_str(include_str!("golden/templates.json")).unwrap();
    let mut wrong = Vec::new();
    for (kind, files, theirs) in &cases {
        let theirs: Vec<&str> = theirs
            .iter()
            .map(|part| part.as_str().unwrap_or(""))
            .collect();
        let ours = run(files);
        let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
        let right = match (&theirs[..], &ours[..]) {
            (["ok", page], ["ok", ours]) => page == ours,
            (["parse", text], ["parse", ours]) => same_text(text, ours),
            (["syntax", _], ["parse", _]) | (["missing", _], ["missing"]) => true,
            (["error", class, text, place], ["error", our_class, our_text, our_place]) => {
                // What is wrong with a call, Python says in many ways, and we in few.
                let same = kind == "call" || same_text(text, our_text) || ours_alone(our_text);
                same && class == our_class && (place == our_place || place.is_empty())
            }
            _ => false,
        };
        if !right {
            wrong.push(format!(
                "{kind} {files:?}\n    Tornado {theirs:?}\n    ours    {ours:?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cases differ:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}
