//! Templates that want more than there is: of the stack, of memory, of time. Each ends
//! with an error, or with a page, on a stack that is small.

use proptest::prelude::*;
use tornado_template::{DictLoader, Error, ErrorKind, Limits, Value, context};

/// What a thread of tests would not run out of by itself.
const STACK: usize = 1 << 20;

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.steps = 100_000;
    limits.memory = 2 << 20;
    limits.output = 1 << 20;
    limits
}

/// A page of a template, on a small stack.
fn page(text: &str) -> Result<String, Error> {
    let text = text.to_owned();
    let run = move || {
        let loader = DictLoader::new([("t.html", text)]).limits(limits());
        loader.load("t.html")?.generate(context! {})
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run);
    let thread = thread.expect("a thread can be had");
    thread.join().expect("it does not panic")
}

/// What nests a value 20,000 deep.
const DEEP: &[&str] = &[
    "[x]",
    "(x,)",
    "(x, 1)",
    "{1: x}",
    "{'a': x}.values()",
    "{'a': x}.items()",
    "iter([x])",
    "[x].append",
    "slice([x], 2)",
    "lambda: x",
    "lambda y=x: y",
    "(lambda y: lambda: y)(x)",
];

fn deep(of: &str, times: u32) -> String {
    format!("{{% set x = [] %}}{{% for i in range({times}) %}}{{% set x = {of} %}}{{% end %}}")
}

#[test]
fn what_is_nested_deeply_is_let_go() {
    for of in DEEP {
        assert_eq!(page(&deep(of, 20_000)).unwrap(), "", "{of}");
        // It is let go by an error as well, and where it is replaced.
        let text = deep(of, 20_000) + "{% set y = x %}{% set x = 1 %}{{ 1 / 0 }}";
        assert_eq!(
            page(&text).unwrap_err().class(),
            "ZeroDivisionError",
            "{of}"
        );
    }
    let sets =
        "{% set x = frozenset() %}{% for i in range(90) %}{% set x = frozenset([x]) %}{% end %}";
    assert_eq!(page(&format!("{sets}{{{{ len(x) }}}}")).unwrap(), "1");
}

#[test]
fn what_is_nested_deeply_is_an_error_where_it_is_gone_through() {
    let ways = [
        "{{ x }}",
        "{{ repr(x) }}",
        "{{ str(x) }}",
        "{{ '%s' % (x,) }}",
        "{{ '{}'.format(x) }}",
        "{{ f'{x}{x!r}' }}",
        "{{ ascii(x) }}",
        "{{ y == x }}",
        "{{ x != y }}",
        "{{ [y].count(x) }}",
        "{{ [y].index(x) }}",
        "{{ x in [y] }}",
        "{{ json_encode(x) }}",
        "{% import json %}{{ json.dumps([x]) }}",
        "{{ xhtml_escape(str(x)) }}",
        "{{ ValueError(x) }}",
        "{{ {1: x} == {1: y} }}",
        "{{ (1, x) == (1, y) }}",
    ];
    for of in ["[x]", "(x,)", "{1: x}"] {
        let both = format!(
            "{}{{% set y = x %}}{}{{% end %}}",
            deep(of, 200),
            &deep(of, 200).replace("{% end %}", "")
        );
        for way in ways {
            let error = page(&format!("{both}{way}")).unwrap_err();
            let class = error.class();
            let right = class == "RecursionError" || way.contains("json") && class == "ValueError";
            assert!(right, "{of} {way}: {error}");
            assert_eq!(error.lineno(), Some(1));
        }
    }
    let keys = [
        "hash(x)",
        "{x: 1}",
        "{x}",
        "{}[x]",
        "x in {}",
        "set([x])",
        "sorted([x, y])",
    ];
    for way in keys {
        let text = format!("{}{{% set y = ((),) %}}{{{{ {way} }}}}", deep("(x,)", 200));
        let error = page(&text).unwrap_err();
        assert!(
            matches!(error.class(), "RecursionError" | "TypeError"),
            "{way}: {error}"
        );
    }
    for way in [
        "isinstance(1, x)",
        "'a'.startswith(x)",
        "b','.join([x])",
        "max([x, x])",
    ] {
        let _ = page(&format!("{}{{{{ {way} }}}}", deep("(x,)", 200)));
    }
    let caught = format!(
        "{}{{% try %}}{{{{ x }}}}{{% except RecursionError as e %}}{{{{ e }}}}{{% end %}}",
        deep("[x]", 200)
    );
    let message = "maximum recursion depth exceeded while getting the repr of an object";
    assert_eq!(page(&caught).unwrap(), message);
}

#[test]
fn a_list_in_itself_is_shown_as_python_shows_it() {
    let text = "{% set x = [1] %}{% set _ = x.append(x) %}{{ x }}\
        {% set d = {} %}{% set d['d'] = d %}{{ str(d) }}{{ x == x }}";
    assert_eq!(page(text).unwrap(), "[1, [...]]{&#x27;d&#x27;: {...}}True");
    let cycle =
        "{% set x = [] %}{% set _ = x.append(x) %}{% set y = [] %}{% set _ = y.append(y) %}";
    for way in [
        "x == y",
        "x < y",
        "sorted([x, y])",
        "max([x, y])",
        "y in [x]",
        "[x].remove(y)",
    ] {
        let error = page(&format!("{cycle}{{{{ {way} }}}}")).unwrap_err();
        let message = "maximum recursion depth exceeded in comparison";
        assert_eq!(
            (error.class(), error.message()),
            ("RecursionError", message),
            "{way}"
        );
    }
    let error = page(&format!("{cycle}{{{{ json_encode(x) }}}}")).unwrap_err();
    assert_eq!(
        (error.class(), error.message()),
        ("ValueError", "Circular reference detected")
    );
}

#[test]
fn what_wants_too_much_is_stopped_early() {
    let twice = |n: u32, of: &str| {
        format!("{{% set x = {of} %}}{{% for i in range({n}) %}}{{% set x = [x, x] %}}{{% end %}}")
    };
    let shared = twice(40, "1");
    let other = shared.replace(" x", " y").replace("[x", "[y");
    let tuples = shared.replace("[x, x]", "(x, x)");
    let other_tuples = tuples.replace(" x", " y").replace("(x", "(y");
    let loops = |what: &str| {
        format!(
            "{{% set x = 'ab' %}}{{% set l = [] %}}{{% for i in range(1000000) %}}{what}{{% end %}}"
        )
    };
    let texts = [
        format!("{shared}{{{{ x }}}}"),
        format!("{shared}{{{{ repr(x) }}}}"),
        format!("{shared}{{{{ json_encode(x) }}}}"),
        format!("{shared}{other}{{{{ x == y }}}}"),
        format!("{shared}{other}{{{{ sorted([x, y]) }}}}"),
        format!("{tuples}{{{{ {{x: 1}} }}}}"),
        format!("{tuples}{{{{ hash(x) }}}}"),
        format!("{tuples}{other_tuples}{{{{ [x].count(y) }}}}"),
        format!("{tuples}{{{{ isinstance(1, ((str, str), x)) }}}}").replace("= 1 ", "= str "),
        loops("{% set x = x + x %}"),
        loops("{% set x += x %}"),
        loops("{% set x = x * 2 %}"),
        loops("{% set x = [x] * 1000000 %}{% set l = l + [x] %}"),
        loops("{% set l = l + [x * 1000] %}"),
        loops("{% set _ = l.append(x * 1000) %}"),
        loops("{% set _ = l.append([]) %}{% set _ = l.extend(l) %}"),
        loops("{% set l += l + [1] %}"),
        loops("{% set l[0:0] = l + [1] %}"),
        loops("{% set l = (l, 'y' * 1000) %}"),
        loops("{% set l = {i: l, 'z' * 1000: 1} %}"),
        loops("{% set l = [str(i) * 1000, l] %}"),
        loops("{% set l = ['%1000d' % i, l] %}"),
        loops("{% set l = [f'{i:1000}', l] %}"),
        loops("{% set l = ['{:1000}'.format(i), l] %}"),
        loops("{% set l = [lambda i=x * 1000: i, l] %}"),
        loops("{% set x = x.replace('a', 'aaaa') %}"),
        loops("{% set x = x.replace('', 'aaaa') %}"),
        loops("{% set x = x.join(list(x)) %}"),
        loops("{% set x = x.translate({97: 'aab', 98: 'bba'}) %}"),
        loops("{% apply upper %}{{ x }}{% end %}").replace("{% set x", "{% set upper = lambda s: s * 2 %}{% set x"),
        loops("{% set x = '%s%s' % (x, x) %}"),
        loops("{% set x = '{}{}'.format(x, x) %}"),
        loops("{% set x = f'{x}{x}' %}"),
        loops("{% set x = repr(x) + x %}"),
        loops("{% set x = xhtml_escape(x + '<') * 2 %}"),
        loops("{% import re %}{% set x = re.sub('a', 'aab', x) %}"),
        loops("{% import re %}{% set l = [l, re.findall('', 'a' * 1000)] %}"),
        loops("{{ 'a' * 1000 }}"),
        loops("{% while True %}{% end %}"),
        "{{ 'a' * 10 ** 12 }}".into(),
        "{{ [0] * 10 ** 12 }}".into(),
        "{{ (0,) * 10 ** 9 }}".into(),
        "{{ list(range(10 ** 12)) }}".into(),
        "{{ sum(range(10 ** 12)) }}".into(),
        "{{ max(range(10 ** 9)) }}".into(),
        "{{ sorted(range(10 ** 9)) }}".into(),
        "{{ 'x' in [1] * 10 ** 9 }}".into(),
        "{{ bytes(10 ** 12) }}".into(),
        "{{ '%1000000000d' % 1 }}".into(),
        "{{ '%.1000000000d' % 1 }}".into(),
        "{{ '%*d' % (1000000000, 1) }}".into(),
        "{{ format(1, '1000000000') }}".into(),
        "{{ format(1.5, '.1000000000f') }}".into(),
        "{{ '{:01000000000,}'.format(1) }}".into(),
        "{{ 'a'.ljust(10 ** 12) }}".into(),
        "{{ 'a'.zfill(10 ** 12) }}".into(),
        "{{ '\\t'.expandtabs(10 ** 12) }}".into(),
        "{{ [x for x in range(10 ** 8) for y in range(10 ** 8)] }}".into(),
        "{{ {x for x in range(10 ** 8)} }}".into(),
        "{{ {x: x for x in range(10 ** 8)} }}".into(),
        "{{ list(map(lambda x: 'a' * 1000000, range(100000))) }}".into(),
        "{{ sorted(range(100000), key=lambda x: 'a' * 100000) }}".into(),
        "{{ [l for l in [list(range(1000))] for i in range(10000) if sorted(l, key=lambda x: -x)] }}".into(),
        "{% set f = lambda f, n: f(f, n - 1) or f(f, n - 1) if n else 0 %}{{ f(f, 50) }}".into(),
        "{% set l = list(range(2000)) %}{{ [x for x in range(2000) if -1 in l] }}".into(),
        "{% set l = list(range(2000)) %}{{ [x for x in range(2000) if l.count(-1)] }}".into(),
        "{% set l = list(range(2000)) %}{{ [x for x in range(2000) if [] == [y for y in l if set(l) == l]] }}".into(),
        "{% set s = 'ab' * 1000000 %}{{ [x for x in range(100000) if 'c' in s] }}".into(),
        "{% set s = 'ab' * 1000000 %}{{ [x for x in range(100000) if s.find('c') > 0] }}".into(),
        "{% set s = 'ab' * 1000000 %}{{ [x for x in range(100000) if s.upper() == s] }}".into(),
        "{% set s = '\\xe9b' * 1000000 %}{{ [x for x in range(100000) if s[9] == s] }}".into(),
        "{% set s = '\\xe9b' * 1000000 %}{{ [x for x in range(100000) if len(s) == 9] }}".into(),
        "{% set s = 'ab' * 1000000 %}{{ [x for x in range(100000) if {s: 1}[s] > 9] }}".into(),
        "{% set s = b'a' * 1000000 %}{{ [x for x in range(1000) if b'a' * 1000 + b'b' in s] }}".into(),
        "{% import re %}{{ [1 for x in range(10000) if re.search(r'((a|a)+)\\1$', 'a' * 30 + 'b')] }}".into(),
    ];
    for text in texts {
        let error = page(&text).map(|page| page.len()).expect_err(&text);
        assert_eq!(error.kind(), ErrorKind::Limit, "{text}: {error}");
        assert!(!error.places().is_empty(), "{text}: {error}");
    }
}

#[test]
fn what_is_let_go_can_be_taken_again() {
    let text = "{% set html = '' %}{% for i in range(3000) %}{% set html += 'a line of text<br>' %}{% end %}{{ len(html) }}";
    assert_eq!(page(text).unwrap(), "54000");
    let text = "{% for i in range(1000) %}{% set x = 'a' * 1000000 %}{% end %}{{ len(x) }}";
    assert_eq!(page(text).unwrap(), "1000000");
    let text = "{% for i in range(1000) %}{% set x = [0] * 50000 %}{% end %}{{ len(x) }}";
    assert_eq!(page(text).unwrap(), "50000");
}

#[test]
fn what_a_page_was_given_takes_nothing_of_its_memory() {
    let rows: Vec<String> = (0..5_000).map(|i| format!("{i:01000}")).collect();
    let text = "{% for row in rows %}{% set x = row + row[0] %}{% end %}{{ len(x) }}";
    let loader = DictLoader::new([("t.html", text)]).limits(limits());
    let page = loader
        .load("t.html")
        .unwrap()
        .generate(context! { rows })
        .unwrap();
    assert_eq!(page, "1001");
}

#[test]
fn widths_and_precisions_beyond_those_of_rust_are_as_those_of_python() {
    let text = "{{ len('%.70000f' % 1.5) }} {{ len('%.70000d' % 7) }} {{ len('{:.70000f}'.format(0.1)) }} \
        {{ len('%.70000e' % 1.5) }} {{ len('{:.70000}'.format(0.1)) }} {{ len('{:070000,}'.format(7)) }} \
        {{ '%.1100f' % 0.1 == '%.1080f' % 0.1 + '0' * 20 }} {{ len('{:.70000%}'.format(0.1)) }}";
    assert_eq!(
        page(text).unwrap(),
        "70002 70000 70002 70006 57 70001 True 70004"
    );
}

/// Programs that grow what they have, at random.
fn programs() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "x",
        "y",
        "i",
        "1",
        "2.5",
        "'ab'",
        "'<'",
        "[]",
        "{}",
        "()",
        "None",
        "(lambda: x)",
        "b'q'",
        "set()",
    ]);
    let value = leaf
        .prop_map(str::to_owned)
        .prop_recursive(3, 12, 3, |inner| {
            let two = (inner.clone(), inner.clone());
            let forms: Vec<&str> = vec![
                "[{}, {}]",
                "({}, {})",
                "{{1: {}, 2: {}}}",
                "{} + {}",
                "{} * {}",
                "[{}] * 50 + [{}]",
                "{} == {}",
                "{} < {}",
                "{} in [{}]",
                "sorted([{}, {}])",
                "'%s%r' % ({}, {})",
                "f'{{{}}}{{{}!r}}'",
                "max({}, {})",
                "({} or {})",
                "list(map(lambda z: {}, [{}]))",
                "[{} for z in [{}] * 9]",
                "str({}) + str({})",
                "dict(a={}, b={})",
                "{{{}, {}}}",
                "(lambda a, b=1: [a, b])({}, {})",
                "zip([{}], [{}])",
                "str({}).replace('a', str({}))",
                "str({}).join([str({})] * 9)",
                "hash({}) or {}",
                "iter([{}, {}])",
                "{{z: {} for z in [{}]}}",
                "json_encode([{}, {}])",
                "[{}, {}][-1]",
                "sum([[{}], [{}]], [])",
            ];
            (prop::sample::select(forms), two).prop_map(|(form, (a, b))| {
                form.replacen("{}", &a, 1)
                    .replacen("{}", &b, 1)
                    .replace("{{", "{")
                    .replace("}}", "}")
            })
        });
    let statement = (
        prop::sample::select(vec![
            "{% set x = @ %}",
            "{% set y = @ %}",
            "{% set x += @ %}",
            "{% set y *= @ %}",
            "{{ @ }}",
            "{% try %}{% set _ = x.append(@) %}{% except %}{% end %}",
            "{% try %}{% set y[1] = @ %}{% except %}{% end %}",
            "{% try %}{% set x = x + @ %}{% except %}{% set x = [@] %}{% end %}",
            "{% try %}{% set y = [@, y] %}{% except %}{% set y = {} %}{% end %}",
        ]),
        value,
    );
    let statements = prop::collection::vec(statement, 1..5);
    (statements, 1..10_000u32).prop_map(|(statements, turns)| {
        let body: String = statements.iter().map(|(form, value)| form.replace('@', value)).collect();
        format!("{{% set x = [] %}}{{% set y = {{}} %}}{{% for i in range({turns}) %}}{{% try %}}{body}{{% except %}}{{% end %}}{{% end %}}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_program_ends_within_its_limits(text in programs()) {
        if let Err(error) = page(&text) {
            prop_assert!(matches!(error.kind(), ErrorKind::Limit | ErrorKind::Syntax), "{}", error);
        }
    }
}

#[test]
fn values_of_a_program_are_let_go_however_deep_they_are() {
    let run = || {
        let mut list = Value::from(Vec::<Value>::new());
        for _ in 0..100_000 {
            list = Value::from(vec![list]);
        }
        let same = list.clone();
        assert!(list.equals(&same));
        assert!(list.repr().ends_with("..."));
        assert!(Value::from_serialize(&list).is_err());
        drop(same);
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run);
    thread.unwrap().join().unwrap();
}

#[test]
fn a_function_that_calls_itself_is_let_go() {
    let given = std::sync::Arc::new(());
    let kept = std::sync::Arc::clone(&given);
    let length = Value::function("length", move |n: i64| {
        let _kept = &kept;
        n
    });
    let text = "{% set f = lambda n: length(f(n - 1)) + 1 if n else 0 %}{{ f(9) }}{% set f2 = lambda: (f2, length) %}";
    let loader = DictLoader::new([("t.html", text)]);
    let page = loader.load("t.html").unwrap().generate(context! { length });
    assert_eq!(page.unwrap(), "9");
    assert_eq!(std::sync::Arc::strong_count(&given), 1);
}
