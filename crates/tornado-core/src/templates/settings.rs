//! The settings of templates whose values are Rust's own.

use super::methods::UiMethods;
use super::modules::UiModules;
use crate::Settings;
use crate::template_loader::TemplateLoader;

/// What `template_loader` was given.
pub(super) struct LoaderSetting(pub(super) TemplateLoader);

impl Settings {
    /// Where all templates come from, in place of
    /// [`template_path`](Self::template_path): a [`Loader`](tornado_template::Loader)
    /// with functions, modules and limits of its own, templates in the binary by
    /// [`embedded_templates!`](tornado_template::embedded_templates), or a
    /// [`DictLoader`](tornado_template::DictLoader).
    ///
    /// As in Tornado, [`autoescape`](Self::autoescape) and
    /// [`template_whitespace`](Self::template_whitespace) are for `template_path`
    /// alone: a loader has its own.
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

    /// The UI methods of the application: functions that all templates have.
    #[must_use]
    pub fn ui_methods(self, methods: UiMethods) -> Settings {
        self.state(methods)
    }
}
