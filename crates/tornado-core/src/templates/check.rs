//! Finding templates that will not run before they do.

use tornado_template::{Finding, Known, Level};

use super::loaders::{create_template_loader, equipped};
use super::modules::registered;
use crate::{Application, Result};

impl Application {
    /// Checks all templates of the application for anything that will not run: tags and expressions
    /// that can't be read, and files, UI modules and imports that are missing. It knows the UI
    /// modules and UI methods of the settings, and the contents of the loader.
    ///
    /// The templates are those of the settings. Handlers whose hooks name others are not consulted.
    ///
    /// ```
    /// use tornado_web::template::DictLoader;
    /// use tornado_web::{Application, Settings};
    ///
    /// let loader = DictLoader::new([("home.html", "{% module Entri(entry) %}")]);
    /// let app = Application::new([], Settings::new().template_loader(loader)).unwrap();
    /// let found = app.check_templates().unwrap();
    /// assert_eq!(found[0].to_string(), "home.html:1: module: there is no UI module Entri");
    /// ```
    ///
    /// # Errors
    ///
    /// When no setting says where the templates are, or they can't be listed.
    pub fn check_templates(&self) -> Result<Vec<Finding>> {
        let settings = self.settings();
        let loader = create_template_loader(settings, settings.get_template_path())?;
        let known = Known::new().modules(registered(settings).names());
        Ok(equipped(loader, settings).check(&known)?)
    }

    /// Panics if a template of the application will not run, for use in a test.
    ///
    /// ```
    /// use tornado_web::template::DictLoader;
    /// use tornado_web::{Application, Settings};
    ///
    /// # fn app() -> Application {
    /// #     let loader = DictLoader::new([("home.html", "{{ title }}")]);
    /// #     Application::new([], Settings::new().template_loader(loader)).unwrap()
    /// # }
    /// # fn templates_run() {
    /// app().assert_templates_run();
    /// # }
    /// # templates_run();
    /// ```
    ///
    /// # Panics
    ///
    /// When [`check_templates`](Self::check_templates) fails, or has findings of the level
    /// [`Level::Error`]; the message lists them.
    #[track_caller]
    pub fn assert_templates_run(&self) {
        let found = match self.check_templates() {
            Ok(found) => found,
            Err(error) => panic!("{error}"),
        };
        let errors = found
            .iter()
            .filter(|finding| finding.level() == Level::Error);
        let errors: Vec<String> = errors.map(ToString::to_string).collect();
        assert!(
            errors.is_empty(),
            "these templates will not run:\n{}",
            errors.join("\n")
        );
    }
}
