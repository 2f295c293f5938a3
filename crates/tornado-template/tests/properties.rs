//! What holds for any text and any value.

use proptest::prelude::*;
use tornado_template::{Context, DictLoader, Template, Value, context};

/// Parts of templates, so that not every attempt fails early.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{{ ",
        " }}",
        "{% ",
        " %}",
        "{# ",
        " #}",
        "if a",
        "for x in l",
        "end",
        "else",
        "set x = ",
        "try",
        "except",
        "finally",
        "block b",
        "apply upper",
        "while a",
        "break",
        "continue",
        "raw ",
        "module M(",
        "autoescape None",
        "a",
        "b",
        "l",
        "1",
        "0",
        "'s'",
        "\"t\"",
        "f'{a}'",
        "+",
        "-",
        "*",
        "**",
        "/",
        "%",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ".",
        "=",
        "==",
        "<",
        "not ",
        " in ",
        " is ",
        " and ",
        " or ",
        " if ",
        " else ",
        "lambda x: ",
        " for x in ",
        "\n",
        " ",
        "\\",
        "#",
        "!",
        "\u{e9}",
        ";",
        "import json",
        "del x",
        "x += 1",
        "extends 'a'",
        "include 'a'",
        "comment",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

/// Values of all kinds that contain texts.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<String>().prop_map(Value::from),
        "[<>&'\"a-c]{0,8}".prop_map(Value::from),
        "[<>&]{0,8}".prop_map(|text| Value::bytes(text.into_bytes())),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(Value::none()),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::tuple),
            prop::collection::vec(("[<>a-c]{0,4}", inner), 0..4).prop_map(Value::dict),
        ]
    })
}

/// Ways in which a value gets into a page.
const WAYS: &[&str] = &[
    "{{ v }}",
    "{{ [v] }}",
    "{{ str(v) }}",
    "{{ '%s' % (v,) }}",
    "{{ '{}{!r}'.format(v, v) }}",
    "{{ f'{v}{v!r}' }}",
    "{% for x in [v] %}{{ x }}{% end %}",
    "{% set x = v %}{{ x }}{{ x or 1 }}",
    "{{ d.v }}{{ d['v'] }}",
    "{{ {'k': v}['k'] }}{{ [x for x in [v]][0] }}",
    "{% try %}{{ {}[v] }}{% except Exception as e %}{{ e }}{{ repr(e) }}{% end %}",
    "{% try %}{{ int(v) }}{% except Exception as e %}{{ e }}{% end %}",
    "{% if v %}{{ v }}{% else %}{{ v }}{% end %}",
    "{{ v if v else v }}{{ (lambda x: x)(v) }}{{ list(map(str, [v])) }}",
    "{% block x %}{{ v }}{% end %}",
    "{{ json_encode({'k': 1}) }}{{ name = v }}{{ name }}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bracket_of_a_value_reaches_the_page(v in values(), way in 0..WAYS.len()) {
        let template = DictLoader::new([("t.html", WAYS[way])]).load("t.html").unwrap();
        let d = Value::dict([("v", v.clone())]);
        if let Ok(page) = template.generate(context! { v, d }) {
            prop_assert!(!page.contains(['<', '>', '"', '\'']), "{page}");
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text: String) {
        let _ = Template::new(&text);
        let _ = Template::new(&format!("{{{{ {text} }}}}"));
        let _ = Template::new(&format!("{{% set {text} %}}"));
    }

    #[test]
    fn any_pieces_are_read_or_refused_and_run_or_fail(text in pieces()) {
        let loader = DictLoader::new([("t.html", text.as_str()), ("a", "{{ a }}")]);
        loader.check(&tornado_template::Known::new()).unwrap();
        if let Ok(template) = loader.load("t.html") {
            let upper = Value::function("upper", |text: String| text.to_uppercase());
            let mut names = Context::new().with("a", 1).with("b", "x").with("l", [1, 2]);
            names.insert("upper", upper);
            let mut limits = tornado_template::Limits::default();
            limits.steps = 10_000;
            let loader = loader.limits(limits);
            let _ = template.generate(&names);
            let _ = loader.load("t.html").unwrap().generate(&names);
        }
    }

    #[test]
    fn text_without_tags_stays(text in "[^{]*") {
        let page = Template::new(&text).unwrap().generate(context! {}).unwrap();
        prop_assert_eq!(page, text);
    }

    #[test]
    fn a_text_that_is_written_as_python_writes_it_is_read_back(text: String) {
        let literal = Value::from(text.as_str()).repr();
        prop_assume!(!literal.contains("}}") && !literal.contains("{{"));
        let page = Template::new(&format!("{{% raw {} %}}", literal.replace("%}", "%\\x7d"))).unwrap();
        prop_assert_eq!(page.generate(context! {}).unwrap(), text);
    }

    #[test]
    fn numbers_are_read_back(i: i64, f: f64) {
        let number = |text: String| Template::new("{{ float(x) == y }}").unwrap().generate(context! { x = text, y = f }).unwrap();
        if f.is_finite() {
            prop_assert_eq!(number(Value::from(f).to_string()), "True");
        }
        let page = Template::new(&format!("{{{{ {i} }}}}")).unwrap().generate(context! {}).unwrap();
        prop_assert_eq!(page, i.to_string());
    }

    #[test]
    fn floor_division_and_rest_fit_together(a: i64, b: i64) {
        prop_assume!(b != 0 && !(a == i64::MIN && b == -1));
        let text = "{{ (a // b) * b + a % b == a if abs(a // b) < 2 ** 62 else True }}";
        let page = Template::new(text).unwrap().generate(context! { a = a / 2, b = b / 2 + 1 }).unwrap_or_default();
        prop_assert_ne!(page, "False");
    }
}
