//! `UIMethodUIModuleTest`, `GetCurrentUserTest`: what a page asks of its handler.

use tornado_web::prelude::*;
use tornado_web::template::{Args, DictLoader};
use tornado_web::{Ui, UiMethods, UiModule, UiModules, route};

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("UIMethodUIModuleTest", ui_method_ui_module_test),
    ("GetCurrentUserTest", get_current_user_test),
];

fn ui_method_ui_module_test(_: &Spec) -> AppResult {
    let loader = DictLoader::new([(
        "foo.html",
        "{{ my_ui_method(42) }} {% module MyModule(123) %}",
    )]);
    let settings = Settings::new()
        .template_loader(loader)
        .ui_methods(UiMethods::new().add("my_ui_method", my_ui_method))
        .ui_modules(UiModules::new().add("MyModule", || MyModule));
    Ok(Application::new([url("/", Foo)], settings)?.into())
}

#[derive(Handler)]
struct Foo(Exchange);

impl Foo {
    fn value(&self) -> Result<String> {
        self.get_argument("value")
    }
}

impl RequestHandler for Foo {
    async fn get(&mut self) -> Result {
        self.render("foo.html", context! {}).await
    }
}

async fn my_ui_method(ui: &mut Ui<'_>, args: Args) -> Result<String> {
    let (x, value): (i64, _) = (args.get(0, "x")?, ui.handler::<Foo>()?.value()?);
    Ok(format!("In my_ui_method({x}) with handler value {value}."))
}

struct MyModule;

impl UiModule for MyModule {
    async fn render(&self, ui: &mut Ui<'_>, args: Args) -> Result<String> {
        let (x, value): (i64, _) = (args.get(0, "x")?, ui.handler::<Foo>()?.value()?);
        Ok(format!("In MyModule({x}) with handler value {value}."))
    }
}

fn get_current_user_test(_: &Spec) -> AppResult {
    let loader = DictLoader::new([
        ("without_user.html", ""),
        ("with_user.html", "{{ current_user }}"),
        (
            "without_user_module.html",
            "{% module WithoutUserModule() %}",
        ),
        ("with_user_module.html", "{% module WithUserModule() %}"),
    ]);
    let modules = UiModules::new()
        .add("WithUserModule", || WithUserModule)
        .add("WithoutUserModule", || WithoutUserModule);
    let settings = Settings::new().template_loader(loader).ui_modules(modules);
    // Each path is the name of its template.
    let handlers = [route::<CurrentUserHandler>(
        "/(without_user|with_user|without_user_module|with_user_module)",
    )];
    Ok(Application::new(handlers, settings)?.into())
}

/// In Python, four classes inherit from it.
#[derive(Handler)]
struct CurrentUserHandler {
    base: Exchange,
    #[default]
    has_loaded_current_user: bool,
}

impl RequestHandler for CurrentUserHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        self.has_loaded_current_user = true;
        Ok(Some(User::from("")))
    }

    async fn get(&mut self) -> Result {
        let name: String = self.path_args_as()?;
        self.render_string(&format!("{name}.html"), context! {})
            .await?;
        let loaded = if self.has_loaded_current_user {
            "True"
        } else {
            "False"
        };
        self.finish_with(loaded);
        Ok(())
    }
}

struct WithoutUserModule;

impl UiModule for WithoutUserModule {
    async fn render(&self, _ui: &mut Ui<'_>, _args: Args) -> Result<String> {
        Ok(String::new())
    }
}

struct WithUserModule;

impl UiModule for WithUserModule {
    async fn render(&self, ui: &mut Ui<'_>, _args: Args) -> Result<String> {
        let user = ui.current_user().await?;
        let name = user.as_ref().and_then(User::get::<String>);
        Ok(name.cloned().unwrap_or_default())
    }
}
