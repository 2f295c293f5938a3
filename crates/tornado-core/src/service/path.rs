//! `PathArgs`: the groups of the route's pattern.

use crate::{Readable, RequestHandler, Result};

/// Reads the groups of the route's pattern (`path_args` and `path_kwargs`).
///
/// Tornado passes them to the method: `def get(self, year, slug)`. Here a
/// handler asks for them, as text or typed.
///
/// ```
/// use tornado_web::{Application, Exchange, Handler, Output, PathArgs, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct Entry(Exchange);
///
/// impl RequestHandler for Entry {
///     async fn get(&mut self) -> Result {
///         let (year, slug) = self.path_args_as::<(u16, String)>()?; // def get(self, year, slug):
///         self.write(format!("{slug} of {year}"));
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let app = Application::new([url(r"/(\d+)/([^/]+)", Entry)], Settings::new()).unwrap();
/// let client = TestClient::new(app);
/// assert_eq!(client.get("/2024/a%20b").await.text(), "a b of 2024");
/// assert_eq!(client.get("/99999/x").await.status(), 404);
/// # });
/// ```
pub trait PathArgs: RequestHandler {
    /// The unnamed groups, decoded; `None` for a group that did not take part
    /// in the match.
    fn path_args(&self) -> &[Option<String>] {
        &self.exchange().path().args
    }

    /// The named groups in the order of the pattern, decoded.
    fn path_kwargs(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.exchange()
            .path()
            .kwargs
            .iter()
            .map(|(name, value)| (&**name, value.as_deref()))
    }

    /// One named group; `None` if it does not exist or did not take part in the
    /// match.
    fn path_kwarg(&self, name: &str) -> Option<&str> {
        let kwargs = &self.exchange().path().kwargs;
        kwargs
            .iter()
            .find(|(n, _)| **n == *name)
            .and_then(|(_, value)| value.as_deref())
    }

    /// All groups, typed: a tuple takes them in order, a struct by name, a single plain type takes
    /// the only one. `Option<T>` is for a group that may not take part in the match, and for one
    /// at the end that another route of the handler lacks.
    ///
    /// # Errors
    ///
    /// A 404 when a group can't be parsed, since there is no such page; a 500
    /// when the type expects different groups from those of the pattern.
    #[track_caller]
    fn path_args_as<T: Readable>(&self) -> Result<T> {
        let path = self.exchange().path();
        match super::path_de::read(&path.args, &path.kwargs) {
            Ok(groups) => Ok(groups),
            Err(error) => Err(error.by_caller()),
        }
    }
}

impl<H: RequestHandler> PathArgs for H {}
