//! `Render`: a handler's methods for rendering templates.

use std::future::Future;
use std::panic::Location;

use tornado_template::Context;

use super::page::render_string;
use super::{csp_nonce, resources};
use crate::service::Output as _;
use crate::{Error, RequestHandler, Result};

/// Renders templates: Tornado's `self.render` and `self.render_string`.
///
/// The setting [`template_path`](crate::Settings::template_path) says where the templates are, and
/// [`context!`](tornado_template::context) makes a page's arguments. In addition, a page has what
/// Tornado gives it: `handler`, `request`, `current_user`, `locale`, `_`, `pgettext`, `static_url`,
/// `xsrf_form_html`, `reverse_url`, `modules`, the UI methods of the application, `escape` and its
/// functions, and `datetime`. Names are resolved only when they are used: `get_current_user` runs
/// when the page says `current_user`.
///
/// ```
/// use tornado_web::template::{DictLoader, context};
/// use tornado_web::{Application, Exchange, Handler, Render, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct Home(Exchange);
///
/// impl RequestHandler for Home {
///     async fn get(&mut self) -> Result {
///         let entries = ["First post", "<Second>"];
///         self.render("home.html", context! { entries, title = "Home" }).await
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// // Settings::new().template_path("templates"), mostly
/// let settings = Settings::new().template_loader(DictLoader::new([(
///     "home.html",
///     "<h1>{{ title }} of {{ request.host_name }}</h1>{% for e in entries %}<p>{{ e }}</p>{% end %}",
/// )]));
/// let client = TestClient::new(Application::new([url("/", Home)], settings).unwrap());
/// assert_eq!(
///     client.get("/").await.text(),
///     "<h1>Home of localhost</h1><p>First post</p><p>&lt;Second&gt;</p>"
/// );
/// # });
/// ```
pub trait Render: RequestHandler {
    /// Answers with a template: renders the page, inserts the scripts and
    /// styles of its UI modules, and ends the response. As the last line of a
    /// method it needs no `?`.
    ///
    /// # Errors
    ///
    /// A 500 for any error in the page, with the template line in the log, unless a UI module or a
    /// method of the handler has given another status. Also when the response is already finished.
    #[track_caller]
    fn render(
        &mut self,
        name: &str,
        context: impl Into<Context> + Send,
    ) -> impl Future<Output = Result> + Send {
        let place = Location::caller();
        async move {
            if self.exchange().is_finished() {
                return Err(Error::msg("Cannot render() after finish()").at(place));
            }
            let page = render_string(self, name, context.into(), place).await?;
            self.finish_with(resources::insert(self, page, place)?);
            Ok(())
        }
    }

    /// Renders a template as text, for a mail or as part of something else.
    ///
    /// # Errors
    ///
    /// As [`render`](Self::render).
    #[track_caller]
    fn render_string(
        &mut self,
        name: &str,
        context: impl Into<Context> + Send,
    ) -> impl Future<Output = Result<String>> + Send {
        let place = Location::caller();
        async move { render_string(self, name, context.into(), place).await }
    }

    /// The nonce of this request, for a `Content-Security-Policy` that allows only the page's own
    /// scripts and styles. In a template it is `csp_nonce()`.
    ///
    /// If it is used before the page is rendered, the scripts and styles of UI
    /// modules carry it, too. Tornado has no counterpart.
    ///
    /// ```
    /// use tornado_web::{Exchange, Handler, Output, Render, RequestHandler, Result};
    ///
    /// #[derive(Handler)]
    /// struct BaseHandler(Exchange);
    ///
    /// impl RequestHandler for BaseHandler {
    ///     async fn prepare(&mut self) -> Result {
    ///         let nonce = self.csp_nonce()?;
    ///         self.set_header("Content-Security-Policy", format!("script-src 'nonce-{nonce}'"));
    ///         Ok(())
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// When the system has no random numbers.
    fn csp_nonce(&mut self) -> Result<String> {
        csp_nonce::nonce(self.exchange_mut())
    }
}

impl<H: RequestHandler> Render for H {}
