//! minijinja behind `render`.

use std::sync::Arc;

use minijinja::Environment;
use tornado_template::{Answers, Context};

use crate::{Result, TemplateEngine};

/// With the feature `minijinja`: Jinja templates. A page has everything that Tornado's templates
/// have, such as `current_user`, `static_url(..)` and `modules.Entry(..)`, and the contents of the
/// `Environment`.
///
/// ```
/// use minijinja::Environment;
/// use tornado_web::template::context;
/// use tornado_web::{Application, Exchange, Handler, Render, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct Home(Exchange);
///
/// impl RequestHandler for Home {
///     async fn get(&mut self) -> Result {
///         self.render("home.html", context! { names = ["Kim", "<Lou>"] }).await
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let mut environment = Environment::new();
/// environment
///     .add_template("home.html", "{{ request.path }}{% for name in names %} {{ loop.index }} {{ name }}{% endfor %}")
///     .unwrap();
/// let settings = Settings::new().template_loader(environment);
/// let client = TestClient::new(Application::new([url("/", Home)], settings).unwrap());
/// assert_eq!(client.get("/").await.text(), "&#x2f; 1 Kim 2 &lt;Lou&gt;");
/// # });
/// ```
impl TemplateEngine for Environment<'static> {
    fn render(&self, name: &str, context: Context, answers: Arc<dyn Answers>) -> Result<String> {
        let template = self.get_template(name)?;
        Ok(template.render(context.into_minijinja(answers))?)
    }
}
