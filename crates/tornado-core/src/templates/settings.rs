//! The settings of templates whose values are Rust types.

use std::path::PathBuf;

use serde_json::Value;
use tornado_template::Whitespace;

use super::methods::UiMethods;
use super::modules::UiModules;
use crate::Settings;
use crate::settings::{Given, Setting, index};
use crate::template_loader::TemplateLoader;

crate::settings! {
    /// The settings of templates.
    impl Settings {
        /// The directory of the templates, for [`render`](crate::Render::render). A relative path
        /// starts at the working directory of the program. Tornado's default is the directory of
        /// the handler's file.
        template_path: PathBuf,
        /// The name of the function that escapes the output of the templates in
        /// [`template_path`](Self::template_path), or `None` for no escaping. `{% autoescape .. %}`
        /// in a file overrides it.
        autoescape: Autoescape ("the name of a function, or `None`") by Option<&str> => set_autoescape = own "`\"xhtml_escape\"`",
        /// How white space in the templates of
        /// [`template_path`](Self::template_path) is treated: `all`, `single`
        /// or `oneline`.
        template_whitespace: String ("`all`, `single` or `oneline`") [whitespace] = none "`single` for files that end in `.html` or `.js`, and `all` for others",
        /// Whether templates are read and compiled once. Otherwise an edited file takes effect at
        /// the next request.
        compiled_template_cache: bool = (|s: &Settings| !s.get_debug()) "`true`, `false` with `debug`",
    }
}

/// The name of a function, or none.
#[derive(Clone, Debug)]
struct Autoescape(Option<String>);

impl Setting for Autoescape {
    /// `None` is Python's.
    fn read(given: &Given) -> Result<Autoescape, String> {
        let name = String::read(given)?;
        let function = Autoescape((name != "None").then_some(name));
        is_name(&function)?;
        Ok(function)
    }

    fn show(&self) -> Value {
        self.0.clone().into()
    }
}

#[track_caller]
fn set_autoescape(function: Option<&str>, settings: Settings) -> Settings {
    let row = (&TABLE, const { index(ROWS, "autoescape") });
    settings.set_row(row, Autoescape(function.map(str::to_owned)), &[is_name])
}

/// In Tornado an empty name would mean `None`: a variable that is empty by
/// mistake must not turn escaping off.
fn is_name(function: &Autoescape) -> Result<(), String> {
    let is_word = |word: &str| {
        let mut letters = word.chars();
        let starts = |first: char| first.is_alphabetic() || first == '_';
        letters.next().is_some_and(starts)
            && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
    };
    match &function.0 {
        Some(name) if !name.split('.').all(is_word) => {
            Err("it is the name of a function, or `None` for no escaping".to_owned())
        }
        _ => Ok(()),
    }
}

fn whitespace(mode: &str) -> Result<(), String> {
    let known = Whitespace::named(mode).map(drop);
    known.map_err(|_| "it is `all`, `single` or `oneline`".to_owned())
}

/// The value of `template_loader`.
pub(super) struct LoaderSetting(pub(super) TemplateLoader);

impl Settings {
    /// The [`autoescape`](Self::autoescape): `None` if it is not set, and
    /// `Some(None)` if nothing should be escaped.
    #[must_use]
    pub fn get_autoescape(&self) -> Option<Option<&str>> {
        let set: Option<&Autoescape> = self.row(&TABLE, const { index(ROWS, "autoescape") });
        set.map(|set| set.0.as_deref())
    }

    /// Where all templates come from, instead of [`template_path`](Self::template_path): a
    /// [`Loader`](tornado_template::Loader) with its own functions, modules and limits, templates
    /// in the binary with [`embedded_templates!`](tornado_template::embedded_templates), or a
    /// [`DictLoader`](tornado_template::DictLoader).
    ///
    /// As in Tornado, [`autoescape`](Self::autoescape) and
    /// [`template_whitespace`](Self::template_whitespace) apply only to
    /// `template_path`: a loader has its own.
    ///
    /// ```
    /// use tornado_web::template::{DictLoader, context};
    /// use tornado_web::{Application, Exchange, Handler, Render, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// struct Price(Exchange);
    ///
    /// impl RequestHandler for Price {
    ///     async fn get(&mut self) -> Result {
    ///         self.render("price.html", context! { cents = 1250 }).await
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let loader = DictLoader::new([("price.html", "<p>{{ euros(cents) }}</p>")])
    ///     .function("euros", |cents: i64| format!("{}.{:02} €", cents / 100, cents % 100));
    /// let settings = Settings::new().template_loader(loader);
    /// let client = TestClient::new(Application::new([url("/", Price)], settings).unwrap());
    /// assert_eq!(client.get("/").await.text(), "<p>12.50 €</p>");
    /// # });
    /// ```
    #[must_use]
    pub fn template_loader(self, loader: impl Into<TemplateLoader>) -> Settings {
        self.state(LoaderSetting(loader.into()))
    }

    /// The UI modules of the application, for `{% module Entry(entry) %}`.
    #[must_use]
    pub fn ui_modules(self, modules: UiModules) -> Settings {
        self.state(modules)
    }

    /// The UI methods of the application: functions that are available in all
    /// templates.
    #[must_use]
    pub fn ui_methods(self, methods: UiMethods) -> Settings {
        self.state(methods)
    }
}
