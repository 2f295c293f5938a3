//! UI modules: pieces of a page with code, and with scripts and styles of their
//! own.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use tornado_template::{Args, Context, Error as TemplateError, Template, Value, context};

use super::ui::{Ui, Waiting};
use crate::{AsyncHook, Exchange, Result, Settings};

/// A piece of a page, for `{% module Entry(entry) %}` (`tornado.web.UIModule`).
///
/// There is one of each for a page, made when the page first uses it, and its
/// [`render`](Self::render) runs at each use. When the page is made, what the other
/// methods say of scripts and styles is put into it, once for each module:
/// [`Render::render`](crate::Render::render) does that, and `render_string` does not.
///
/// A module is shared by its uses, which may be within one another. So what it notes
/// goes into a `Mutex` or an atomic.
///
/// ```
/// use tornado_web::template::{Args, DictLoader, Value, context};
/// use tornado_web::{
///     Application, Exchange, Handler, Render, RequestHandler, Result, Settings, Ui, UiModule, UiModules, url,
/// };
/// use tornado_testing::TestClient;
///
/// struct Entry;
///
/// impl UiModule for Entry {
///     async fn render(&self, ui: &mut Ui<'_>, args: Args) -> Result<String> {
///         let entry: Value = args.get(0, "entry")?;
///         ui.render_string("entry.html", context! { entry }).await
///     }
///
///     fn embedded_css(&self) -> Option<String> {
///         Some(".entry { margin: 1em }".to_owned())
///     }
/// }
///
/// # #[derive(Handler)]
/// # struct Home(Exchange);
/// # impl RequestHandler for Home {
/// #     async fn get(&mut self) -> Result {
/// #         self.render("home.html", context! { entries = ["a", "b"] }).await
/// #     }
/// # }
/// # tornado_testing::block_on(async {
/// let loader = DictLoader::new([
///     ("home.html", "<head></head>{% for e in entries %}{% module Entry(e) %}{% end %}"),
///     ("entry.html", "<p class=\"entry\">{{ entry }}</p>"),
/// ]);
/// let settings = Settings::new()
///     .template_loader(loader)
///     .ui_modules(UiModules::new().add("Entry", || Entry));
/// let client = TestClient::new(Application::new([url("/", Home)], settings).unwrap());
/// let page = client.get("/").await;
/// assert_eq!(page.text().matches("<style").count(), 1);
/// assert!(page.text().ends_with("<p class=\"entry\">a</p><p class=\"entry\">b</p>"));
/// # });
/// ```
pub trait UiModule: Send + Sync + 'static {
    /// The HTML of one use. It is not escaped any more.
    ///
    /// # Errors
    ///
    /// Ends the request with the status of the error, unless the page catches it by
    /// `{% try %}`.
    fn render(&self, ui: &mut Ui<'_>, args: Args) -> impl AsyncHook<Result<String>> + Send;

    /// JavaScript for the end of the body.
    fn embedded_javascript(&self) -> Option<String> {
        None
    }

    /// Files of JavaScript for the end of the body: URLs, or paths of static files.
    fn javascript_files(&self) -> Vec<String> {
        Vec::new()
    }

    /// CSS for the head.
    fn embedded_css(&self) -> Option<String> {
        None
    }

    /// Files of CSS for the head: URLs, or paths of static files.
    fn css_files(&self) -> Vec<String> {
        Vec::new()
    }

    /// HTML for the end of the head.
    fn html_head(&self) -> Option<String> {
        None
    }

    /// HTML for the end of the body.
    fn html_body(&self) -> Option<String> {
        None
    }
}

/// A UI module without its type.
pub(super) trait Module: Send + Sync {
    fn render<'a>(&'a self, ui: &'a mut Ui<'_>, args: Args) -> Waiting<'a, Result<String>>;

    fn resources(&self) -> Resources;
}

/// What a module wants in the page.
pub(super) struct Resources {
    pub(super) embedded_javascript: Option<String>,
    pub(super) javascript_files: Vec<String>,
    pub(super) embedded_css: Option<String>,
    pub(super) css_files: Vec<String>,
    pub(super) html_head: Option<String>,
    pub(super) html_body: Option<String>,
}

impl<M: UiModule> Module for M {
    fn render<'a>(&'a self, ui: &'a mut Ui<'_>, args: Args) -> Waiting<'a, Result<String>> {
        Box::pin(UiModule::render(self, ui, args))
    }

    fn resources(&self) -> Resources {
        // As in Python, an empty text is none.
        let text = |text: Option<String>| text.filter(|text| !text.is_empty());
        Resources {
            embedded_javascript: text(self.embedded_javascript()),
            javascript_files: self.javascript_files(),
            embedded_css: text(self.embedded_css()),
            css_files: self.css_files(),
            html_head: text(self.html_head()),
            html_body: text(self.html_body()),
        }
    }
}

type Factory = Arc<dyn Fn() -> Arc<dyn Module> + Send + Sync>;

/// The UI modules of an application, by name (Tornado's setting `ui_modules`). Those
/// that come with Tornado are there already: `linkify`, `xsrf_form_html` and
/// `Template`.
#[derive(Clone)]
pub struct UiModules(BTreeMap<Arc<str>, Factory>);

impl Default for UiModules {
    fn default() -> UiModules {
        UiModules(BTreeMap::new())
            .add("linkify", || LinkifyModule)
            .add("xsrf_form_html", || XsrfFormHtml)
            .add("Template", TemplateModule::default)
    }
}

impl UiModules {
    /// Those of Tornado alone, to add others.
    #[must_use]
    pub fn new() -> UiModules {
        UiModules::default()
    }

    /// Adds one, by what makes it for each page; the last one of a name counts.
    #[must_use]
    pub fn add<M: UiModule>(
        mut self,
        name: &str,
        make: impl Fn() -> M + Send + Sync + 'static,
    ) -> UiModules {
        self.0
            .insert(name.into(), Arc::new(move || Arc::new(make())));
        self
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(|name| &**name)
    }
}

impl fmt::Debug for UiModules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The modules that pages of this request have used, in the order of their first
/// use.
#[derive(Default)]
pub(super) struct Active(pub(super) Vec<(Arc<str>, Arc<dyn Module>)>);

/// The UI modules of an application.
pub(super) fn registered(settings: &Settings) -> &UiModules {
    static OF_TORNADO: LazyLock<UiModules> = LazyLock::new(UiModules::new);
    settings.get_state().unwrap_or(&OF_TORNADO)
}

/// Whether there is a module of this name.
pub(super) fn exists(exchange: &Exchange, name: &str) -> bool {
    registered(exchange.application().settings())
        .0
        .contains_key(name)
}

/// The error for a module that nobody has added.
pub(super) fn missing(exchange: &Exchange, name: &str) -> TemplateError {
    let known: Vec<&str> = registered(exchange.application().settings())
        .names()
        .collect();
    let known = known.join(", ");
    TemplateError::with_class(
        "AttributeError",
        format!("there is no UI module {name}; the setting ui_modules has {known}"),
    )
}

/// The module of this name, for this page; `None` where there is none.
pub(super) fn active(exchange: &mut Exchange, name: &str) -> Option<Arc<dyn Module>> {
    if let Some(Active(active)) = exchange.slot()
        && let Some((_, module)) = active.iter().find(|(known, _)| **known == *name)
    {
        return Some(Arc::clone(module));
    }
    let modules = registered(exchange.application().settings());
    let (name, factory) = modules.0.get_key_value(name)?;
    let (name, module) = (Arc::clone(name), factory());
    if exchange.slot::<Active>().is_none() {
        exchange.insert_slot(Active::default());
    }
    if let Some(Active(active)) = exchange.slot_mut() {
        active.push((name, Arc::clone(&module)));
    }
    Some(module)
}

/// `{% module linkify(text) %}`.
struct LinkifyModule;

impl UiModule for LinkifyModule {
    async fn render(&self, _ui: &mut Ui<'_>, args: Args) -> Result<String> {
        static FUNCTION: LazyLock<Template> = LazyLock::new(|| {
            let template = Template::new("{% raw linkify(*args, **kwargs) %}");
            template.expect("it can be read")
        });
        let kwargs = Value::dict(args.named().map(|(name, value)| (name, value.clone())));
        let args = Value::tuple(args.positional().iter().cloned());
        Ok(FUNCTION.generate(context! { args, kwargs })?)
    }
}

/// `{% module xsrf_form_html() %}`.
struct XsrfFormHtml;

impl UiModule for XsrfFormHtml {
    async fn render(&self, ui: &mut Ui<'_>, _args: Args) -> Result<String> {
        ui.xsrf_form_html().await
    }
}

/// `{% module Template("sidebar.html", user=user) %}`: a template with names of its
/// own, which may want scripts and styles by `set_resources(..)`.
#[derive(Default)]
struct TemplateModule {
    /// What each template has set, in the order in which they came.
    resources: Arc<Mutex<Vec<(String, Context)>>>,
}

impl UiModule for TemplateModule {
    async fn render(&self, ui: &mut Ui<'_>, args: Args) -> Result<String> {
        let path: String = args.get(0, "path")?;
        let (resources, template) = (Arc::clone(&self.resources), path.clone());
        let set_resources = Value::function("set_resources", move |args: Args| {
            set_resources(&resources, &template, &args)
        });
        let mut context = Context::new().with("set_resources", set_resources);
        for (name, value) in args.named().filter(|(name, _)| *name != "path") {
            context.insert(name, value);
        }
        ui.render_string(&path, context).await
    }

    fn embedded_javascript(&self) -> Option<String> {
        Some(self.all("embedded_javascript").join("\n"))
    }

    fn javascript_files(&self) -> Vec<String> {
        self.all("javascript_files")
    }

    fn embedded_css(&self) -> Option<String> {
        Some(self.all("embedded_css").join("\n"))
    }

    fn css_files(&self) -> Vec<String> {
        self.all("css_files")
    }

    fn html_head(&self) -> Option<String> {
        Some(self.all("html_head").concat())
    }

    fn html_body(&self) -> Option<String> {
        Some(self.all("html_body").concat())
    }
}

impl TemplateModule {
    /// What all templates have set by this name: a text each, or a list of them.
    fn all(&self, name: &str) -> Vec<String> {
        let resources = self
            .resources
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let values = resources.iter().filter_map(|(_, set)| set.get(name));
        let texts = values.flat_map(|value| match (value.as_str(), value.items()) {
            (None, Some(items)) => items.iter().map(Value::to_string).collect(),
            _ => vec![value.to_string()],
        });
        texts.collect()
    }
}

fn set_resources(
    resources: &Mutex<Vec<(String, Context)>>,
    template: &str,
    args: &Args,
) -> Result<&'static str, TemplateError> {
    let mut given = Context::new();
    for (name, value) in args.named() {
        given.insert(name, value);
    }
    let mut resources = resources.lock().unwrap_or_else(PoisonError::into_inner);
    match resources.iter().find(|(known, _)| known == template) {
        None => resources.push((template.to_owned(), given)),
        Some((_, set)) if is_same(set, &given) => {}
        Some(_) => {
            return Err(TemplateError::with_class(
                "ValueError",
                "set_resources called with different resources for the same template",
            ));
        }
    }
    Ok("")
}

fn is_same(a: &Context, b: &Context) -> bool {
    let in_b = |(name, value): (&str, &Value)| b.get(name).is_some_and(|other| other.equals(value));
    a.iter().len() == b.iter().len() && a.iter().all(in_b)
}
