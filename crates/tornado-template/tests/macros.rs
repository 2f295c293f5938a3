//! `#[derive(TemplateObject)]` and `embedded_templates!`.

#![cfg(feature = "macros")]

use std::fmt;
use std::sync::Arc;

use proptest::prelude::*;
use tornado_template::{
    Args, Error, ErrorKind, Loader, Object as _, Template, TemplateObject, Value, context,
    embedded_templates,
};

#[derive(Clone, Debug, TemplateObject)]
struct Author {
    name: String,
}

#[derive(Clone, Debug, TemplateObject)]
#[template(methods(shout, join(_, separator), first(count), r#fn), display)]
#[template(methods(fail))]
struct Entry {
    title: String,
    r#type: &'static str,
    stars: u8,
    big: i64,
    price: f32,
    published: Option<time::Date>,
    tags: Vec<String>,
    author: Author,
    editors: Vec<Arc<Author>>,
    open: bool,
    #[template(skip)]
    #[expect(dead_code, reason = "no template is to see it")]
    password: String,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry <{}>", self.title)
    }
}

impl Entry {
    fn shout(&self) -> String {
        self.title.to_uppercase()
    }

    fn join(&self, other: &str, separator: Option<&str>) -> String {
        let separator = separator.unwrap_or_default();
        format!("{}{separator}{other}", self.title)
    }

    fn first(&self, count: usize) -> &str {
        &self.title[..count]
    }

    fn r#fn(&self) -> i64 {
        i64::from(self.stars) + 2
    }

    fn fail(&self) -> Result<i64, Error> {
        let title = &self.title;
        Err(Error::with_class(
            "LookupError",
            format!("there is no {title}"),
        ))
    }
}

fn entry() -> Entry {
    Entry {
        title: "<News>".to_owned(),
        r#type: "post",
        stars: 5,
        big: -1,
        price: 2.0,
        published: Some(time::macros::date!(2001 - 02 - 03)),
        tags: vec!["a".to_owned(), "b".to_owned()],
        author: Author {
            name: "Kim".to_owned(),
        },
        editors: vec![Arc::new(Author {
            name: "Lou".to_owned(),
        })],
        open: true,
        password: "hidden".to_owned(),
    }
}

fn page(text: &str) -> Result<String, Error> {
    Template::new(text)?.generate(context! { entry = entry() })
}

#[test]
fn fields_are_attributes() {
    let text = "{{ entry.title }} {{ entry.type }} {{ entry.stars }} {{ entry.big }} {{ entry.price }} \
                {{ entry.published }} {{ entry.tags }} {{ entry.author.name }} {{ entry.editors[0].name }} \
                {{ entry.open }}{% raw entry.title %}{{ entry.title.lower() }}{{ entry.stars + 1 }}";
    let wanted = "&lt;News&gt; post 5 -1 2.0 2001-02-03 [&#x27;a&#x27;, &#x27;b&#x27;] Kim Lou True<News>&lt;news&gt;6";
    assert_eq!(page(text).unwrap(), wanted);
    assert_eq!(
        page("{{ entry }}{{ entry.author }}").unwrap(),
        "Entry &lt;&lt;News&gt;&gt;&lt;Author object&gt;"
    );
    for name in ["password", "nothing"] {
        let error = page(&format!("{{{{ entry.{name} }}}}")).unwrap_err();
        assert_eq!(
            error.message(),
            format!("'Entry' object has no attribute '{name}'")
        );
    }
    assert!(page("{{ entry.password() }}").is_err());
    assert_eq!(entry().type_name(), "Entry");
}

#[test]
fn methods_take_arguments_by_place_and_name() {
    let text = "{{ entry.shout() }} {{ entry.join('x') }} {{ entry.join('x', '-') }} \
                {{ entry.join('x', separator=' ') }} {{ entry.first(count=2) }} {{ entry.fn() }}";
    assert_eq!(
        page(text).unwrap(),
        "&lt;NEWS&gt; &lt;News&gt;x &lt;News&gt;-x &lt;News&gt; x &lt;N 7"
    );
    for (text, wanted) in [
        (
            "{{ entry.first() }}",
            "TypeError: first() missing required argument 'count' (pos 1) # <string>:1",
        ),
        (
            "{{ entry.first('x') }}",
            "TypeError: argument 'count': a whole number is needed, not str # <string>:1",
        ),
        (
            "{{ entry.join() }}",
            "TypeError: join() missing argument 1 # <string>:1",
        ),
        (
            "{{ entry.shout(1) }}",
            "TypeError: shout() takes no arguments (1 given) # <string>:1",
        ),
        (
            "{{ entry.fail() }}",
            "LookupError: there is no <News> # <string>:1",
        ),
    ] {
        assert_eq!(page(text).unwrap_err().to_string(), wanted);
    }
    let caught = page("{% try %}{{ entry.fail() }}{% except LookupError %}caught{% end %}");
    assert_eq!(caught.unwrap(), "caught");
}

proptest! {
    #[test]
    fn no_bracket_of_a_field_reaches_the_page(title: String) {
        let entry = Entry { title, ..entry() };
        let template = Template::new("{{ entry.title }}{{ entry }}{{ entry.shout() }}").unwrap();
        let page = template.generate(context! { entry }).unwrap();
        prop_assert!(!page.contains(['<', '>', '"', '\'']), "{page}");
    }
}

#[test]
fn an_object_may_be_generic() {
    #[derive(Clone, Debug, TemplateObject)]
    #[template(crate = tornado_template)]
    struct Page<T: Clone + fmt::Debug + Into<Value> + Send + Sync + 'static> {
        items: Vec<T>,
    }
    let page = Page { items: vec![1, 2] };
    let template = Template::new("{{ sum(page.items) }}").unwrap();
    assert_eq!(template.generate(context! { page }).unwrap(), "3");
    assert!(
        Author {
            name: String::new()
        }
        .call_method("x", Args::new())
        .is_none()
    );
}

#[test]
fn templates_are_in_the_binary() {
    let context = || context! { title = "T", text = "<" };
    let wanted = "<h1>T</h1>\n\n<p>&lt;</p>\n";
    let loader = embedded_templates!("tests/templates");
    assert_eq!(
        loader
            .load("index.html")
            .unwrap()
            .generate(context())
            .unwrap(),
        wanted
    );
    assert_eq!(loader.names().unwrap(), ["index.html", "parts/title.html"]);

    // Without the directory, they are what they were when the program was
    // built.
    let texts = [("a.html", "A{% include 'b/c.html' %}"), ("b/c.html", "C")];
    for (root, from_directory) in [("/nowhere", true), (env!("CARGO_MANIFEST_DIR"), false)] {
        let loader = Loader::embedded(root, &texts, from_directory);
        assert_eq!(
            loader
                .load("a.html")
                .unwrap()
                .generate(context! {})
                .unwrap(),
            "AC"
        );
        assert_eq!(loader.text("b/c.html").unwrap(), "C");
        let error = loader.text("index.html").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Missing);
        assert!(loader.text("../b/c.html").is_err());
    }
}
