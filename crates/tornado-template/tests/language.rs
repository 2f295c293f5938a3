//! What Tornado's own template tests cover, and our additions.

#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

use tornado_template::{
    Context, DictLoader, Error, Known, Level, Loader, Template, Value, Whitespace, context,
};

fn page(text: &str, context: impl Into<Context>) -> String {
    Template::new(text).unwrap().generate(context).unwrap()
}

fn load(files: &[(&str, &str)]) -> DictLoader {
    DictLoader::new(files.iter().copied())
}

fn made(files: &[(&str, &str)], context: impl Into<Context>) -> String {
    load(files)
        .load(files[0].0)
        .unwrap()
        .generate(context)
        .unwrap()
}

#[test]
fn a_context_in_a_context_is_a_dict() {
    let pages = context! { rows = [1, 2], last = 5, last = 6 };
    assert_eq!(
        page("{{ pages }} {{ pages.get('next', 7) }}", context! { pages }),
        "{&#x27;rows&#x27;: [1, 2], &#x27;last&#x27;: 6} 7"
    );
    let error = Template::new("{{ pages.last }}").unwrap();
    let error = error.generate(context! { pages = context! { last = 5 } });
    assert_eq!(
        error.unwrap_err().message(),
        "'dict' object has no attribute 'last'"
    );
}

#[test]
fn values_and_texts_are_shown() {
    assert_eq!(
        page("Hello {{ name }}!", context! { name = "Ben" }),
        "Hello Ben!"
    );
    assert_eq!(
        page(
            "Hello {{ name }}!",
            context! { name = Value::bytes(*b"Ben") }
        ),
        "Hello Ben!"
    );
    assert_eq!(page("2 + 2 = {{ 2 + 2 }}", context! {}), "2 + 2 = 4");
    assert_eq!(
        page("a{# {{ not shown }} #}b{% comment x %}", context! {}),
        "ab"
    );
    assert_eq!(page("\u{e9}", context! {}), "\u{e9}");
    assert_eq!(
        page("{{ u'\u{e9}' }}{{ '\\u00e9' }}", context! {}),
        "\u{e9}\u{e9}"
    );
    assert_eq!(
        page("{{ \u{f1}ame }}", Context::new().with("\u{f1}ame", 1)),
        "1"
    );
}

#[test]
fn braces_that_are_no_tags() {
    assert_eq!(
        page("{{! jquery }} {%! x %} {#! y #}", context! {}),
        "{{ jquery }} {% x %} {# y #}"
    );
    assert_eq!(
        page("\\textbf{{{ 'x' }}} { {a} }", context! {}),
        "\\textbf{x} { {a} }"
    );
    assert!(Template::new("{{ name").is_err());
    assert!(Template::new("{% name").is_err());
}

#[test]
fn files_include_and_extend_one_another() {
    let files = [
        ("index.html", "{% include \"header.html\" %}\nbody text"),
        ("header.html", "header text"),
    ];
    assert_eq!(made(&files, context! {}), "header text\nbody text");
    let files = [
        (
            "page.html",
            "{% extends \"base.html\" %}{% block title %}page title{% end %}{% block body %}page body{% end %}",
        ),
        (
            "base.html",
            "<title>{% block title %}default title{% end %}</title><body>{% block body %}default body{% end %}</body>",
        ),
    ];
    assert_eq!(
        made(&files, context! {}),
        "<title>page title</title><body>page body</body>"
    );
    let files = [
        ("a/1.html", "{% include '2.html' %}"),
        ("a/2.html", "{% include '../b/3.html' %}"),
        ("b/3.html", "ok"),
    ];
    assert_eq!(made(&files, context! {}), "ok");
}

#[test]
fn a_page_is_given_functions_by_the_loader_and_the_caller() {
    let loader = load(&[("t", "{{ inc(5) }}{{ site }}")])
        .function("inc", |n: i64| n + 1)
        .name("site", "x");
    assert_eq!(
        loader.load("t").unwrap().generate(context! {}).unwrap(),
        "6x"
    );
    let upper = Value::function("upper", |text: String| text.to_uppercase());
    assert_eq!(
        page("{% apply upper %}foo{% end %}", context! { upper }),
        "FOO"
    );
}

#[test]
fn escaping_is_by_file() {
    let files = [
        ("escaped.html", "{% autoescape xhtml_escape %}{{ name }}"),
        ("unescaped.html", "{% autoescape None %}{{ name }}"),
        ("default.html", "{{ name }}"),
        (
            "include.html",
            "escaped: {% include 'escaped.html' %} unescaped: {% include 'unescaped.html' %} default: {% include 'default.html' %}",
        ),
    ];
    let name = "Bobby <table>s";
    let off = load(&files).autoescape(None);
    let get = |loader: &DictLoader, file: &str| {
        loader
            .load(file)
            .unwrap()
            .generate(context! { name })
            .unwrap()
    };
    assert_eq!(get(&off, "escaped.html"), "Bobby &lt;table&gt;s");
    assert_eq!(get(&off, "unescaped.html"), name);
    assert_eq!(get(&off, "default.html"), name);
    assert_eq!(
        get(&off, "include.html"),
        "escaped: Bobby &lt;table&gt;s unescaped: Bobby <table>s default: Bobby <table>s"
    );
    let on = load(&files).autoescape(Some("xhtml_escape"));
    assert_eq!(get(&on, "default.html"), "Bobby &lt;table&gt;s");
    let custom = load(&[("t", "{% autoescape py_escape %}s = {{ name }}")])
        .function("py_escape", |text: String| format!("{text:?}"));
    assert_eq!(get(&custom, "t"), "s = \"Bobby <table>s\"");
    let other =
        load(&[("t", "{{ name }}")]).function("xhtml_escape", |text: String| text.to_lowercase());
    assert_eq!(
        get(&other, "t"),
        "bobby <table>s",
        "the one of the loader counts"
    );
}

#[test]
fn a_block_escapes_as_the_file_that_it_is_in() {
    let files = [
        (
            "base.html",
            "{% autoescape xhtml_escape %}{% block name %}base: {{ name }}{% end %}",
        ),
        (
            "unescaped.html",
            "{% extends 'base.html' %}{% autoescape None %}{% block name %}extended: {{ name }}{% end %}",
        ),
        (
            "other.html",
            "{% extends 'base.html' %}{% autoescape None %}",
        ),
    ];
    let get = |file| {
        load(&files)
            .load(file)
            .unwrap()
            .generate(context! { name = "<script>" })
            .unwrap()
    };
    assert_eq!(get("unescaped.html"), "extended: <script>");
    assert_eq!(get("other.html"), "base: &lt;script&gt;");
}

#[test]
fn white_space_goes_by_name_by_loader_and_by_directive() {
    let files = [
        ("foo.html", "   \n\t\n asdf\t   "),
        ("foo.txt", "   \n\t\n asdf\t   "),
    ];
    let get =
        |loader: &DictLoader, file: &str| loader.load(file).unwrap().generate(context! {}).unwrap();
    let loader = load(&files);
    assert_eq!(get(&loader, "foo.html"), "\nasdf ");
    assert_eq!(get(&loader, "foo.txt"), "   \n\t\n asdf\t   ");
    let loader = load(&files).whitespace(Whitespace::Oneline);
    assert_eq!(get(&loader, "foo.html"), " asdf ");
    assert_eq!(get(&loader, "foo.txt"), " asdf ");
    assert_eq!(page("{% whitespace oneline %}a\n\n b", context! {}), "a b");
}

#[test]
fn errors_say_where_and_through_which_files() {
    let error = |files: &[(&str, &str)]| match load(files).load(files[0].0) {
        Ok(template) => template.generate(context! {}).unwrap_err().to_string(),
        Err(error) => error.to_string(),
    };
    let zero = "ZeroDivisionError: division by zero";
    assert_eq!(
        error(&[("t.html", "\n\n{{1/0}}\n")]),
        format!("{zero} # t.html:3")
    );
    assert_eq!(
        error(&[("t.html", "\n\n{% if 1 / 0 %}{% end %}\n")]),
        format!("{zero} # t.html:3")
    );
    let files = [
        ("base.html", "{% include 'sub.html' %}"),
        ("sub.html", "\n\n\n{{1/0}}"),
    ];
    assert_eq!(
        error(&files),
        format!("{zero} # sub.html:4 (via base.html:1)")
    );
    let files = [
        (
            "sub.html",
            "{% extends 'base.html' %}\n{% block block %}{{1/0}}{% end %}",
        ),
        ("base.html", "{% block block %}{% end %}"),
    ];
    assert_eq!(
        error(&files),
        format!("{zero} # sub.html:2 (via base.html:1)")
    );
    let files = [
        ("a.html", "{% include 'b.html' %}"),
        ("b.html", "{% include 'c.html' %}"),
        ("c.html", "{{1/0}}"),
    ];
    assert_eq!(
        error(&files),
        format!("{zero} # c.html:1 (via b.html:1, a.html:1)")
    );
    assert_eq!(
        error(&[("foo.html", "\n\n{{")]),
        "Missing end expression }} at foo.html:3"
    );
    let parse = load(&[("foo.html", "\n\n{{")])
        .load("foo.html")
        .unwrap_err();
    assert_eq!(
        (parse.filename(), parse.lineno()),
        (Some("foo.html"), Some(3))
    );
}

#[test]
fn a_name_that_is_assigned_later_has_no_value_and_the_error_says_why() {
    let template = Template::new("{{ title }}{% set title = 'x' %}").unwrap();
    let error = template.generate(context! { title = "y" }).unwrap_err();
    assert_eq!(error.class(), "UnboundLocalError");
    assert!(
        error.message().contains("assigns this name itself"),
        "{error}"
    );
}

#[test]
fn what_is_not_supported_says_so() {
    let wrong = |text: &str| Template::new(text).unwrap_err().to_string();
    assert_eq!(
        wrong("{{ await x }}"),
        "'await' is not supported in templates at <string>:1"
    );
    assert!(wrong("{{ 99999999999999999999 }}").contains("64 bits"));
    assert!(wrong("{% set x = 1\n      y = 2 %}").contains("several lines"));
    assert!(wrong("{{ a\n + 1 }}").contains("several lines"));
    assert!(wrong("{% set with x: pass %}").contains("'with' is not supported"));
    assert!(wrong("{% include 'x.html' %}").contains("no loader"));
    let error = Template::new("{{ 2 ** 64 }}")
        .unwrap()
        .generate(context! {})
        .unwrap_err();
    assert_eq!(error.class(), "OverflowError");
}

#[test]
fn an_edited_file_shows_where_templates_are_not_kept() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("t.html");
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    let get = |loader: &Loader| {
        loader
            .load("t.html")
            .unwrap()
            .generate(context! {})
            .unwrap()
    };
    write("1 \u{e9}");
    let kept = Loader::new(directory.path());
    let fresh = Loader::new(directory.path()).cache(false);
    assert_eq!(
        (get(&kept), get(&fresh)),
        ("1 \u{e9}".to_owned(), "1 \u{e9}".to_owned())
    );
    write("2");
    assert_eq!(
        (get(&kept), get(&fresh)),
        ("1 \u{e9}".to_owned(), "2".to_owned())
    );
    kept.reset();
    assert_eq!(get(&kept), "2");
    assert_eq!(kept.names().unwrap(), ["t.html"]);
    let error = kept.load("nope.html").unwrap_err();
    assert!(
        error
            .message()
            .starts_with("there is no template nope.html"),
        "{error}"
    );
}

#[test]
fn modules_of_the_program_are_imported() {
    let loader = load(&[("t", "{% from models.team import Team, size %}{% import models.team %}{{ Team('x') }}{{ size }}{{ models.team.size }}")])
        .module("models.team", context! { size = 3, Team = Value::function("Team", |name: String| name + "!") });
    assert_eq!(
        loader.load("t").unwrap().generate(context! {}).unwrap(),
        "x!33"
    );
}

#[test]
fn serde_writes_values() {
    #[derive(serde::Serialize)]
    struct Entry {
        title: String,
        tags: Vec<String>,
        score: Option<f64>,
        kind: Kind,
    }
    #[derive(serde::Serialize)]
    enum Kind {
        Plain,
    }
    let entry = Entry {
        title: "<T>".to_owned(),
        tags: vec!["a".to_owned()],
        score: None,
        kind: Kind::Plain,
    };
    let entry = Value::from_serialize(&entry).unwrap();
    let text = "{{ entry.title }}{{ entry['tags'] }}{{ entry.score }}{{ entry.kind }}{% set entry.new = 1 %}{{ entry.new }}{{ entry.get('x') }}{{ json_encode(entry) }}";
    assert_eq!(
        page(text, context! { entry }),
        "&lt;T&gt;[&#x27;a&#x27;]NonePlain1None{&quot;title&quot;: &quot;&lt;T&gt;&quot;, &quot;tags&quot;: [&quot;a&quot;], &quot;score&quot;: null, &quot;kind&quot;: &quot;Plain&quot;, &quot;new&quot;: 1}"
    );
    assert!(Value::from_serialize(&u64::MAX).is_err());
    let json: serde_json::Value =
        serde_json::from_str(r#"{"b": [1, 2.5, null], "a": {"x": true}}"#).unwrap();
    assert_eq!(
        Value::from_serialize(&json).unwrap().to_string(),
        "{'b': [1, 2.5, None], 'a': {'x': True}}"
    );
}

#[test]
fn dates_of_time_and_jiff_are_dates_of_python() {
    let naive = time::PrimitiveDateTime::new(
        time::Date::from_calendar_date(2020, time::Month::May, 6).unwrap(),
        time::Time::from_hms(7, 8, 9).unwrap(),
    );
    let utc = naive.assume_utc();
    let civil = jiff::civil::date(2020, 5, 6).at(7, 8, 9, 0);
    let text = "{{ d.strftime('%d.%m.%Y %H:%M') }} {{ d }} {{ d.year }}";
    let wanted = "06.05.2020 07:08 2020-05-06 07:08:09 2020";
    assert_eq!(page(text, context! { d = naive }), wanted);
    assert_eq!(page(text, context! { d = civil }), wanted);
    assert_eq!(
        page(text, context! { d = utc }),
        "06.05.2020 07:08 2020-05-06 07:08:09+00:00 2020"
    );
    assert_eq!(
        page(
            "{{ a == b }}{{ (a - b).days }}{{ a - datetime.timedelta(days=1) < b }}",
            context! { a = naive, b = civil }
        ),
        "True0True"
    );
}

#[test]
fn context_takes_names_values_and_other_contexts() {
    let a = 1;
    let more = context! { b = 2 };
    let dict = Value::dict([("c", 3)]);
    assert_eq!(
        page(
            "{{ a }}{{ b }}{{ c }}{{ d }}",
            context! { a, ..more, ..dict, d = 4, }
        ),
        "1234"
    );
    assert_eq!(
        page("{{ a }}", context! { a = 5, ..context! { a = 6 } }),
        "6"
    );
}

#[test]
fn check_finds_what_will_not_run() {
    let loader = load(&[
        (
            "base.html",
            "{% block body %}{% end %}{{ static_url('x') }}",
        ),
        (
            "a.html",
            "{% extends 'base.html' %}{% block body %}\n{% module Entri(e) %}{{ modules.Entry(e) }}\n{{ e.html() }}{{ e.title.upper() }}{{ 'x'.nope() }}\n{% import models.team %}{% from json import nope %}\n{{ await x }}\n{{ pretty_dat(e) }}{{ title }}{{ d.has_key(1) }}{% for e in x %}{{ e }}{% end %}{% end %}",
        ),
        ("b.html", "{% extends 'gone.html' %}"),
        ("c.html", "{% if %}{% end %}"),
    ]);
    let known = Known::new()
        .names(["pretty_date", "x", "d"])
        .modules(["Entry"]);
    let found: Vec<String> = loader
        .check(&known)
        .unwrap()
        .iter()
        .map(|f| format!("{:?} {f}", f.level()))
        .collect();
    assert_eq!(
        found,
        [
            "Error a.html:2: module: there is no UI module Entri; did you mean Entry?",
            "Warning a.html:3: method: no type of Python has a method html: an object of yours has to have it; say so by .methods([\"html\"])",
            "Error a.html:3: method: str has no method nope here",
            "Error a.html:4: import: there is no module models.team; register it by .module(\"models.team\", ..)",
            "Error a.html:4: import: the module json has no nope here; register one that has it by .module(\"json\", ..)",
            "Error a.html:5: expression: 'await' is not supported in templates",
            "Warning a.html:6: function: pretty_dat is called, and is no function that the loader knows: add it by .function(\"pretty_dat\", ..) or as a UI method, or give it to the page; did you mean pretty_date?",
            "Needs a.html:6: name: the page needs title",
            "Warning a.html:6: python2: has_key is of Python 2; it runs here",
            "Error b.html:1: file: there is no template gone.html",
            "Error c.html:1: expression: the expression ends too early",
        ]
    );
    assert_eq!(loader.check(&known).unwrap()[0].level(), Level::Error);
}

#[test]
fn check_knows_modules_by_any_name() {
    let found = |text: &str| {
        let loader = load(&[("a.html", text)]);
        let known = Known::new().modules(["entry"]);
        let mut found = Vec::new();
        for finding in loader.check(&known).unwrap() {
            if finding.level() > Level::Needs {
                found.push(finding.to_string());
            }
        }
        found
    };
    assert_eq!(
        found("{{ modules.entri(e) }}\n{{ modules.entry(e) }}{{ modules.linkify(e) }}"),
        ["a.html:1: module: there is no UI module entri; did you mean entry?"]
    );
    // Not those of the handler.
    assert!(found("{{ modules.items() }}").is_empty());
    assert!(
        found("{% for modules in x %}{{ modules.upper() }}{{ modules.Any() }}{% end %}").is_empty()
    );
}

#[test]
fn check_asks_no_more_of_what_is_imported() {
    let loader = load(&[(
        "a.html",
        "{% from itertools import chain %}{% import models.team %}\n{{ chain.from_iterable(x) }}{{ models.team.members.everybody() }}",
    )]);
    let found = loader.check(&Known::new().names(["x"])).unwrap();
    let found: Vec<&str> = found.iter().map(|finding| finding.code()).collect();
    assert_eq!(found, ["import", "import"]);
}

#[test]
#[should_panic(expected = "a.html:1: expression")]
fn assert_templates_run_says_what_will_not() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("a.html"), "{{ 1 + }}").unwrap();
    tornado_template::assert_templates_run(directory.path());
}

#[test]
fn errors_of_functions_have_their_place() {
    let fail = Value::function("fail", || -> Result<i64, Error> {
        Err(Error::with_class("KeyError", "'x'"))
    });
    let template = Template::new(
        "{% try %}{{ fail() }}{% except KeyError as e %}{{ e }}{% end %}\n{{ fail() }}",
    )
    .unwrap();
    let error = template.generate(context! { fail }).unwrap_err();
    assert_eq!(error.to_string(), "KeyError: 'x' # <string>:2");
}

#[test]
fn enumerate_ends_where_whole_numbers_do() {
    let last = Template::new("{{ list(enumerate('a', 9223372036854775807)) }}").unwrap();
    assert_eq!(
        last.generate(context! {}).unwrap(),
        "[(9223372036854775807, &#x27;a&#x27;)]"
    );
    let beyond = Template::new("{{ list(enumerate('ab', 9223372036854775807)) }}").unwrap();
    let error = beyond.generate(context! {}).unwrap_err();
    assert!(error.to_string().starts_with("OverflowError: "), "{error}");
}
