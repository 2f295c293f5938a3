//! `Render`: what a handler calls to make a page of a template.

use std::future::Future;
use std::panic::Location;

use tornado_template::Context;

use super::page::render_string;
use super::{csp_nonce, resources};
use crate::service::Output as _;
use crate::{Error, RequestHandler, Result};

/// Makes pages of templates: Tornado's `self.render` and `self.render_string`.
///
/// The setting [`template_path`](crate::Settings::template_path) says where the
/// templates are, and [`context!`](tornado_template::context) what a page is given. A
/// page has besides what Tornado gives it: `handler`, `request`, `current_user`,
/// `locale`, `_`, `pgettext`, `static_url`, `xsrf_form_html`, `reverse_url`, `modules`,
/// the UI methods of the application, `escape` and its functions, and `datetime`. What
/// the page does not use is not asked for: `get_current_user` runs when the page says
/// `current_user`.
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
    /// Answers with a template: makes the page, puts in what its UI modules want of
    /// scripts and styles, and ends the response. As the last line of a method it
    /// needs no `?`.
    ///
    /// # Errors
    ///
    /// A 500 for whatever goes wrong in the page, with the line of the template in the
    /// log, unless a UI module or a method of the handler has said another status. When
    /// the response is finished already.
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

    /// Makes a template, as text: for a mail, or to be a part of something.
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

    /// The nonce of this request: for a `Content-Security-Policy` that lets the page's
    /// own scripts and styles run, and no others. In a template it is `csp_nonce()`.
    ///
    /// Where it was asked for before the page is made, the scripts and styles of UI
    /// modules have it, too. Tornado has none.
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
