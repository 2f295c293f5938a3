//! What will not run, before it does.

use tornado_template::{Finding, Known, Level};

use super::loaders::{create_template_loader, equipped};
use super::modules::registered;
use crate::{Application, Result};

impl Application {
    /// Looks through all templates of the application for what will not run: tags and
    /// expressions that can't be read, files, UI modules and imports that are missing.
    /// It knows the UI modules and UI methods of the settings, and what the loader has.
    ///
    /// The templates are those of the settings. A handler whose hooks say others is not
    /// asked.
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

    /// Panics where a template of the application will not run: for a test.
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
    /// When [`check_templates`](Self::check_templates) fails, or has found something of
    /// the level [`Level::Error`]; the text has all of that.
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
