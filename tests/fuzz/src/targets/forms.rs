//! Structs made of arguments and of JSON, with rules and without.

use std::cell::RefCell;
use std::collections::BTreeMap;

use bytes::Bytes;
use garde::Validate;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde::{Deserialize, Serialize};
use tornado_web::forms::{Form, FormMixin};
use tornado_web::{
    Application, Body, Exchange, Handler, Input, Output, RequestHandler, Result, Settings, url,
};
use tower::ServiceExt as _;

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, Validate)]
#[garde(allow_unvalidated)]
struct Order {
    name: String,
    #[garde(range(max = 150))]
    age: Option<u8>,
    #[serde(default)]
    tag: Vec<String>,
    #[serde(default)]
    news: bool,
    #[serde(default)]
    size: Size,
    #[serde(default)]
    point: Option<(i32, f64)>,
    #[serde(default)]
    initial: Option<char>,
    #[garde(dive)]
    #[serde(default)]
    address: Option<Address>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Size {
    #[default]
    Small,
    Large,
    Exactly(u16),
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, Validate)]
struct Address {
    #[garde(length(min = 1))]
    street: String,
    #[garde(skip)]
    numbers: Vec<u16>,
}

/// What the two ways give: a struct, or what is wrong with it.
#[derive(Debug, Deserialize, Serialize)]
struct Answer {
    plain: Option<Order>,
    checked: Option<Order>,
    errors: BTreeMap<String, Vec<String>>,
}

#[derive(Handler)]
struct OfForm(Exchange);

impl RequestHandler for OfForm {
    async fn post(&mut self) -> Result {
        let plain = self.body_as().ok();
        let checked = self.form().await?;
        self.answer(plain, checked)
    }
}

#[derive(Handler)]
struct OfJson(Exchange);

impl RequestHandler for OfJson {
    async fn post(&mut self) -> Result {
        let plain = self.json_body().ok();
        let checked = self.json_form().await?;
        self.answer(plain, checked)
    }
}

trait Answers: RequestHandler {
    fn answer(
        &mut self,
        plain: Option<Order>,
        checked: std::result::Result<Order, Form>,
    ) -> Result {
        let (checked, errors) = match checked {
            Ok(order) => (Some(order), BTreeMap::new()),
            Err(form) => {
                let errors = serde_json::to_value(form.errors()).expect("they are texts");
                (
                    None,
                    serde_json::from_value(errors).expect("they are lists"),
                )
            }
        };
        self.write_json(&Answer {
            plain,
            checked,
            errors,
        });
        Ok(())
    }
}

impl<H: RequestHandler> Answers for H {}

pub(crate) fn check(input: &[u8]) {
    if let Some(answer) = ask("/form", "application/x-www-form-urlencoded", input) {
        right(&answer);
    }
    let json = ask("/json", "application/json", input);
    let Some(answer) = json else {
        return;
    };
    right(&answer);
    if let Some(order) = answer.plain {
        // What was read is read again.
        let written = serde_json::to_vec(&order).expect("it is JSON");
        let again = ask("/json", "application/json", &written);
        assert_eq!(again.and_then(|again| again.plain), Some(order));
    }
}

/// What passes the rules is what was read; and what does not has an error, which does
/// not speak of Rust.
fn right(answer: &Answer) {
    match &answer.checked {
        // A name that is there twice is refused where there are no rules.
        Some(_) => assert!(
            answer.plain.is_none() || answer.checked == answer.plain,
            "{answer:?}"
        ),
        None => assert!(!answer.errors.is_empty(), "{answer:?}"),
    }
    for (field, errors) in &answer.errors {
        assert!(!errors.is_empty(), "{field}");
        for error in errors {
            let rust = ["invalid type", "expected", "u16", "u8", "i32", "`"];
            assert!(
                !rust.iter().any(|word| error.contains(word)),
                "{field}: {error}"
            );
        }
    }
}

/// What was found in a body; none where it is refused, which is a 400.
fn ask(uri: &str, content_type: &str, body: &[u8]) -> Option<Answer> {
    let request = Request::post(uri)
        .header("Content-Type", content_type)
        .body(Body::from(Bytes::copy_from_slice(body)))
        .expect("the head is a good one");
    SITE.with_borrow_mut(|site| {
        let (application, runtime) = site.get_or_insert_with(site_of_forms);
        runtime.block_on(async {
            let Ok(response) = application.clone().oneshot(request).await;
            let status = response.status();
            let body = response.into_body().collect().await;
            let body = body.expect("the body is whole").to_bytes();
            match status {
                StatusCode::OK => Some(serde_json::from_slice(&body).expect("it is JSON")),
                StatusCode::BAD_REQUEST => None,
                status => panic!("{status}: {}", body.escape_ascii()),
            }
        })
    })
}

fn site_of_forms() -> (Application, tokio::runtime::Runtime) {
    let rules = [url("/form", OfForm), url("/json", OfJson)];
    let application = Application::new(rules, Settings::new().logging("none"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    (
        application.expect("the patterns are good"),
        runtime.expect("a runtime without threads can be built"),
    )
}

thread_local! {
    static SITE: RefCell<Option<(Application, tokio::runtime::Runtime)>> = const { RefCell::new(None) };
}
