//! Tornado's own `template_test.py`: `template_test.py` here runs it, and has recorded the output
//! of its templates. The same templates give the same output.

#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value as Json;
use tornado_template::{
    Args, Context, DictLoader, Error, Host, Question, QuestionKind, Value, Whitespace,
};

#[derive(Deserialize)]
struct Recorded {
    tests: usize,
    skipped: usize,
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    test: String,
    files: BTreeMap<String, String>,
    name: String,
    autoescape: Option<String>,
    whitespace: Option<String>,
    namespace: BTreeMap<String, Given>,
    kwargs: BTreeMap<String, Given>,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Given {
    Bytes(String),
    List(Vec<i64>),
    Function(String),
    Json(Json),
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(untagged)]
enum Outcome {
    Page {
        page: String,
    },
    Unreadable {
        parse_error: String,
        filename: String,
        lineno: u32,
    },
    Failed {
        error: String,
        message: String,
        /// The innermost last.
        places: Vec<String>,
    },
}

fn recorded() -> Recorded {
    let python = env::var("TORNADO_WEB_PYTHON").unwrap_or_else(|_| {
        panic!(
            "this test needs Python with tornado==6.6.1, and TORNADO_WEB_PYTHON is not set.\n\
             Install it with:\n\n    cargo xtask python\n"
        )
    });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/template_test.py");
    let output = Command::new(python).args(["-B", script]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn value(given: &Given) -> Value {
    match given {
        Given::Bytes(text) => Value::bytes(text.as_bytes()),
        Given::List(numbers) => Value::from(numbers.as_slice()),
        Given::Json(json) => Value::from_serialize(json).unwrap(),
        // The functions of the tests; those of `apply` get text, where Python's get bytes.
        Given::Function(name) => match name.as_str() {
            "upper" => Value::function("upper", |text: String| text.to_uppercase()),
            "<lambda>" => Value::function("inc", |number: i64| number + 1),
            "py_escape" => Value::function("py_escape", |args: Args| {
                args.get::<Value>(0, "s").map(|value| value.repr())
            }),
            name => panic!("a test has a new function, {name}"),
        },
    }
}

fn loader(record: &Record) -> DictLoader {
    let mut loader = DictLoader::new(record.files.clone()).autoescape(record.autoescape.as_deref());
    if let Some(mode) = &record.whitespace {
        loader = loader.whitespace(Whitespace::named(mode).unwrap());
    }
    let names = record.namespace.iter();
    names.fold(loader, |loader, (name, given)| {
        loader.name(name.as_str(), value(given))
    })
}

/// Its only module is `Template`, as in the test.
struct Page(DictLoader);

impl Host for Page {
    async fn answer(&mut self, question: Question) -> Result<Option<Value>, Error> {
        Ok(match (question.kind(), question.path()) {
            (QuestionKind::Name, "_tt_modules") => Some(Value::remote("_tt_modules")),
            (QuestionKind::Call, "_tt_modules.Template") => {
                let path: String = question.args().get(0, "path")?;
                Some(self.0.load(&path)?.generate(Context::new())?.into())
            }
            _ => None,
        })
    }
}

async fn outcome(record: &Record) -> Outcome {
    let mut page = Page(loader(record));
    let template = match page.0.load(&record.name) {
        Ok(template) => template,
        Err(error) => {
            return Outcome::Unreadable {
                parse_error: error.to_string(),
                filename: error.filename().unwrap_or_default().to_owned(),
                lineno: error.lineno().unwrap_or_default(),
            };
        }
    };
    let mut context = Context::new();
    for (name, given) in &record.kwargs {
        context.insert(name.as_str(), value(given));
    }
    match template.generate_async(context, &mut page).await {
        Ok(page) => Outcome::Page { page },
        Err(error) => Outcome::Failed {
            error: error.class().to_owned(),
            message: error.message().to_owned(),
            places: error
                .places()
                .iter()
                .rev()
                .map(ToString::to_string)
                .collect(),
        },
    }
}

#[tokio::test]
async fn the_templates_of_tornado_s_own_tests_give_the_same() {
    let recorded = recorded();
    for record in &recorded.records {
        assert_eq!(outcome(record).await, record.outcome, "{}", record.test);
    }
    let tests: BTreeSet<&str> = recorded.records.iter().map(|r| r.test.as_str()).collect();
    // One of them makes an error directly, without a template.
    assert_eq!(tests.len() + recorded.skipped + 1, recorded.tests);
    assert_eq!(tests.len(), 41);
}
