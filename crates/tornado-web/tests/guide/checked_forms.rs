//! `docs/guide/forms.md`.

use garde::Validate;
use serde::Deserialize;
use serde_json::json;
use tornado_web::escape::xhtml_escape;
use tornado_web::forms::Form;
use tornado_web::locale::Translations;
use tornado_web::prelude::*;
use tornado_web::testing::TestClient;

// ANCHOR: struct
#[derive(Deserialize, Validate)]
struct Signup {
    #[garde(length(chars, min = 3, max = 20), custom(is_one_word))]
    name: String,
    #[garde(email)]
    email: String,
    /// May be left blank.
    #[garde(range(min = 18))]
    age: Option<u8>,
    /// A checkbox: it is sent only if it is ticked.
    #[serde(default)]
    #[garde(skip)]
    news: bool,
}

fn is_one_word(text: &str, _context: &()) -> garde::Result {
    match text.contains(' ') {
        true => Err(garde::Error::new("Must be one word.")),
        false => Ok(()),
    }
}
// ANCHOR_END: struct

// ANCHOR: handler
#[derive(Handler)]
struct SignupHandler(Exchange);

impl SignupHandler {
    fn page(&mut self, form: &Form) -> Result {
        self.write("<form method=post>\n");
        for name in ["name", "email", "age"] {
            let value = xhtml_escape(form.value(name));
            let mut line = format!("<input name={name} value=\"{value}\">");
            for error in form.errors_of(name) {
                line.push_str(&format!(" <em>{}</em>", xhtml_escape(error)));
            }
            self.write(line + "\n");
        }
        self.write("</form>\n");
        Ok(())
    }
}

impl RequestHandler for SignupHandler {
    async fn get(&mut self) -> Result {
        self.page(&Form::new())
    }

    async fn post(&mut self) -> Result {
        let signup: Signup = match self.form().await? {
            Ok(signup) => signup,
            Err(form) => return self.page(&form),
        };
        if signup.name == "admin" {
            let mut form = self.submitted()?;
            form.add_error("name", "This name is taken.");
            return self.page(&form);
        }
        let news = if signup.news {
            " You get the news."
        } else {
            ""
        };
        self.write(format!("Welcome, {}!{news}", signup.name));
        Ok(())
    }
}
// ANCHOR_END: handler

#[derive(Handler)]
struct ApiHandler(Exchange);

impl RequestHandler for ApiHandler {
    // ANCHOR: json
    async fn post(&mut self) -> Result {
        match self.json_form::<Signup>().await? {
            Ok(signup) => {
                self.set_status(201);
                self.write(json!({"name": signup.name, "email": signup.email, "age": signup.age}));
            }
            Err(form) => {
                self.set_status(400);
                self.write(json!({"errors": form.errors()}));
            }
        }
        Ok(())
    }
    // ANCHOR_END: json
}

fn client() -> TestClient {
    let german =
        "Must be one word.,Bitte ein Wort.\nInvalid email address.,Keine E-Mail-Adresse.\n";
    let translations = Translations::new()
        .add_csv("de", german.as_bytes())
        .unwrap();
    let handlers = [
        url("/signup", SignupHandler),
        url("/api/signup", ApiHandler),
    ];
    let settings = Settings::new().translations(translations);
    TestClient::new(Application::new(handlers, settings).unwrap())
}

#[tokio::test]
async fn a_page_comes_back_until_all_is_right() {
    let client = client();
    let page = client.get("/signup").await;
    assert!(
        page.text().contains("<input name=email value=\"\">\n"),
        "{}",
        page.text()
    );

    let form = [
        ("name", "J. D."),
        ("email", "<jd>"),
        ("age", "ten"),
        ("news", "on"),
    ];
    let request = client.post("/signup").form(form);
    let page = request.header("Accept-Language", "de").await;
    let lines = "<form method=post>\n\
                 <input name=name value=\"J. D.\"> <em>Bitte ein Wort.</em>\n\
                 <input name=email value=\"&lt;jd&gt;\"> <em>Keine E-Mail-Adresse.</em>\n\
                 <input name=age value=\"ten\"> <em>Not a valid integer value.</em>\n\
                 </form>\n";
    assert_eq!(page.text(), lines);

    let form = |name| [("name", name), ("email", "jd@example.com"), ("age", "")];
    let page = client.post("/signup").form(form("admin")).await;
    let line = "<input name=name value=\"admin\"> <em>This name is taken.</em>\n";
    assert!(page.text().contains(line), "{}", page.text());
    let page = client.post("/signup").form(form("jane")).await;
    assert_eq!(page.text(), "Welcome, jane!");
}

#[tokio::test]
async fn an_api_has_the_same_rules() {
    let client = client();
    let json = r#"{"name": "jane", "email": "jd@example.com", "age": 20, "news": true}"#;
    let response = client.post("/api/signup").body(json).await;
    assert_eq!(
        response.text(),
        r#"{"name": "jane", "email": "jd@example.com", "age": 20}"#
    );
    let response = client
        .post("/api/signup")
        .body(r#"{"name": "jd", "age": 1}"#)
        .await;
    assert_eq!(response.status(), 400);
    // ANCHOR: errors
    let errors = r#"{"errors": {"age": ["Number must be at least 18."], "email": ["This field is required."], "name": ["Field must be at least 3 characters long."]}}"#;
    // ANCHOR_END: errors
    assert_eq!(response.text(), errors);
}
