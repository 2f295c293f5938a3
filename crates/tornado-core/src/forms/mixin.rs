//! `FormMixin`: what a handler calls.

use std::future::Future;

use garde::Validate;
use garde::i18n::with_i18n;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::form::Form;
use super::json::JsonFields;
use super::messages::{Message, Messages};
use crate::de::{Collected, Failure, Fields, collect};
use crate::service::{ArgumentFields, Input as _, Localization as _};
use crate::{RequestHandler, Result};

/// Forms with rules, for every handler. [The module](crate::forms) has an example.
///
/// Tornado has no counterpart; its applications use WTForms and the like.
pub trait FormMixin: RequestHandler {
    /// The form in the body as a `T`, or else what was sent and everything that
    /// is wrong with it, in the language of the request.
    ///
    /// # Errors
    ///
    /// A 400 when a field is not UTF-8, and the errors of the hooks that decode
    /// arguments and find the language.
    fn form<T>(&mut self) -> impl Future<Output = Result<Result<T, Form>>> + Send
    where
        T: DeserializeOwned + Validate<Context: Default> + Send,
    {
        let checked = match check(&ArgumentFields::of_body(self)) {
            Ok(Err(messages)) => self.submitted().map(|form| Err((form, messages))),
            Ok(Ok(value)) => Ok(Ok(value)),
            Err(error) => Err(error),
        };
        answer(self, checked)
    }

    /// The JSON object in the body as a `T`, or else everything that is wrong
    /// with it, in the language of the request. The values are not in the
    /// [`Form`], since a client that sends JSON has them.
    ///
    /// ```
    /// use garde::Validate;
    /// use serde::Deserialize;
    /// use tornado_web::forms::FormMixin;
    /// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Deserialize, Validate)]
    /// struct Book {
    ///     #[garde(length(min = 1))]
    ///     title: String,
    ///     #[garde(inner(range(min = 1440)))]
    ///     years: Vec<u16>,
    /// }
    ///
    /// #[derive(Handler)]
    /// struct Books(Exchange);
    ///
    /// impl RequestHandler for Books {
    ///     async fn post(&mut self) -> Result {
    ///         match self.json_form::<Book>().await? {
    ///             Ok(book) => self.write(book.title),
    ///             Err(form) => {
    ///                 self.set_status(400);
    ///                 self.write_json(form.errors());
    ///             }
    ///         }
    ///         Ok(())
    ///     }
    ///
    ///     async fn put(&mut self) -> Result {
    ///         let book: Book = self.json_form().await??; // a 400, whose page has the messages
    ///         self.write(book.title);
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let client = TestClient::new(Application::new([url("/", Books)], Settings::new()).unwrap());
    /// let errors = r#"{"title": ["This field is required."], "years[1]": ["Number must be at least 1440."]}"#;
    /// assert_eq!(client.post("/").body(r#"{"years": [1992, 0]}"#).await.text(), errors);
    /// let page = client.put("/").body(r#"{"title": "", "years": []}"#).await;
    /// assert_eq!(page.status(), 400);
    /// assert!(page.text().contains("title: Field must be at least 1 character long."));
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// A 400 when the body is not a JSON object, and the errors of the hook
    /// that finds the language.
    fn json_form<T>(&mut self) -> impl Future<Output = Result<Result<T, Form>>> + Send
    where
        T: DeserializeOwned + Validate<Context: Default> + Send,
    {
        let object: Result<serde_json::Map<String, Value>> = self.json_body();
        let checked = match object.and_then(|object| check(&JsonFields(object))) {
            Ok(Err(messages)) => Ok(Err((Form::new(), messages))),
            Ok(Ok(value)) => Ok(Ok(value)),
            Err(error) => Err(error),
        };
        answer(self, checked)
    }

    /// The values sent in the body, without errors: for an error that only the
    /// application can find, after [`form`](Self::form) has found none.
    ///
    /// ```
    /// # use garde::Validate;
    /// # use serde::Deserialize;
    /// # use tornado_web::forms::FormMixin;
    /// # use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
    /// # use tornado_testing::TestClient;
    /// # #[derive(Deserialize, Validate)]
    /// # struct Signup { #[garde(skip)] name: String }
    /// # #[derive(Handler)]
    /// # struct SignupHandler(Exchange);
    /// # impl RequestHandler for SignupHandler {
    /// async fn post(&mut self) -> Result {
    ///     let signup: Signup = self.form().await??;
    ///     if signup.name == "root" {
    ///         let mut form = self.submitted()?;
    ///         form.add_error("name", "This name is taken.");
    ///         self.write_json(&form);
    ///     }
    ///     Ok(())
    /// }
    /// # }
    /// # tornado_testing::block_on(async {
    /// # let client = TestClient::new(Application::new([url("/", SignupHandler)], Settings::new()).unwrap());
    /// # let text = r#"{"values": {"name": "root"}, "all_values": {"name": ["root"]}, "errors": {"name": ["This name is taken."]}}"#;
    /// # assert_eq!(client.post("/").form([("name", "root"), ("password", "x")]).await.text(), text);
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// A 400 when a field is not UTF-8.
    fn submitted(&self) -> Result<Form> {
        let mut form = Form::new();
        for name in self.exchange().request().body_arguments().names() {
            form.keep(name, self.get_body_arguments(name)?);
        }
        Ok(form)
    }
}

impl<H: RequestHandler> FormMixin for H {}

/// What is wrong, by the path to it.
type Wrong = Vec<(String, Message)>;

/// Reads a struct and checks its rules.
fn check<T>(fields: &impl Fields) -> Result<Result<T, Wrong>>
where
    T: DeserializeOwned + Validate<Context: Default>,
{
    let Collected {
        value,
        failures,
        names,
    } = collect::<T>(fields)?;
    let messages = Messages::default();
    let report = value
        .as_ref()
        .map(|value| with_i18n(&messages, || value.validate()));
    let broken = match report {
        Some(Err(report)) => report.into_inner(),
        Some(Ok(())) | None => Vec::new(),
    };
    if let (Some(value), true, true) = (value, failures.is_empty(), broken.is_empty()) {
        return Ok(Ok(value));
    }
    let unread = failures.iter().map(|(field, failure)| {
        let within = match failure {
            Failure::Value { within, .. } => within.as_str(),
            _ => "",
        };
        (format!("{field}{within}"), Message::of_failure(failure))
    });
    let broken = broken.iter().filter_map(|(path, error)| {
        let path = path.to_string();
        let end = path.find(['.', '[']).unwrap_or(path.len());
        let (field, within) = path.split_at(end);
        let field = name_of(field, names);
        let has_stand_in = failures.iter().any(|(unread, _)| unread == field);
        let message = messages.of(error.message());
        (!has_stand_in).then(|| (format!("{field}{within}"), message))
    });
    Ok(Err(unread.chain(broken).collect()))
}

/// The name under which a field is sent: garde knows only its name in the
/// struct, and serde may use a different case.
fn name_of<'a>(field: &'a str, names: &[&'a str]) -> &'a str {
    if names.contains(&field) {
        return field;
    }
    let bare = |name: &str| name.replace(['_', '-'], "").to_lowercase();
    let same = |name: &&&str| bare(name) == bare(field);
    names.iter().find(same).copied().unwrap_or(field)
}

/// Translates what is wrong into the language of the request.
async fn answer<H: RequestHandler, T: Send>(
    handler: &mut H,
    checked: Result<Result<T, (Form, Wrong)>>,
) -> Result<Result<T, Form>> {
    let (mut form, wrong) = match checked? {
        Ok(value) => return Ok(Ok(value)),
        Err(wrong) => wrong,
    };
    let locale = handler.locale().await?;
    for (field, message) in wrong {
        form.add_error(field, message.translate(&locale));
    }
    Ok(Err(form))
}
