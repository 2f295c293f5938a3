//! Forms with rules: what was sent as a struct, or all that is wrong with it.
//!
//! The fields of a form are a struct with serde's `Deserialize`, and its rules are
//! those of the crate [`garde`], which goes into `Cargo.toml` beside this one, with
//! its features for the rules that you use. It does what WTForms or the like does
//! for a Tornado application.
//!
//! ```
//! use garde::Validate;
//! use serde::Deserialize;
//! use tornado_web::escape::xhtml_escape;
//! use tornado_web::forms::{Form, FormMixin};
//! use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
//! use tornado_testing::TestClient;
//!
//! #[derive(Deserialize, Validate)]
//! struct Signup {
//!     #[garde(length(chars, min = 3))]
//!     name: String,
//!     #[garde(email)]
//!     email: String,
//!     #[garde(range(min = 18))]
//!     age: Option<u8>,
//! }
//!
//! #[derive(Handler)]
//! struct SignupHandler(Exchange);
//!
//! impl SignupHandler {
//!     fn page(&mut self, form: &Form) -> Result {
//!         for name in ["name", "email", "age"] {
//!             let value = xhtml_escape(form.value(name)).into_owned();
//!             let errors = xhtml_escape(&form.errors_of(name).join(" ")).into_owned();
//!             self.write(format!("<input name={name} value=\"{value}\">{errors}\n"));
//!         }
//!         Ok(())
//!     }
//! }
//!
//! impl RequestHandler for SignupHandler {
//!     async fn get(&mut self) -> Result {
//!         self.page(&Form::new())
//!     }
//!
//!     async fn post(&mut self) -> Result {
//!         match self.form::<Signup>().await? {
//!             Ok(signup) => self.write(format!("Welcome, {}!", signup.name)),
//!             Err(form) => self.page(&form)?,
//!         }
//!         Ok(())
//!     }
//! }
//!
//! # tornado_testing::block_on(async {
//! let app = Application::new([url("/", SignupHandler)], Settings::new()).unwrap();
//! let client = TestClient::new(app);
//! let response = client.post("/").form([("name", "Jo"), ("email", "jo"), ("age", "x")]).await;
//! assert_eq!(
//!     response.text(),
//!     "<input name=name value=\"Jo\">Field must be at least 3 characters long.\n\
//!      <input name=email value=\"jo\">Invalid email address.\n\
//!      <input name=age value=\"x\">Not a valid integer value.\n"
//! );
//! let form = [("name", "Joe"), ("email", "joe@example.com"), ("age", "")];
//! assert_eq!(client.post("/").form(form).await.text(), "Welcome, Joe!");
//! # });
//! ```
//!
//! # What is read
//!
//! Fields are read as [`Input::query_as`](crate::Input::query_as) reads them: what
//! may be missing is an `Option` or has `#[serde(default)]`, as a checkbox needs it,
//! and a field that was left blank counts as missing unless it is text.
//!
//! All fields are looked at. Where one can't be read, the rules of the others are
//! checked with nought or an empty text in its place, so a rule that compares two
//! fields may complain, too. Where the type of a field refuses even that, only what
//! can't be read is told.
//!
//! Errors are by the name that a field is sent with, also where serde has it in
//! another case, by `rename_all`. Where serde renames it to another word, what its
//! rules complain of is by the name in the struct, since garde knows no other.
//!
//! # Messages
//!
//! Messages are keys of the application's translations and are translated into the
//! [`locale`](crate::Localization::locale) of the request. Those of the rules are
//! the messages of WTForms, so its catalogs translate them; see [`MESSAGES`]. The
//! text of a rule of your own, `garde::Error::new("Too late.")`, is a key as well,
//! and so is the message of a type of your own that refuses a value.

mod form;
mod json;
mod messages;
mod mixin;

pub use form::Form;
pub use messages::MESSAGES;
pub use mixin::FormMixin;
