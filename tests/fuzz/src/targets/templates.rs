//! Templates, whole and expression by expression.

use tornado_template::{Context, DictLoader, Error, Known, Limits, Value, context};

fn names() -> Context {
    context! {
        a = 7,
        f = 2.5,
        s = "<b>&\"' \u{e9}",
        l = [3, 1, 2],
        t = (1, "two"),
        d = Value::dict([("one", 1), ("two", 2)]),
        upper = Value::function("upper", |text: String| text.to_uppercase()),
    }
}

fn run(text: &str) -> Result<String, Error> {
    let mut limits = Limits::default();
    limits.steps = 5_000;
    limits.output = 1 << 20;
    let base = "({% block x %}{{ a }}{% end %})";
    let loader = DictLoader::new([("t.html", text), ("base.html", base)]).limits(limits);
    // No finding is an error of the checker itself.
    loader.check(&Known::new())?;
    let template = loader.load("t.html")?;
    template.generate(names())
}

/// Any text is a template that runs, or an error with its line.
pub(crate) fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let lines = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
    match run(&text) {
        Ok(page) => {
            // If the text has no bracket, and escapes, the page has none.
            let plain = ["<", "raw", "escape", "apply", "module"];
            if !plain.iter().any(|word| text.contains(word)) {
                assert!(!page.contains('<'), "{text}\n{page}");
            }
        }
        Err(error) => {
            let line = error.lineno().unwrap_or(1) as usize;
            let here = error.filename().is_none_or(|name| name == "t.html");
            assert!(!here || line <= lines, "{error}");
        }
    }
}

/// Any text is an expression whose value is shown without brackets, or an error.
pub(crate) fn check_expression(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if ["{{", "{%", "}}", "%}", "escape", "{#"]
        .iter()
        .any(|mark| text.contains(mark))
    {
        return;
    }
    if let Ok(page) = run(&format!("{{{{ {text} }}}}")) {
        assert!(!page.contains(['<', '>', '"', '\'']), "{text}\n{page}");
    }
    let _ = run(&format!(
        "{{% set x = {text} %}}{{% for y in x %}}{{{{ y }}}}{{% end %}}"
    ));
    let _ = run(&format!("{{% if {text} %}}{{% set {text} %}}{{% end %}}"));
}
