//! Forms with rules.

use std::collections::BTreeMap;
use std::net::IpAddr;

use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tornado_core::forms::{Form, FormMixin as _, MESSAGES};
use tornado_core::locale::Translations;
use tornado_core::log::GENERAL;
use tornado_core::{
    Application, Error, Exchange, Handler, Output as _, RequestHandler, Result, Settings, url,
};
use tornado_testing::{ExpectLog, TestClient};

#[derive(Deserialize, Serialize, Validate)]
struct Signup {
    #[garde(length(chars, min = 3, max = 5))]
    name: String,
    #[garde(email)]
    email: String,
    #[garde(range(min = 18, max = 99))]
    age: u8,
    #[garde(range(min = 1.5))]
    height: Option<f32>,
    #[serde(default)]
    #[garde(skip)]
    news: bool,
    #[garde(skip)]
    plan: Plan,
    #[serde(default)]
    #[garde(length(max = 2), inner(custom(is_lower)))]
    tag: Vec<String>,
    #[garde(length(chars, min = 1))]
    password: String,
    #[garde(matches(password))]
    again: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Plan {
    Free,
    Paid,
}

fn is_lower(text: &str, _context: &()) -> garde::Result {
    match text.to_lowercase() == *text {
        true => Ok(()),
        false => Err(garde::Error::new("No capitals.")),
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct SignupHandler(Exchange);

impl RequestHandler for SignupHandler {
    async fn post(&mut self) -> Result {
        match self.form::<Signup>().await? {
            Ok(signup) => self.write_json(&signup),
            Err(form) => self.write_json(&form),
        }
        Ok(())
    }

    async fn put(&mut self) -> Result {
        match self.json_form::<Signup>().await? {
            Ok(signup) => self.write_json(&signup),
            Err(form) => self.write_json(&form),
        }
        Ok(())
    }

    async fn patch(&mut self) -> Result {
        self.form::<Signup>().await??;
        Ok(())
    }

    async fn write_error(&mut self, status: u16, error: Option<&Error>) -> Result {
        match error.and_then(Form::of_error) {
            Some(form) => {
                let names: Vec<_> = form.errors().keys().collect();
                self.write_json(&(status, names));
                Ok(())
            }
            None => self.base_mut().write_error(status, error).await,
        }
    }
}

const GERMAN: &str = "This field is required.,Pflichtfeld.\n\
                      Field cannot be longer than %(max)d character.,Hoechstens %(max)d.,plural\n\
                      Field cannot be longer than %(max)d characters.,Hoechstens %(max)d.,plural\n\
                      Number must be at least %(min)s.,Mindestens %(min)s.\n\
                      No capitals.,Alles klein.\n";

fn client() -> TestClient {
    let translations = Translations::new()
        .add_csv("de", GERMAN.as_bytes())
        .unwrap();
    let settings = Settings::new().translations(translations);
    TestClient::new(Application::new([url("/", SignupHandler)], settings).unwrap())
}

const GOOD: [(&str, &str); 7] = [
    ("name", " Jöe "),
    ("email", "joe@example.com"),
    ("age", "18"),
    ("height", ""),
    ("plan", "paid"),
    ("password", "secret"),
    ("again", "secret"),
];

#[tokio::test]
async fn a_good_form_is_the_struct() {
    let signup = json!({
        "name": "Jöe", "email": "joe@example.com", "age": 18, "height": null, "news": false,
        "plan": "paid", "tag": [], "password": "secret", "again": "secret",
    });
    let response = client().post("/").form(GOOD).await;
    assert_eq!(response.json::<Value>(), signup);
    let json = json!({
        "name": "Jöe", "email": "joe@example.com", "age": 18, "plan": "paid",
        "password": "secret", "again": "secret", "more": {"is": "ignored"},
    });
    let response = client().put("/").body(json.to_string()).await;
    assert_eq!(response.json::<Value>(), signup);
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let form = [
        ("name", "Josephine"),
        ("email", "joe"),
        ("age", "old"),
        ("height", "tall"),
        ("plan", "none"),
        ("news", "perhaps"),
        ("tag", "a"),
        ("tag", "B"),
        ("tag", "c"),
        ("again", "other"),
    ];
    let response = client().post("/").form(form).await;
    let shown = json!({
        "values": {
            "age": "old", "again": "other", "email": "joe", "height": "tall", "name": "Josephine",
            "news": "perhaps", "plan": "none", "tag": "c",
        },
        "all_values": {
            "age": ["old"], "again": ["other"], "email": ["joe"], "height": ["tall"],
            "name": ["Josephine"], "news": ["perhaps"], "plan": ["none"], "tag": ["a", "B", "c"],
        },
        "errors": {
            "age": ["Not a valid integer value."],
            "again": ["Field must be equal to password."],
            "email": ["Invalid email address."],
            "height": ["Not a valid float value."],
            "name": ["Field cannot be longer than 5 characters."],
            "news": ["Invalid input."],
            "password": ["This field is required."],
            "plan": ["Not a valid choice."],
            "tag": ["Field cannot be longer than 2 characters."],
            "tag[1]": ["No capitals."],
        },
    });
    assert_eq!(response.json::<Value>(), shown);
}

#[tokio::test]
async fn nothing_at_all_is_missing_everywhere() {
    let required = json!(["This field is required."]);
    let errors = |names: &[&str]| {
        let errors = names
            .iter()
            .map(|name| ((*name).to_owned(), required.clone()));
        Value::Object(errors.collect())
    };
    let names = ["age", "email", "name", "password", "plan", "again"];
    let form: Value = client().post("/").await.json();
    assert_eq!(form["errors"], errors(&names));
    let blank = [("age", ""), ("plan", ""), ("height", " ")];
    let form: Value = client().post("/").form(blank).await.json();
    assert_eq!(form["errors"], errors(&names));
    let form: Value = client().put("/").body("{}").await.json();
    assert_eq!(form["errors"], errors(&names));
}

#[tokio::test]
async fn messages_are_in_the_language_of_the_request() {
    let mut form = GOOD.to_vec();
    form.retain(|(name, _)| *name != "plan");
    form[0] = ("name", "Josephine");
    form[2] = ("age", "17");
    form.push(("tag", "A"));
    let request = client().post("/").form(form);
    let form: Value = request.header("Accept-Language", "de").await.json();
    let errors = json!({
        "plan": ["Pflichtfeld."],
        "name": ["Hoechstens 5."],
        "age": ["Mindestens 18."],
        "tag[0]": ["Alles klein."],
    });
    assert_eq!(form["errors"], errors);
}

#[tokio::test]
async fn json_says_where_it_is_wrong() {
    let json = json!({
        "name": "Joe", "email": "joe@example.com", "age": "18", "height": null, "plan": "paid",
        "tag": ["a", 1], "password": "secret", "again": "other",
    });
    let form: Value = client().put("/").body(json.to_string()).await.json();
    let errors = json!({
        "age": ["Not a valid integer value."],
        "tag[1]": ["Invalid input."],
        "again": ["Field must be equal to password."],
    });
    assert_eq!(
        form,
        json!({"values": {}, "all_values": {}, "errors": errors})
    );
    for body in ["", "[]", "{", "1"] {
        let _log = ExpectLog::new(GENERAL, "400 PUT / .*: Invalid JSON.*");
        assert_eq!(client().put("/").body(body).await.status(), 400, "{body}");
    }
}

/// What stands within a field is told in the same words, with the way to it.
#[tokio::test]
async fn what_is_within_a_field_is_told_like_a_field() {
    #[derive(Deserialize, Serialize, Validate)]
    struct Order {
        #[garde(dive)]
        address: Option<Address>,
        #[serde(default)]
        #[garde(dive)]
        lines: Vec<Line>,
        #[serde(default)]
        #[garde(skip)]
        way: Option<Way>,
        #[serde(default)]
        #[garde(skip)]
        prices: BTreeMap<u8, f64>,
        #[serde(default)]
        #[garde(skip)]
        point: Option<(i8, i8)>,
        #[serde(default)]
        #[garde(skip)]
        host: Option<IpAddr>,
        #[serde(default)]
        #[garde(skip)]
        raw: Option<Box<RawValue>>,
    }

    #[derive(Deserialize, Serialize, Validate)]
    struct Address {
        #[garde(length(min = 1))]
        street: String,
        #[garde(skip)]
        number: u16,
    }

    #[derive(Deserialize, Serialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Line {
        #[garde(range(min = 1))]
        count: i64,
    }

    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "lowercase")]
    enum Way {
        Post,
        Shop { number: u8 },
    }

    #[derive(Handler)]
    #[handler(crate = tornado_core)]
    struct Orders(Exchange);

    impl RequestHandler for Orders {
        async fn post(&mut self) -> Result {
            match self.form::<Order>().await? {
                Ok(order) => self.write_json(&order),
                Err(form) => self.write_json(form.errors()),
            }
            Ok(())
        }

        async fn put(&mut self) -> Result {
            match self.json_form::<Order>().await? {
                Ok(order) => self.write_json(&order),
                Err(form) => self.write_json(form.errors()),
            }
            Ok(())
        }
    }

    let client = TestClient::new(Application::new([url("/", Orders)], Settings::new()).unwrap());
    let required = "This field is required.";
    let integer = "Not a valid integer value.";
    let (choice, invalid) = ("Not a valid choice.", "Invalid input.");
    for (json, errors) in [
        (
            json!({"address": {}}),
            json!({"address.street": [required]}),
        ),
        (
            json!({"address": {"street": null, "number": 1}}),
            json!({"address.street": [required]}),
        ),
        (
            json!({"address": {"street": 5, "number": 1}}),
            json!({"address.street": [invalid]}),
        ),
        (
            json!({"address": {"street": "", "number": 70000}, "lines": [{"count": 1}, {"count": 1.5}]}),
            json!({"address.number": [integer], "lines[1].count": [integer]}),
        ),
        (
            json!({"address": {"street": "", "number": 1}, "lines": [{"count": 0}]}),
            json!({
                "address.street": ["Field must be at least 1 character long."],
                "lines[0].count": ["Number must be at least 1."],
            }),
        ),
        (
            json!({"address": "Main Street"}),
            json!({"address": [invalid]}),
        ),
        (json!({"lines": {"count": 1}}), json!({"lines": [invalid]})),
        (
            json!({"lines": [{"count": 1, "more": 1}]}),
            json!({"lines[0].more": ["there is no field with this name, only `count`"]}),
        ),
        (json!({"way": "pidgeon"}), json!({"way": [choice]})),
        (json!({"way": 5}), json!({"way": [choice]})),
        (
            json!({"way": {"post": null, "shop": {}}}),
            json!({"way": [choice]}),
        ),
        (json!({"way": "shop"}), json!({"way.shop": [choice]})),
        (
            json!({"way": {"shop": {}}}),
            json!({"way.shop.number": [required]}),
        ),
        (
            json!({"way": {"shop": {"number": "x"}}}),
            json!({"way.shop.number": [integer]}),
        ),
        (
            json!({"prices": {"1": "x"}}),
            json!({"prices.1": ["Not a valid float value."]}),
        ),
        (json!({"point": [1]}), json!({"point": [invalid]})),
        (json!({"point": [1, 2, 3]}), json!({"point": [invalid]})),
        (json!({"point": [1, -129]}), json!({"point[1]": [integer]})),
    ] {
        let answer = client.put("/").body(json.to_string()).await;
        assert_eq!(answer.json::<Value>(), errors, "{json}");
    }
    let good = json!({
        "address": {"street": "Main Street", "number": 5}, "lines": [{"count": 2}],
        "way": {"shop": {"number": 7}}, "prices": {"3": 1.5}, "point": [1, -2], "host": "::1",
        "raw": {"a": [1, 2.50]},
    });
    let answer = client.put("/").body(good.to_string()).await;
    assert_eq!(answer.json::<Value>(), good);

    // What a form of a browser can't have is no better told; and what was left blank
    // is not there, whatever it is.
    for (form, errors) in [
        (
            [("address", "x"), ("point", "1")],
            json!({"address": [invalid], "point": [invalid]}),
        ),
        (
            [("lines", "x"), ("host", "example.com")],
            json!({"host": ["invalid IP address syntax"], "lines": [invalid]}),
        ),
    ] {
        let answer = client.post("/").form(form).await;
        assert_eq!(answer.json::<Value>(), errors, "{form:?}");
    }
    let blank = client.post("/").form([("address", ""), ("host", "")]).await;
    assert_eq!(blank.json::<Value>()["host"], Value::Null);
}

#[tokio::test]
async fn a_second_question_mark_is_a_400() {
    let _log = ExpectLog::new(GENERAL, "400 PATCH / .*: Invalid form: age: Number must.*");
    let mut form = GOOD.to_vec();
    form[2] = ("age", "100");
    let response = client().patch("/").form(form).await;
    assert_eq!(response.json::<Value>(), json!([400, ["age"]]));

    let mut form = Form::new();
    form.add_error("a\n", "b\r\nc");
    let error = Error::from(form);
    assert_eq!(error.status(), 400);
    assert_eq!(
        error.to_string(),
        r"HTTP 400: Bad Request (Invalid form: a\n: b\r\nc)"
    );
}

#[tokio::test]
async fn a_field_that_is_no_text_is_a_400() {
    let _log = ExpectLog::new(GENERAL, "400 POST / .*: Invalid unicode in name.*");
    let form = "application/x-www-form-urlencoded";
    let request = client()
        .post("/")
        .body("name=%ff")
        .header("Content-Type", form);
    assert_eq!(request.await.status(), 400);
}

/// Types that refuse a stand-in, and structs that refuse other fields.
#[tokio::test]
async fn what_cant_be_read_is_told_without_the_rules() {
    #[derive(Deserialize)]
    #[serde(try_from = "String")]
    struct Even(u8);

    impl TryFrom<String> for Even {
        type Error = &'static str;

        fn try_from(text: String) -> Result<Even, &'static str> {
            let even = text
                .parse()
                .ok()
                .filter(|number: &u8| number.is_multiple_of(2));
            even.map(Even).ok_or("An even number, please.")
        }
    }

    #[derive(Deserialize, Validate)]
    #[serde(deny_unknown_fields, rename_all = "camelCase")]
    struct Strict {
        #[garde(skip)]
        number: Even,
        #[garde(length(min = 9))]
        last_name: String,
    }

    #[derive(Handler)]
    #[handler(crate = tornado_core)]
    struct StrictHandler(Exchange);

    impl RequestHandler for StrictHandler {
        async fn post(&mut self) -> Result {
            let form = self
                .form::<Strict>()
                .await?
                .map(|strict| drop((strict.number.0, strict.last_name)));
            self.write_json(form.unwrap_err().errors());
            Ok(())
        }
    }

    let app = Application::new([url("/", StrictHandler)], Settings::new()).unwrap();
    let client = TestClient::new(app);
    let errors = |form: Vec<(&'static str, &'static str)>| async {
        client.post("/").form(form).await.json::<Value>()
    };
    let wrong = errors(vec![("number", "3"), ("lastName", "x")]).await;
    assert_eq!(wrong, json!({"number": ["An even number, please."]}));
    let wrong = errors(vec![
        ("number", "4"),
        ("lastName", "x"),
        ("more", "x"),
        ("_xsrf", "x"),
    ])
    .await;
    let expected = json!({
        "lastName": ["Field must be at least 9 characters long."],
        "more": ["there is no field with this name, only `number`, `lastName`"],
    });
    assert_eq!(wrong, expected);
}

/// WTForms has catalogs with these keys for some forty languages.
#[test]
fn messages_are_those_of_wtforms() {
    let catalog: Vec<&str> = serde_json::from_str(include_str!("../golden/wtforms.json")).unwrap();
    let last = MESSAGES
        .iter()
        .position(|message| *message == "Invalid IP address.")
        .unwrap();
    for message in &MESSAGES[..=last] {
        assert!(catalog.contains(message), "{message}");
    }
}

#[test]
fn a_form_shows_no_secrets() {
    let mut form = Form::new();
    form.set_value("pin", "1234");
    form.add_error("pin", "Wrong.");
    assert_eq!(
        format!("{form:?}"),
        "Form { fields: [\"pin\"], errors: {\"pin\": [\"Wrong.\"]} }"
    );
}
