//! Forms with rules: the values as a struct, or everything that is wrong with
//! them.
//!
//! The fields of a form are a struct with serde's `Deserialize`. Its rules are
//! those of the crate [`garde`], which you add to `Cargo.toml` with the
//! features for the rules that you use. It does what WTForms and the like do
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
//! # How fields are read
//!
//! Fields are read as by [`Input::query_as`](crate::Input::query_as). A field that may be missing,
//! such as a checkbox, is an `Option` or has `#[serde(default)]`. A field that was left blank
//! counts as missing unless it is text.
//!
//! All fields are checked. If one can't be read, the rules of the others are
//! checked with zero or an empty text in its place, so a rule that compares two
//! fields may fail as well. If the field's type refuses even that, only the
//! unreadable fields are reported.
//!
//! Errors are listed under the name with which a field is sent, even if serde
//! gives it another case with `rename_all`. If serde renames it to another
//! word, the errors of its rules are under its name in the struct, since garde
//! knows no other.
//!
//! # Messages
//!
//! Messages are keys of the application's translations, and are translated into
//! the [`locale`](crate::Localization::locale) of the request. The messages of
//! the rules are those of WTForms, so its catalogs translate them; see
//! [`MESSAGES`]. The text of your own rule, `garde::Error::new("Too late.")`,
//! is a key as well, and so is the message of your own type that refuses a
//! value.

mod form;
mod json;
mod messages;
mod mixin;

pub use form::Form;
pub use messages::MESSAGES;
pub use mixin::FormMixin;
