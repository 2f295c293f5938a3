//! A template, ready to make pages.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::compile::{Files, Program, compile};
use crate::error::Error;
use crate::source::{Source, Whitespace, parse};
use crate::value::{Context, Value};
use crate::vm::{Environment, Machine, Question, Step};

/// A compiled template (Tornado's `Template`). It is cheap to clone.
///
/// ```
/// use tornado_template::{Template, context};
///
/// let template = Template::new("{% for name in names %}{{ name }}, {% end %}hello!")?;
/// assert_eq!(template.generate(context! { names = ["<a>", "b"] })?, "&lt;a&gt;, b, hello!");
/// # Ok::<(), tornado_template::Error>(())
/// ```
#[derive(Clone)]
pub struct Template {
    program: Arc<Program>,
    environment: Arc<Environment>,
}

/// Answers what a page can't: names that it was not given, attributes and calls
/// of [remote](Value::remote) values, and methods that wait.
///
/// In a web application that is the handler, with `current_user`, `locale` and its UI modules. A
/// page asks on demand, one question at a time.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tornado_template::Error> {
/// use tornado_template::{Error, Host, Question, QuestionKind, Template, Value, context};
///
/// struct Page {
///     user: String,
/// }
///
/// impl Host for Page {
///     async fn answer(&mut self, question: Question) -> Result<Option<Value>, Error> {
///         Ok(match (question.kind(), question.path()) {
///             (QuestionKind::Name, "handler") => Some(Value::remote("handler")),
///             (QuestionKind::Call, "handler.greet") => {
///                 let greeting: String = question.args().get(0, "greeting")?;
///                 Some(format!("{greeting}, {}", self.user).into()) // or await something
///             }
///             _ => None,
///         })
///     }
/// }
///
/// let template = Template::new("{{ handler.greet('Hello') }}!")?;
/// let mut page = Page { user: "Kim".to_owned() };
/// assert_eq!(template.generate_async(context! {}, &mut page).await?, "Hello, Kim!");
/// # Ok(())
/// # }
/// ```
pub trait Host: Send {
    /// Answers a question. `None` means that the name does not exist.
    ///
    /// # Errors
    ///
    /// Any error; the page can catch it with `{% try %}`.
    fn answer(
        &mut self,
        question: Question,
    ) -> impl Future<Output = Result<Option<Value>, Error>> + Send;
}

/// The other files of a template that was made from a text.
struct NoFiles;

impl Files for NoFiles {
    fn source(&self, name: &str, _: &Source) -> Result<Arc<Source>, Error> {
        Err(Error::syntax(format!(
            "{name} can't be loaded: a template of a text alone has no loader"
        )))
    }
}

impl Template {
    /// Compiles a template that names no other file.
    ///
    /// # Errors
    ///
    /// When the text, or an expression in it, can't be parsed.
    pub fn new(text: &str) -> Result<Template, Error> {
        let name = Arc::from("<string>");
        let source = parse(&name, text, Some("xhtml_escape".into()), Whitespace::All)?;
        let program = compile(&Arc::new(source), &NoFiles)?;
        Ok(Template::of(Arc::new(program), Arc::default()))
    }

    pub(crate) fn of(program: Arc<Program>, environment: Arc<Environment>) -> Template {
        Template {
            program,
            environment,
        }
    }

    /// The name of the template.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.program.name
    }

    fn machine(&self, context: Context, has_host: bool) -> Machine {
        let program = Arc::clone(&self.program);
        Machine::new(program, Arc::clone(&self.environment), context, has_host)
    }

    /// Makes a page (Tornado's `Template.generate`).
    ///
    /// # Errors
    ///
    /// Any error in the page, with the line of the template. A name that it was
    /// not given is one, and so is a call of a function that waits.
    pub fn generate(&self, context: impl Into<Context>) -> Result<String, Error> {
        let mut machine = self.machine(context.into(), false);
        loop {
            match machine.run()? {
                Step::Done | Step::Returned(_) => return Ok(machine.into_output()),
                Step::Ask(question) => {
                    let message = format!(
                        "{} is for the host of a page, and this page has none",
                        question.path()
                    );
                    machine.throw(Error::of("NameError", message))?;
                }
                Step::Wait(_) => machine.throw(Error::type_error(
                    "a function that waits needs generate_async",
                ))?,
            }
        }
    }

    /// Makes a page, with a host that answers what the page does not have. Functions that wait are
    /// awaited.
    ///
    /// # Errors
    ///
    /// Any error in the page, with the line of the template.
    pub async fn generate_async<H: Host>(
        &self,
        context: impl Into<Context> + Send,
        host: &mut H,
    ) -> Result<String, Error> {
        let mut machine = self.machine(context.into(), true);
        loop {
            let answer = match machine.run()? {
                Step::Done | Step::Returned(_) => return Ok(machine.into_output()),
                Step::Ask(question) => {
                    let missing = missing(&question);
                    match host.answer(*question).await {
                        Ok(None) => missing.map_or(Ok(None), Err),
                        answer => answer,
                    }
                }
                Step::Wait(future) => future.await.map(Some),
            };
            match answer {
                Ok(value) => machine.answer(value)?,
                Err(error) => machine.throw(error)?,
            }
        }
    }
}

/// The error for something that the host does not have; a name has its own.
fn missing(question: &Question) -> Option<Error> {
    let path = question.path();
    if let Some((of, name)) = path.rsplit_once('.') {
        return Some(Error::of(
            "AttributeError",
            format!("'{of}' has no attribute '{name}'"),
        ));
    }
    if let Some(object) = question.object() {
        let class = object.type_name();
        return Some(Error::of(
            "AttributeError",
            format!("'{class}' object has no attribute '{path}'"),
        ));
    }
    None
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}
