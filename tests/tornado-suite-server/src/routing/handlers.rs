//! Handlers shared by several classes.

use tornado_web::Rule;
use tornado_web::prelude::*;

/// The test's `_get_named_handler`: writes its name and its own URL, after the
/// setting `app_name`, if there is one.
#[derive(Handler)]
pub(super) struct NamedHandler {
    pub(super) base: Exchange,
    pub(super) name: &'static str,
}

impl RequestHandler for NamedHandler {
    async fn get(&mut self) -> Result {
        if let Some(app_name) = self.settings().get::<String>("app_name")? {
            self.write(format!("{app_name}: "));
        }
        let url = self.reverse_url(self.name, ())?;
        self.write(format!("{}: {url}", self.name));
        Ok(())
    }
}

/// A route to the handler with a given name.
pub(super) fn named(pattern: &str, name: &'static str) -> Rule {
    url(pattern, move |base| NamedHandler { base, name })
}
