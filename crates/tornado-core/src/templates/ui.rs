//! `Ui`: the handler, as UI modules and UI methods see it.

use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::pin::Pin;

use tornado_template::Context;

use crate::locale::Locale;
use crate::{Error, Exchange, Handler, Result, User};

/// The handler that renders a page, for the code of a [UI module](crate::UiModule) or a [UI
/// method](crate::UiMethods): Tornado's `self.handler`.
///
/// `ui` has the methods that any handler has: `ui.request()`,
/// `ui.get_argument("page")`, `ui.static_url("x.png")`. For those of the
/// application's own base class, use [`handler`](Self::handler). It is not a
/// handler itself, so it can't be used in a route.
///
/// ```
/// use tornado_web::template::{Args, DictLoader, context};
/// use tornado_web::{
///     Application, Exchange, Handler, Render, RequestHandler, Result, Settings, Ui, UiModule, UiModules, url,
/// };
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct BaseHandler { base: Exchange, #[default] visits: u32 }
///
/// impl RequestHandler for BaseHandler {}
///
/// #[derive(Handler)]
/// struct Home(BaseHandler);
///
/// impl RequestHandler for Home {
///     async fn get(&mut self) -> Result {
///         self.visits = 7;
///         self.render("home.html", context! {}).await
///     }
/// }
///
/// struct Visits;
///
/// impl UiModule for Visits {
///     async fn render(&self, ui: &mut Ui<'_>, _args: Args) -> Result<String> {
///         let visits = ui.handler::<BaseHandler>()?.visits; // self.handler.visits
///         Ok(format!("<b>{visits}</b>"))
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let settings = Settings::new()
///     .template_loader(DictLoader::new([("home.html", "{% module Visits() %} visits")]))
///     .ui_modules(UiModules::new().add("Visits", || Visits));
/// let client = TestClient::new(Application::new([url("/", Home)], settings).unwrap());
/// assert_eq!(client.get("/").await.text(), "<b>7</b> visits");
/// # });
/// ```
pub struct Ui<'a>(&'a mut dyn Erased);

/// The result of something that waits.
pub(super) type Waiting<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A handler without its type.
pub(super) trait Erased: Send {
    fn exchange(&self) -> &Exchange;

    fn exchange_mut(&mut self) -> &mut Exchange;

    /// The handler itself or one of its bases, and the name of its class.
    fn find(&mut self, id: TypeId) -> Result<&mut dyn Any, &'static str>;

    fn current_user(&mut self) -> Waiting<'_, Result<Option<User>>>;

    fn locale(&mut self) -> Waiting<'_, Result<Locale>>;

    fn xsrf_form_html(&mut self) -> Waiting<'_, Result<String>>;

    fn render_string<'a>(
        &'a mut self,
        name: &'a str,
        context: Context,
        place: &'static Location<'static>,
    ) -> Waiting<'a, Result<String>>;
}

impl<'a> Ui<'a> {
    pub(super) fn new(handler: &'a mut dyn Erased) -> Ui<'a> {
        Ui(handler)
    }

    /// The handler as an `H`: its own class, or one that it inherits from.
    ///
    /// # Errors
    ///
    /// When it does not inherit from `H`; the message names both.
    pub fn handler<H: Handler>(&mut self) -> Result<&mut H> {
        let found = self.0.find(TypeId::of::<H>());
        let found = found.map(|handler| handler.downcast_mut());
        let class = match found {
            Ok(Some(handler)) => return Ok(handler),
            Ok(None) => unreachable!("its type is the one that was looked for"),
            Err(class) => class,
        };
        let wanted = type_name::<H>();
        Err(Error::msg(format!(
            "the handler is a `{class}`, which does not inherit from `{wanted}`"
        )))
    }

    /// The user, as [`Context::current_user`](crate::Context::current_user).
    ///
    /// # Errors
    ///
    /// The errors of the hook `get_current_user`.
    pub async fn current_user(&mut self) -> Result<Option<User>> {
        self.0.current_user().await
    }

    /// The language of the response, as
    /// [`Localization::locale`](crate::Localization::locale).
    ///
    /// # Errors
    ///
    /// The errors of the hook `get_user_locale`.
    pub async fn locale(&mut self) -> Result<Locale> {
        self.0.locale().await
    }

    /// The line for a form, as
    /// [`Xsrf::xsrf_form_html`](crate::Xsrf::xsrf_form_html).
    ///
    /// # Errors
    ///
    /// As that method.
    pub async fn xsrf_form_html(&mut self) -> Result<String> {
        self.0.xsrf_form_html().await
    }

    /// Renders a template, as [`Render::render_string`](crate::Render::render_string).
    ///
    /// # Errors
    ///
    /// As that method.
    #[track_caller]
    pub fn render_string(
        &mut self,
        name: &str,
        context: impl Into<Context>,
    ) -> impl Future<Output = Result<String>> + Send {
        let (context, place) = (context.into(), Location::caller());
        async move { self.0.render_string(name, context, place).await }
    }
}

impl Deref for Ui<'_> {
    type Target = Exchange;

    fn deref(&self) -> &Exchange {
        self.0.exchange()
    }
}

impl DerefMut for Ui<'_> {
    fn deref_mut(&mut self) -> &mut Exchange {
        self.0.exchange_mut()
    }
}

impl fmt::Debug for Ui<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ui").field(self.0.exchange()).finish()
    }
}
