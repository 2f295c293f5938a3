//! `App`: what one of Tornado's test classes serves.

use std::error::Error;

use tornado_web::Application;

use crate::spec::Spec;

/// An application, and how it is served.
pub(crate) struct App {
    application: Application,
}

/// The result of making one.
pub(crate) type AppResult = Result<App, Box<dyn Error>>;

/// Makes the application of a test class.
pub(crate) type Make = fn(&Spec) -> AppResult;

/// Test classes by name, each with the function that makes its application.
pub(crate) type Apps = &'static [(&'static str, Make)];

impl App {
    /// Serves until SIGTERM arrives.
    pub(crate) async fn serve(self, port: u16) -> Result<(), Box<dyn Error>> {
        Ok(self.application.listen(("127.0.0.1", port)).await?)
    }
}

impl From<Application> for App {
    fn from(application: Application) -> App {
        App { application }
    }
}
