//! Arguments as text, as types, and as structs; JSON bodies.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tornado_core::arguments::ArgumentSource;
use tornado_core::escape::url_escape;
use tornado_core::log::GENERAL;
use tornado_core::{
    Argument, Context as _, Error, Exchange, Handler, HttpError, Input as _, Output as _,
    RequestHandler, Result, url,
};
use tornado_testing::{ExpectLog, TestClient};

use crate::support::client;

/// Writes what the function reads from a `POST`.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Reads {
    base: Exchange,
    read: fn(&Exchange) -> Result<Value>,
}

impl RequestHandler for Reads {
    async fn post(&mut self) -> Result {
        let read = (self.read)(&self.base)?;
        self.write_json(&read);
        Ok(())
    }

    async fn write_error(&mut self, status: u16, error: Option<&Error>) -> Result {
        let http = error.and_then(|error| error.downcast_ref::<HttpError>());
        let told = http.map(|http| (http.arg_name(), http.log_message(), http.detail()));
        self.write_json(&(status, told));
        Ok(())
    }
}

fn reads(read: fn(&Exchange) -> Result<Value>) -> TestClient {
    client([url("/", move |base| Reads { base, read })])
}

/// What is read from a query and a form.
async fn read(client: &TestClient, query: &str, form: &str) -> Value {
    let request = client.post(&format!("/?{query}")).body(form.to_owned());
    let form = "application/x-www-form-urlencoded";
    request.header("Content-Type", form).await.json()
}

/// What is read when a 400 is logged.
async fn refused(client: &TestClient, query: &str, form: &str) -> Value {
    let _log = ExpectLog::new(GENERAL, "400 POST .*");
    let read = read(client, query, form).await;
    assert_eq!(read[0], 400);
    read[1].clone()
}

#[tokio::test]
async fn an_argument_says_where_and_how() {
    let client = reads(|handler| {
        Ok(json!([
            handler.get_argument("a")?,
            handler.get_argument(Argument::query("a"))?,
            handler.get_argument(Argument::body("a"))?,
            handler.get_argument(Argument::new("a").strip(false))?,
            handler.get_argument(Argument::query("a").strip(false))?,
            handler.get_argument_opt(Argument::body("q"))?,
            handler.get_argument_opt("q")?,
            handler.get_query_argument("a")?,
            handler.get_body_argument("a")?,
            handler.get_arguments("a")?,
            handler.get_arguments(Argument::body("a").strip(false))?,
            handler.get_query_arguments("a")?,
            handler.get_body_arguments("a")?,
        ]))
    });
    let expected = json!([
        "b2",
        "q1",
        "b2",
        " b2",
        "q1 ",
        null,
        "",
        "q1",
        "b2",
        ["q1", "b1", "b2"],
        ["b1", " b2"],
        ["q1"],
        ["b1", "b2"],
    ]);
    assert_eq!(read(&client, "a=q1+&q=", "a=b1&a=+b2").await, expected);
}

#[tokio::test]
async fn a_name_is_any_text() {
    let client = reads(|handler| {
        let name = "a".to_owned();
        let mut all = Vec::new();
        for name in ["a", "b"].iter() {
            all.push(handler.get_argument(name)?);
        }
        all.push(handler.get_argument_or(&name, &name)?);
        all.push(handler.get_argument_or("c", name)?);
        Ok(json!(all))
    });
    assert_eq!(
        read(&client, "a=1&b=2", "").await,
        json!(["1", "2", "1", "a"])
    );
}

#[tokio::test]
async fn a_default_says_the_type() {
    let client = reads(|handler| {
        let page: u32 = handler.get_argument_or("page", 1)?;
        let size: usize = handler.get_argument_or(Argument::query("size"), 10)?;
        Ok(json!([
            page,
            size,
            handler.get_argument_or("text", "none")?,
            handler.get_argument_or("on", false)?,
            handler.get_argument_or("ratio", 0.5f32)?,
            handler.get_argument_or("mark", '-')?,
        ]))
    });
    let defaults = json!([1, 10, "none", false, 0.5, "-"]);
    assert_eq!(read(&client, "", "").await, defaults);
    let blank = json!([1, 10, "", false, 0.5, "-"]);
    let query = "page=&size=+&text=&on=&ratio=&mark=";
    assert_eq!(read(&client, query, "").await, blank);
    let query = "page=2&size=3&text=+x+&on=On&ratio=1e1&mark=%C3%A9";
    let given = json!([2, 3, "x", true, 10.0, "é"]);
    assert_eq!(read(&client, query, "").await, given);
    for (query, name, why) in [
        ("page=x", "page", "\"x\": invalid digit found in string"),
        ("page=-1", "page", "\"-1\": invalid digit found in string"),
        ("on=maybe", "on", "\"maybe\": neither `true` nor `false`"),
        ("mark=xy", "mark", "\"xy\": too many characters in string"),
    ] {
        let message = format!("Invalid argument {name}: {why}");
        let told = json!([name, message, message]);
        assert_eq!(refused(&client, query, "").await, told);
    }
}

#[tokio::test]
async fn a_type_says_what_may_be_missing() {
    #[derive(Deserialize)]
    struct Id(u64);
    let client = reads(|handler| {
        let Id(id) = handler.get_argument_as("id")?;
        Ok(json!([
            id,
            handler.get_argument_as::<Option<u8>>("age")?,
            handler.get_argument_as::<Option<String>>("name")?,
            handler.get_argument_as::<Vec<u8>>("n")?,
            handler.get_argument_as::<Option<Vec<u8>>>("m")?,
        ]))
    });
    let bare = json!([1, null, null, [], null]);
    assert_eq!(read(&client, "id=1", "").await, bare);
    let blank = json!([1, null, "", [], null]);
    assert_eq!(read(&client, "id=1&age=&name=", "").await, blank);
    let full = json!([1, 7, "x", [1, 2], [3]]);
    assert_eq!(
        read(&client, "id=1&age=7&name=x&n=1&m=3", "n=2").await,
        full
    );
    let missing = "Missing argument id";
    assert_eq!(
        refused(&client, "", "").await,
        json!(["id", missing, missing])
    );
    let blank = "Invalid argument id: \"\": cannot parse integer from empty string";
    assert_eq!(
        refused(&client, "id=", "").await,
        json!(["id", blank, blank])
    );
    let blank = "Invalid argument n: \"\": cannot parse integer from empty string";
    let told = refused(&client, "id=1&n=1&n=", "").await;
    assert_eq!(told, json!(["n", blank, blank]));
}

#[tokio::test]
async fn bools_are_read_in_any_spelling() {
    let client = reads(|handler| Ok(json!(handler.get_argument_as::<Vec<bool>>("b")?)));
    let query = "b=true&b=True&b=1&b=on&b=YES&b=t&b=y&b=false&b=False&b=0&b=off&b=no&b=f&b=n";
    let mut expected = vec![true; 7];
    expected.extend([false; 7]);
    assert_eq!(read(&client, query, "").await, json!(expected));
}

#[tokio::test]
async fn all_that_take_one_value_go_through_the_hook() {
    #[derive(Handler)]
    #[handler(crate = tornado_core)]
    struct Loud(Exchange);

    impl RequestHandler for Loud {
        fn do_get_argument(
            exchange: &Exchange,
            name: &str,
            source: ArgumentSource,
            strip: bool,
        ) -> Result<Option<String>> {
            let found = Exchange::do_get_argument(exchange, name, source, strip)?;
            Ok(found.map(|text| format!("{text}0")))
        }

        async fn get(&mut self) -> Result {
            let query: BTreeMap<String, u32> = self.query_as()?;
            let all = json!([
                self.get_argument("a")?,
                self.get_argument_opt("a")?,
                self.get_argument_or("a", 0u32)?,
                self.get_argument_as::<u32>("a")?,
                self.get_query_argument("a")?,
                self.get_arguments("a")?,
                query,
            ]);
            self.write_json(&all);
            Ok(())
        }
    }

    let client = client([url("/", Loud)]);
    let all: Value = client.get("/?a=1").await.json();
    assert_eq!(all, json!(["10", "10", 10, 10, "10", ["1"], {"a": 10}]));
}

#[tokio::test]
async fn all_arguments_are_those_of_query_and_body() {
    let client = reads(|handler| {
        let arguments = handler.request().arguments();
        let all: Vec<_> = arguments
            .names()
            .map(|name| {
                let values = arguments.get_all(name);
                let values = values.map(|value| String::from_utf8_lossy(value).into_owned());
                json!([name, values.collect::<Vec<_>>()])
            })
            .collect();
        Ok(json!([
            all,
            arguments.contains("b"),
            arguments.contains("c")
        ]))
    });
    let expected = json!([[["a", ["1", " 2 "]]], false, false]);
    assert_eq!(read(&client, "a=1&a=+2+", "").await, expected);
    let expected = json!([[["b", ["1"]], ["a", ["2", "3"]], ["c", [""]]], true, true]);
    assert_eq!(read(&client, "b=1&a=2", "c=&a=3").await, expected);
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Book,
    Film,
}

#[derive(Deserialize, Serialize)]
struct Search {
    q: String,
    year: Option<u16>,
    #[serde(default = "ten")]
    size: u8,
    #[serde(default)]
    exact: bool,
    kind: Option<Kind>,
    #[serde(default)]
    tag: Vec<String>,
}

fn ten() -> u8 {
    10
}

#[tokio::test]
async fn a_query_or_a_form_is_a_struct() {
    let client = reads(|handler| {
        let query: Search = handler.query_as()?;
        let form: BTreeMap<String, String> = handler.body_as()?;
        Ok(json!([query, form]))
    });
    let read = read(
        &client,
        "q=+x%01y+&year=1992&size=&exact=on&kind=film&tag=a&tag=+b&other=%ff",
        "a=1&_xsrf=secret&a=+2+",
    );
    let search = json!({
        "q": "x y", "year": 1992, "size": 10, "exact": true, "kind": "film", "tag": ["a", "b"],
    });
    assert_eq!(read.await, json!([search, {"a": "2"}]));
    for (query, name, message) in [
        ("", "q", "Missing argument q"),
        ("q=%ff", "", "Invalid unicode in q: b'\\xff'"),
        (
            "q=&size=256",
            "size",
            "Invalid argument size: \"256\": number too large to fit in target type",
        ),
        (
            "q=&kind=song%0a",
            "kind",
            "Invalid argument kind: \"song\" is none of `book`, `film`",
        ),
    ] {
        let told = refused(&client, query, "").await;
        assert_eq!(
            (&told[1], told[0].as_str().unwrap_or("")),
            (&json!(message), name)
        );
    }
}

#[tokio::test]
async fn the_token_of_a_form_is_no_unknown_field() {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        a: u8,
    }
    #[derive(Deserialize)]
    struct Token {
        _xsrf: String,
    }
    let client = reads(|handler| {
        let strict: Strict = handler.body_as()?;
        let token: Token = handler.body_as()?;
        Ok(json!([strict.a, token._xsrf]))
    });
    assert_eq!(read(&client, "", "a=1&_xsrf=t").await, json!([1, "t"]));
    let told = refused(&client, "", "a=1&b=2").await;
    let message = "Invalid argument b: there is none of this name, but `a`";
    assert_eq!(told[1], message);
}

#[tokio::test]
async fn what_no_client_can_send_is_a_500() {
    #[derive(Deserialize)]
    enum Shape {
        Circle(f32),
    }
    let client = reads(|handler| {
        let Shape::Circle(radius) = handler.get_argument_as("shape")?;
        Ok(json!(radius))
    });
    let log = crate::support::failure("POST .*a text can't be a variant with data");
    assert_eq!(read(&client, "shape=Circle", "").await[0], 500);
    drop(log);
}

#[tokio::test]
async fn json_says_what_is_wrong_and_where() {
    #[derive(Deserialize)]
    struct Book {
        title: String,
        authors: Vec<Author>,
    }
    #[derive(Deserialize)]
    struct Author {
        name: String,
    }
    let client = reads(|handler| {
        let book: Book = handler.json_body()?;
        let names: Vec<_> = book.authors.into_iter().map(|author| author.name).collect();
        Ok(json!([book.title, names]))
    });
    let body = r#" {"title": "é\ud83d\ude00", "authors": [{"name": "x", "age": 1}]} "#;
    for content_type in ["application/json", "text/plain", "application/x-y"] {
        let request = client
            .post("/")
            .body(body)
            .header("Content-Type", content_type);
        assert_eq!(request.await.json::<Value>(), json!(["é😀", ["x"]]));
    }
    for (body, path, why) in [
        (
            "",
            None,
            "Invalid JSON: EOF while parsing a value at line 1 column 0",
        ),
        (
            "{} x",
            None,
            "Invalid JSON: missing field `title` at line 1 column 2",
        ),
        (
            r#"{"title": "x", "authors": []} x"#,
            None,
            "Invalid JSON: trailing characters at line 1 column 31",
        ),
        (
            r#"{"title": "x", "authors": [{"name": "y"}, {"name": 1}]}"#,
            Some("authors[1].name"),
            "Invalid JSON at authors[1].name: invalid type: integer `1`, expected a string at line 1 column 52",
        ),
        (
            r#"{"title": "x", "authors": [{}]}"#,
            Some("authors[0]"),
            "Invalid JSON at authors[0]: missing field `name` at line 1 column 29",
        ),
    ] {
        let _log = ExpectLog::new(GENERAL, "400 POST / .*: Invalid JSON.*");
        let told: Value = client.post("/").body(body).await.json();
        assert_eq!(told, json!([400, [path, why, why]]), "{body}");
    }
}

#[tokio::test]
async fn the_page_says_it_and_escapes_it() {
    #[derive(Handler)]
    #[handler(crate = tornado_core)]
    struct Page(Exchange);

    impl RequestHandler for Page {
        async fn get(&mut self) -> Result {
            self.get_argument_as::<u8>("<b>").map(drop)
        }
    }

    let client = client([url("/", Page)]);
    let page = "<html><title>400: Bad Request</title><body>400: Bad Request\
                <p>Invalid argument &lt;b&gt;: &quot;&lt;i&gt;&quot;: invalid digit found in string</p>\
                </body></html>";
    assert_eq!(client.get("/?%3Cb%3E=%3Ci%3E").await.text(), page);
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Anything {
    text: String,
    #[serde(default)]
    texts: Vec<String>,
    number: Option<i64>,
    #[serde(default)]
    numbers: Vec<i64>,
    flag: bool,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A struct sent as a query can be read back.
    #[test]
    fn a_struct_comes_back(
        text in "[!-~é]{0,8}",
        texts in prop::collection::vec("[!-~é]{0,8}", 0..4),
        number in any::<Option<i64>>(),
        numbers in prop::collection::vec(any::<i64>(), 0..4),
        flag: bool,
    ) {
        let sent = Anything { text, texts, number, numbers, flag };
        let mut query = format!("text={}&flag={flag}", url_escape(&sent.text, true));
        for text in &sent.texts {
            query.push_str(&format!("&texts={}", url_escape(text, true)));
        }
        query.extend(number.map(|number| format!("&number={number}")));
        query.extend(sent.numbers.iter().map(|number| format!("&numbers={number}")));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let came_back = runtime.block_on(async {
            let client = reads(|handler| Ok(json!(handler.query_as::<Anything>()?)));
            read(&client, &query, "").await
        });
        prop_assert_eq!(serde_json::from_value::<Anything>(came_back).unwrap(), sent);
    }
}
