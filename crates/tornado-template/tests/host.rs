//! What a page asks of the program: its host, functions that wait, objects.

#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tornado_template::{
    Args, DictLoader, Error, ErrorKind, Host, Limits, Object, Printer, Question, QuestionKind,
    Template, Value, context,
};

/// A handler, as pages see it; records what it was asked, in order.
#[derive(Default)]
struct Page {
    asked: Vec<String>,
}

impl Host for Page {
    async fn answer(&mut self, question: Question) -> Result<Option<Value>, Error> {
        self.asked.push(question.path().to_owned());
        tokio::time::sleep(Duration::from_micros(1)).await;
        Ok(match (question.kind(), question.path()) {
            (QuestionKind::Name, "handler" | "_tt_modules" | "modules") => {
                Some(Value::remote(question.path()))
            }
            (QuestionKind::Name, "current_user") => Some("<Kim>".into()),
            (QuestionKind::Attribute, "handler.page") => Some(3.into()),
            (QuestionKind::Call, "handler.get_argument") => {
                let name: String = question.args().get(0, "name")?;
                let default: Option<String> = question.args().get_or(1, "default", None)?;
                Some(format!("{name}={}", default.unwrap_or_default()).into())
            }
            (QuestionKind::Call, "_tt_modules.Entry" | "modules.Entry") => {
                let inner =
                    Template::new("<p>{{ text }}{% if text == 'bad' %}{{ 1 / 0 }}{% end %}</p>")?;
                let text: Value = question.args().get(0, "text")?;
                Some(inner.generate(context! { text })?.into())
            }
            (QuestionKind::Call, "handler.fail") => {
                return Err(Error::from_source(std::io::Error::other(
                    "the database is gone",
                )));
            }
            (QuestionKind::Method, "price") => {
                let object = question.object().unwrap();
                Some(
                    format!(
                        "{}:{}",
                        object.type_name(),
                        question.args().positional().len()
                    )
                    .into(),
                )
            }
            _ => None,
        })
    }
}

async fn page(text: &str) -> (Result<String, Error>, Vec<String>) {
    let mut page = Page::default();
    let template = DictLoader::new([("t.html", text)]).load("t.html").unwrap();
    let result = template.generate_async(context! {}, &mut page).await;
    (result, page.asked)
}

#[tokio::test]
async fn a_page_asks_for_what_it_uses_and_once() {
    let (result, asked) =
        page("{% if False %}{{ handler.page }}{% end %}{{ current_user }}{{ current_user }}").await;
    assert_eq!(result.unwrap(), "&lt;Kim&gt;&lt;Kim&gt;");
    assert_eq!(asked, ["current_user"]);
}

#[tokio::test]
async fn attributes_and_calls_of_the_handler_wait() {
    let text = "{{ handler.page }}{% set p = handler.page %}{{ p + 1 }} {{ handler.get_argument('q', default='x') }}\
                {{ [handler.get_argument(n) for n in 'ab'] }}{{ getattr(handler, 'page') }}";
    let (result, _) = page(text).await;
    assert_eq!(result.unwrap(), "34 q=x[&#x27;a=&#x27;, &#x27;b=&#x27;]3");
}

#[tokio::test]
async fn modules_are_not_escaped() {
    let (result, asked) = page("{% module Entry('<') %}{% for t in 'ab' %}{% module Entry(t) %}{% end %}{{ modules.Entry('x') }}").await;
    assert_eq!(
        result.unwrap(),
        "<p>&lt;</p><p>a</p><p>b</p>&lt;p&gt;x&lt;/p&gt;"
    );
    assert_eq!(
        asked.iter().filter(|path| *path == "_tt_modules").count(),
        1
    );
}

#[tokio::test]
async fn an_error_in_a_module_has_both_places() {
    let (result, _) = page("\n{% module Entry('bad') %}").await;
    let error = result.unwrap_err();
    assert_eq!(
        error.to_string(),
        "ZeroDivisionError: division by zero # <string>:1 # t.html:2"
    );
}

#[tokio::test]
async fn an_error_of_the_host_passes_through_and_can_be_caught() {
    let (result, _) = page("{{ handler.fail() }}").await;
    let error = result.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Exception: the database is gone # t.html:1"
    );
    assert!(error.into_source().unwrap().is::<std::io::Error>());
    let (result, _) =
        page("{% try %}{{ handler.fail() }}{% except Exception as e %}{{ e }}{% end %}").await;
    assert_eq!(result.unwrap(), "the database is gone");
    let (result, _) = page("{% try %}{{ handler.fail() }}{% finally %}{{ 1 }}{% end %}").await;
    assert!(result.unwrap_err().into_source().is_ok());
}

#[tokio::test]
async fn what_the_host_has_not_is_an_error() {
    for (text, wanted) in [
        (
            "{{ nope }}",
            "NameError: name 'nope' is not defined # t.html:1",
        ),
        (
            "{{ handler.nope }}",
            "AttributeError: 'handler' has no attribute 'nope' # t.html:1",
        ),
        (
            "{{ handler.nope() }}",
            "AttributeError: 'handler' has no attribute 'nope' # t.html:1",
        ),
        (
            "{% module Nope() %}",
            "AttributeError: '_tt_modules' has no attribute 'Nope' # t.html:1",
        ),
    ] {
        let (result, _) = page(text).await;
        assert_eq!(result.unwrap_err().to_string(), wanted);
        let (result, _) = page(&format!(
            "{{% try %}}{text}{{% except Exception %}}caught{{% end %}}"
        ))
        .await;
        assert_eq!(result.unwrap(), "caught");
    }
}

#[tokio::test]
async fn functions_may_wait() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let visits = Value::async_function("visits", async |args: Args| -> Result<i64, Error> {
        tokio::task::yield_now().await;
        CALLS.fetch_add(1, Ordering::Relaxed);
        Ok(args.get::<i64>(0, "page")? * 10)
    });
    let template = Template::new(
        "{{ visits(1) }}{% for i in [visits(n) for n in range(3)] %} {{ i }}{% end %}",
    )
    .unwrap();
    let page = template
        .generate_async(context! { visits = visits.clone() }, &mut Page::default())
        .await;
    assert_eq!(page.unwrap(), "10 0 10 20");
    assert_eq!(CALLS.load(Ordering::Relaxed), 4);
    let error = template
        .generate(context! { visits = visits.clone() })
        .unwrap_err();
    assert!(error.message().contains("generate_async"), "{error}");
    let sorted = Template::new("{{ sorted([2, 1], key=visits) }}").unwrap();
    let error = sorted
        .generate_async(context! { visits }, &mut Page::default())
        .await
        .unwrap_err();
    assert!(error.message().contains("waits"), "{error}");
}

#[test]
fn the_future_of_a_page_can_go_to_another_thread() {
    fn is_send<T: Send>(_: &T) {}
    let template = Template::new("").unwrap();
    let mut page = Page::default();
    is_send(&template.generate_async(context! {}, &mut page));
}

#[derive(Debug)]
struct Entry {
    title: String,
    read: Mutex<bool>,
}

impl Object for Entry {
    fn type_name(&self) -> &str {
        "Entry"
    }

    fn get_attr(&self, name: &str) -> Option<Value> {
        match name {
            "title" => Some(self.title.as_str().into()),
            "read" => Some((*self.read.lock().unwrap()).into()),
            _ => None,
        }
    }

    fn write_attr(&self, name: &str, printer: &mut Printer<'_>) -> bool {
        if name == "title" {
            printer.print_str(&self.title);
        }
        name == "title"
    }

    fn set_attr(&self, name: &str, value: &Value) -> Option<Result<(), Error>> {
        (name == "read").then(|| {
            *self.read.lock().unwrap() = value.is_true();
            Ok(())
        })
    }

    fn call_method(&self, name: &str, args: Args) -> Option<Result<Value, Error>> {
        match name {
            "link" => Some(
                args.get_or(0, "base", "/".to_owned())
                    .map(|base| format!("{base}{}", self.title).into()),
            ),
            _ => None,
        }
    }

    fn is_async_method(&self, name: &str) -> bool {
        name == "price"
    }

    fn get_item(&self, key: &Value) -> Option<Result<Value, Error>> {
        Some(Ok(format!("item {key}").into()))
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some(vec![1.into(), 2.into()])
    }
}

fn entry() -> Value {
    let title = "<News>".to_owned();
    Value::from_object(Entry {
        title,
        read: Mutex::new(false),
    })
}

#[test]
fn objects_have_attributes_methods_and_items() {
    let page = |text: &str| {
        let template = DictLoader::new([("t.html", text)]).load("t.html").unwrap();
        template
            .generate(context! { entry = entry() })
            .map_err(|error| error.to_string())
    };
    assert_eq!(
        page("{{ entry.title }}{% raw entry.title %}").unwrap(),
        "&lt;News&gt;<News>"
    );
    assert_eq!(page("{{ entry.title.lower() }}").unwrap(), "&lt;news&gt;");
    assert_eq!(
        page("{{ entry.link() }}{{ entry.link(base='#') }}{{ entry.link(*['x']) }}").unwrap(),
        "/&lt;News&gt;#&lt;News&gt;x&lt;News&gt;"
    );
    assert_eq!(
        page("{{ entry['x'] }}{{ list(entry) }}{{ 2 in entry }}{{ entry }}").unwrap(),
        "item x[1, 2]True&lt;Entry object&gt;"
    );
    assert_eq!(
        page("{% set entry.read = 1 %}{{ entry.read }}").unwrap(),
        "True"
    );
    assert_eq!(
        page("{{ type(entry).__name__ }}{{ entry.__class__.__name__ }}").unwrap(),
        "EntryEntry"
    );
    assert_eq!(
        page("\n{{ entry.nope }}").unwrap_err(),
        "AttributeError: 'Entry' object has no attribute 'nope' # t.html:2"
    );
    assert_eq!(
        page("{{ entry.nope() }}").unwrap_err(),
        "AttributeError: 'Entry' object has no attribute 'nope' # t.html:1"
    );
    assert_eq!(
        page("{{ entry == entry }}{{ hasattr(entry, 'title') }}{{ getattr(entry, 'x', 5) }}")
            .unwrap(),
        "TrueTrue5"
    );
}

#[tokio::test]
async fn methods_of_objects_may_wait() {
    let template = Template::new("{{ entry.price('EUR') }}").unwrap();
    let page = template
        .generate_async(context! { entry = entry() }, &mut Page::default())
        .await;
    assert_eq!(page.unwrap(), "Entry:1");
}

#[test]
fn the_value_of_an_object_is_found_again() {
    let value = entry();
    assert_eq!(value.downcast_ref::<Entry>().unwrap().title, "<News>");
    assert!(Value::from(1).downcast_ref::<Entry>().is_none());
}

#[test]
fn lists_and_dicts_are_shared_as_in_python() {
    let list = Value::from([1]);
    let template = Template::new("{% set l.append(2) %}{% set d['k'] = l %}").unwrap();
    let dict = Value::dict([("a", 1)]);
    template
        .generate(context! { l = list.clone(), d = dict.clone() })
        .unwrap();
    assert_eq!(dict.to_string(), "{'a': 1, 'k': [1, 2]}");
    let template =
        Template::new("{% set l.append(l) %}{{ l == l }}{{ len(repr(l)) > 0 }}").unwrap();
    assert_eq!(
        template.generate(context! { l = list }).unwrap(),
        "TrueTrue"
    );
}

#[test]
fn a_loop_may_append_to_its_list() {
    let template = Template::new("{% set l = [1] %}{% for x in l %}{% if x < 4 %}{% set l.append(x + 1) %}{% end %}{{ x }}{% end %}").unwrap();
    assert_eq!(template.generate(context! {}).unwrap(), "1234");
    let template =
        Template::new("{% set d = {1: 1} %}{% for x in d %}{% set d[x + 1] = 1 %}{% end %}")
            .unwrap();
    assert_eq!(
        template.generate(context! {}).unwrap_err().class(),
        "RuntimeError"
    );
}

#[test]
fn limits_end_a_page() {
    let mut limits = Limits::default();
    limits.steps = 1000;
    limits.output = 1000;
    let page = |text: &str| {
        let loader = DictLoader::new([("t.html", text)]).limits(limits);
        loader
            .load("t.html")
            .unwrap()
            .generate(context! {})
            .unwrap_err()
    };
    for text in [
        "{% while True %}{% end %}",
        "{% try %}{% while True %}{% end %}{% except Exception %}no{% end %}",
        "{% for i in range(10**9) %}{% end %}",
        "{{ [0 for i in range(10**9)] }}",
        "{% set s = 'x' * 900 %}{{ s }}{{ s }}",
        "{{ 'x' * 10**9 }}",
        "{{ list(range(10**12)) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '{:999999999}'.format(1) }}",
    ] {
        let error = page(text);
        assert_eq!(error.kind(), ErrorKind::Limit, "{text}: {error}");
        assert_eq!(error.lineno(), Some(1));
    }
    assert_eq!(
        page("{% set f = lambda f: f(f) %}{{ f(f) }}").class(),
        "RecursionError"
    );
    assert_eq!(
        page("{% set f = lambda f: sorted([1, 2], key=lambda x: f(f)) %}{{ f(f) }}").class(),
        "RecursionError"
    );
    assert_eq!(
        page("{% set a = 'a' * 10**7 %}{{ ''.join([a] * 100) }}").kind(),
        ErrorKind::Limit
    );
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    for text in [
        format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000)),
        format!("{{{{ {}1 }}}}", "-".repeat(5000)),
        format!("{{{{ {}1 }}}}", "not ".repeat(5000)),
        format!("{{{{ 1{} }}}}", " + 1".repeat(5000)),
        format!("{{{{ 1{} }}}}", " ** 1".repeat(5000)),
        format!("{{{{ a{} }}}}", ".b".repeat(5000)),
        format!("{{{{ {}1 }}}}", "lambda: ".repeat(5000)),
        format!("{{{{ 1{} }}}}", " if 1 else 1".repeat(5000)),
        format!("{{{{ {}1{} }}}}", "[".repeat(5000), "]".repeat(5000)),
        "{% if 1 %}".repeat(5000),
        "{% for x in y %}".repeat(5000),
        "{% block a %}".repeat(5000),
    ] {
        assert_eq!(Template::new(&text).unwrap_err().kind(), ErrorKind::Syntax);
    }
}

#[test]
fn files_in_a_circle_are_an_error() {
    for files in [
        vec![("a", "{% extends 'a' %}")],
        vec![("a", "{% extends 'b' %}"), ("b", "{% extends 'a' %}")],
        vec![("a", "{% include 'a' %}")],
        vec![
            ("a", "{% include 'b' %}"),
            ("b", "{% include 'a' %}{% include 'a' %}"),
        ],
        vec![("a", "{% include '../../etc/passwd' %}")],
    ] {
        let error = DictLoader::new(files.clone()).load("a").unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Syntax | ErrorKind::Missing),
            "{files:?}: {error}"
        );
    }
}

#[test]
fn a_file_that_is_used_too_often_is_an_error() {
    let mut files = vec![("f30".to_owned(), "x".to_owned())];
    for i in 0..30 {
        files.push((
            format!("f{i}"),
            format!("{{% include 'f{0}' %}}{{% include 'f{0}' %}}", i + 1),
        ));
    }
    assert_eq!(
        DictLoader::new(files).load("f0").unwrap_err().kind(),
        ErrorKind::Syntax
    );
}
