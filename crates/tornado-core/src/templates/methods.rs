//! UI methods: functions of the application that all its templates have.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use tornado_template::{Args, Error as TemplateError, IntoResult, Value};

use super::ui::{Ui, Waiting};
use crate::Settings;

/// The UI methods of an application, by name (Tornado's setting `ui_methods`):
/// functions that all its templates can call, with the handler as their first
/// argument. A function that needs no handler can be the loader's:
/// [`Loader::function`](tornado_template::Loader::function).
///
/// ```
/// use tornado_web::template::{Args, DictLoader, context};
/// use tornado_web::{
///     Application, Context, Exchange, Handler, Render, RequestHandler, Result, Settings, Ui, UiMethods, url,
/// };
/// use tornado_testing::TestClient;
///
/// // def active(handler, path): return "active" if handler.request.path == path else ""
/// async fn active(ui: &mut Ui<'_>, args: Args) -> Result<&'static str> {
///     let path: String = args.get(0, "path")?;
///     Ok(if ui.request().path() == path { "active" } else { "" })
/// }
///
/// # #[derive(Handler)]
/// # struct Home(Exchange);
/// # impl RequestHandler for Home {
/// #     async fn get(&mut self) -> Result {
/// #         self.render("home.html", context! {}).await
/// #     }
/// # }
/// # tornado_testing::block_on(async {
/// let settings = Settings::new()
///     .template_loader(DictLoader::new([("home.html", "<a class=\"{{ active('/') }}\">Home</a>")]))
///     .ui_methods(UiMethods::new().add("active", active));
/// let client = TestClient::new(Application::new([url("/", Home)], settings).unwrap());
/// assert_eq!(client.get("/").await.text(), "<a class=\"active\">Home</a>");
/// # });
/// ```
#[derive(Clone, Default)]
pub struct UiMethods(BTreeMap<Arc<str>, Arc<dyn Method>>);

/// A UI method without its type.
pub(super) trait Method: Send + Sync {
    fn call<'a>(
        &'a self,
        ui: &'a mut Ui<'a>,
        args: Args,
    ) -> Waiting<'a, Result<Value, TemplateError>>;
}

/// A function that can be a UI method: `async fn(&mut Ui<'_>, Args) -> Result<T>`,
/// whose `T` can be a [`Value`]. There is nothing to implement.
#[diagnostic::on_unimplemented(
    message = "this is no UI method",
    label = "write it as a function: `async fn name(ui: &mut Ui<'_>, args: Args) -> Result<Value>`",
    note = "what it returns may be whatever a template's value can be made of: a text, a number, a list"
)]
pub trait UiMethod<'a>: Send + Sync + 'static {
    /// What it returns.
    #[doc(hidden)]
    type Future: Future<Output: IntoResult> + Send + 'a;

    #[doc(hidden)]
    fn call(&self, ui: &'a mut Ui<'a>, args: Args) -> Self::Future;
}

#[diagnostic::do_not_recommend]
impl<'a, F, R> UiMethod<'a> for F
where
    F: Fn(&'a mut Ui<'a>, Args) -> R + Send + Sync + 'static,
    R: Future<Output: IntoResult> + Send + 'a,
{
    type Future = R;

    fn call(&self, ui: &'a mut Ui<'a>, args: Args) -> R {
        self(ui, args)
    }
}

impl<F: for<'a> UiMethod<'a>> Method for F {
    fn call<'a>(
        &'a self,
        ui: &'a mut Ui<'a>,
        args: Args,
    ) -> Waiting<'a, Result<Value, TemplateError>> {
        let future = UiMethod::call(self, ui, args);
        Box::pin(async move { future.await.into_result() })
    }
}

impl UiMethods {
    /// None, to add some.
    #[must_use]
    pub fn new() -> UiMethods {
        UiMethods::default()
    }

    /// Adds one; the last one of a name counts. It takes the place of what Tornado
    /// and Python have by that name.
    #[must_use]
    pub fn add(mut self, name: &str, method: impl for<'a> UiMethod<'a>) -> UiMethods {
        self.0.insert(name.into(), Arc::new(method));
        self
    }

    pub(super) fn get(&self, name: &str) -> Option<&Arc<dyn Method>> {
        self.0.get(name)
    }
}

/// The module of which a page finds the UI methods.
pub(super) const MODULE: &str = "ui_methods";

/// The names of all UI methods, and what they are in a page: something that it asks
/// its handler for.
pub(super) fn names(settings: &Settings) -> impl Iterator<Item = (Arc<str>, Value)> {
    let methods = settings.get_state::<UiMethods>();
    let names = methods.into_iter().flat_map(|methods| methods.0.keys());
    names.map(|name| (Arc::clone(name), Value::remote(format!("{MODULE}.{name}"))))
}

impl fmt::Debug for UiMethods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
