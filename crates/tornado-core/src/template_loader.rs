//! `TemplateLoader`: the source of a handler's templates.

use std::fmt;
use std::sync::Arc;

use tornado_template::{
    Answers, Context, DictLoader, Error as TemplateError, Finding, Known, Loader, Template, Value,
};

use crate::error::Result;

/// The source of a handler's templates: a [`Loader`] or a [`DictLoader`], through `into()`
/// (Tornado's `BaseLoader`), or a [`TemplateEngine`] for another language.
///
/// The setting [`template_loader`](crate::Settings::template_loader) takes one, and the hook
/// [`create_template_loader`](crate::RequestHandler::create_template_loader) makes one. A clone is
/// the same loader.
#[derive(Clone, Debug)]
pub struct TemplateLoader(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Tornado(Loader),
    Other(Other),
}

/// Another engine, and the names that all its pages share.
#[derive(Clone, Debug)]
pub(crate) struct Other {
    pub(crate) engine: Arc<dyn TemplateEngine>,
    pub(crate) names: Context,
}

/// Another template engine behind [`render`](crate::Render::render), as Tornado
/// applications use Jinja through their own loader.
///
/// With the feature `minijinja`, an `Environment` of that crate is one. Pass it to the setting
/// [`template_loader`](crate::Settings::template_loader).
///
/// ```
/// use std::sync::Arc;
/// use tornado_web::template::{Answers, Args, Context, Question, QuestionKind, context};
/// use tornado_web::{
///     Application, Exchange, Handler, OrStatus, Render, RequestHandler, Result, Settings, TemplateEngine, url,
/// };
/// use tornado_testing::TestClient;
///
/// /// Letters with gaps.
/// #[derive(Debug)]
/// struct Letters;
///
/// impl TemplateEngine for Letters {
///     fn render(&self, name: &str, context: Context, answers: Arc<dyn Answers>) -> Result<String> {
///         let text = match name {
///             "hello.txt" => "Hello NAME, here is PATH",
///             _ => return Err(tornado_web::Error::msg(format!("there is no letter {name}"))),
///         };
///         let name = context.get("name").or_status(500)?.to_string();
///         let path = Question::new(QuestionKind::Attribute, "request.path", Args::new());
///         let path = answers.answer(path).map_or(String::new(), |path| path.to_string());
///         Ok(text.replace("NAME", &name).replace("PATH", &path))
///     }
/// }
///
/// #[derive(Handler)]
/// struct Hello(Exchange);
///
/// impl RequestHandler for Hello {
///     async fn get(&mut self) -> Result {
///         self.render("hello.txt", context! { name = "Kim" }).await
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let settings = Settings::new().template_loader(Letters);
/// let client = TestClient::new(Application::new([url("/", Hello)], settings).unwrap());
/// assert_eq!(client.get("/").await.text(), "Hello Kim, here is /");
/// # });
/// ```
pub trait TemplateEngine: fmt::Debug + Send + Sync + 'static {
    /// Renders the template with this name, with the arguments of `render` and the result of the
    /// hook `get_template_namespace`.
    ///
    /// Everything else that Tornado's templates offer comes from `answers`: the name
    /// `current_user`, the attribute `request.path`, the call of `static_url`. An answer may have
    /// to wait, for a database perhaps. Until it arrives it is `None`; the page is rendered without
    /// it and rendered again once the answers have arrived. The first result, text or error, is
    /// discarded.
    ///
    /// # Errors
    ///
    /// End the request, by default with a 500.
    fn render(&self, name: &str, context: Context, answers: Arc<dyn Answers>) -> Result<String>;
}

impl From<Loader> for TemplateLoader {
    fn from(loader: Loader) -> TemplateLoader {
        TemplateLoader(Kind::Tornado(loader))
    }
}

impl From<DictLoader> for TemplateLoader {
    fn from(loader: DictLoader) -> TemplateLoader {
        TemplateLoader(Kind::Tornado(loader.into()))
    }
}

impl<E: TemplateEngine> From<E> for TemplateLoader {
    fn from(engine: E) -> TemplateLoader {
        TemplateLoader(Kind::Other(Other {
            engine: Arc::new(engine),
            names: Context::new(),
        }))
    }
}

impl TemplateLoader {
    /// The loader of Tornado's templates, or the other engine.
    fn tornado(&self) -> Result<&Loader, &Other> {
        match &self.0 {
            Kind::Tornado(loader) => Ok(loader),
            Kind::Other(other) => Err(other),
        }
    }

    pub(crate) fn other(&self) -> Option<&Other> {
        self.tornado().err()
    }

    pub(crate) fn load(&self, name: &str) -> Result<Template, TemplateError> {
        self.tornado().map_err(not_tornado)?.load(name)
    }

    pub(crate) fn text(&self, name: &str) -> Result<String, TemplateError> {
        self.tornado().map_err(not_tornado)?.text(name)
    }

    pub(crate) fn check(&self, known: &Known) -> Result<Vec<Finding>, TemplateError> {
        self.tornado().map_err(not_tornado)?.check(known)
    }

    /// With these names for all its templates.
    pub(crate) fn names(self, names: impl IntoIterator<Item = (Arc<str>, Value)>) -> Self {
        let mut names = names.into_iter();
        TemplateLoader(match self.0 {
            Kind::Tornado(loader) => {
                Kind::Tornado(names.fold(loader, |loader, (name, value)| loader.name(name, value)))
            }
            Kind::Other(mut other) => {
                names
                    .by_ref()
                    .for_each(|(name, value)| other.names.insert(name, value));
                Kind::Other(other)
            }
        })
    }

    /// Keeps nothing that it has loaded. The caching of another engine is its own affair.
    pub(crate) fn without_cache(self) -> Self {
        match self.0 {
            Kind::Tornado(loader) => loader.cache(false).into(),
            Kind::Other(_) => self,
        }
    }
}

fn not_tornado(_: &Other) -> TemplateError {
    TemplateError::new(
        "the setting `template_loader` has another engine than Tornado's: its templates are checked by what comes with it",
    )
}
