//! Rendering a page, and its handler as the host that it asks.

use std::any::{Any, TypeId, type_name};
use std::panic::Location;

use tornado_template::{Context, Error as TemplateError, Host, Question, Value};

use super::error::of_page;
use super::loaders::loader_of;
use super::modules::{self, Active};
use super::names;
use super::ui::{Erased, Ui, Waiting};
use super::{UiMethods, engine, methods};
use crate::locale::Locale;
use crate::service::{Context as _, get_template_namespace};
use crate::{Error, Exchange, Handler, RequestHandler, Result, User};

/// How deeply pages may be nested, as those of UI modules are.
const DEEPEST: usize = 50;

/// How many nested pages of this request are being rendered.
#[derive(Default)]
struct Depth(usize);

/// A page within those that wait for it; dropping it, however it ends, is its
/// end.
struct Page<'a, H: RequestHandler> {
    handler: &'a mut H,
    /// Where it was requested.
    place: &'static Location<'static>,
}

impl<'a, H: RequestHandler> Page<'a, H> {
    fn enter(handler: &'a mut H, place: &'static Location<'static>) -> Result<Self> {
        let exchange = handler.exchange_mut();
        if exchange.slot::<Depth>().is_none() {
            exchange.insert_slot(Depth::default());
        }
        match exchange.slot_mut::<Depth>() {
            Some(Depth(depth)) if *depth < DEEPEST => *depth += 1,
            _ => {
                let error = Error::msg(format!(
                    "{DEEPEST} templates are within one another: is there a UI module that uses itself without an end?"
                ));
                return Err(error.at(place));
            }
        }
        Ok(Page { handler, place })
    }

    fn is_outermost(&self) -> bool {
        let depth = self.handler.exchange().slot();
        depth.is_some_and(|Depth(depth)| *depth == 1)
    }
}

impl<H: RequestHandler> Drop for Page<'_, H> {
    fn drop(&mut self) {
        if let Some(Depth(depth)) = self.handler.exchange_mut().slot_mut() {
            *depth -= 1;
        }
    }
}

/// Tornado's `render_string`.
pub(super) async fn render_string<H: RequestHandler>(
    handler: &mut H,
    name: &str,
    context: Context,
    place: &'static Location<'static>,
) -> Result<String> {
    let mut page = Page::enter(handler, place)?;
    let exchange = page.handler.exchange();
    let before = exchange.slot().map_or(0, |Active(active)| active.len());
    let loader = loader_of(page.handler).map_err(|error| error.at(place))?;
    let made = match loader.other() {
        Some(other) => {
            let namespace = namespace(page.handler, context).await?;
            engine::generate(other, name, namespace, &mut page, place).await
        }
        None => match loader.load(name) {
            Ok(template) => {
                let namespace = namespace(page.handler, context).await?;
                template.generate_async(namespace, &mut page).await
            }
            Err(error) => Err(error),
        },
    };
    made.map_err(|error| {
        // The modules of a page that nobody sees must not carry over to the
        // next.
        if page.is_outermost()
            && let Some(Active(active)) = page.handler.exchange_mut().slot_mut()
        {
            active.truncate(before);
        }
        of_page(error, &loader, page.handler.exchange(), place)
    })
}

/// The hook's names for all pages, and the arguments of this one.
async fn namespace<H: RequestHandler>(handler: &mut H, given: Context) -> Result<Context> {
    let mut namespace = get_template_namespace(handler).await?;
    namespace.extend(given);
    Ok(namespace)
}

impl<H: RequestHandler> Host for Page<'_, H> {
    async fn answer(&mut self, question: Question) -> Result<Option<Value>, TemplateError> {
        let (place, name) = match question.path().split_once('.') {
            Some((place, name)) => (place, name.to_owned()),
            None => return Ok(names::answer(self.handler, question, self.place).await?),
        };
        match (names::is_call(&question), place) {
            (false, "modules" | "_tt_modules") => {
                let exchange = self.handler.exchange();
                if !modules::exists(exchange, &name) {
                    return Err(modules::missing(exchange, &name));
                }
                Ok(Some(Value::remote(question.path())))
            }
            (true, "modules" | "_tt_modules") => {
                let Some(module) = modules::active(self.handler.exchange_mut(), &name) else {
                    return Err(modules::missing(self.handler.exchange(), &name));
                };
                let mut ui = Ui::new(self.handler);
                let html = module.render(&mut ui, question.into_args()).await?;
                Ok(Some(html.into()))
            }
            (true, methods::MODULE) => {
                let methods = self.handler.settings().get_state::<UiMethods>();
                let Some(method) = methods.and_then(|methods| methods.get(&name)).cloned() else {
                    return Ok(None);
                };
                let mut ui = Ui::new(self.handler);
                method.call(&mut ui, question.into_args()).await.map(Some)
            }
            _ => Ok(names::answer(self.handler, question, self.place).await?),
        }
    }
}

impl<H: RequestHandler> Erased for H {
    fn exchange(&self) -> &Exchange {
        Handler::exchange(self)
    }

    fn exchange_mut(&mut self) -> &mut Exchange {
        Handler::exchange_mut(self)
    }

    fn find(&mut self, id: TypeId) -> Result<&mut dyn Any, &'static str> {
        find(self, id).ok_or(type_name::<H>())
    }

    fn current_user(&mut self) -> Waiting<'_, Result<Option<User>>> {
        Box::pin(crate::Context::current_user(self))
    }

    fn locale(&mut self) -> Waiting<'_, Result<Locale>> {
        Box::pin(crate::Localization::locale(self))
    }

    fn xsrf_form_html(&mut self) -> Waiting<'_, Result<String>> {
        Box::pin(crate::Xsrf::xsrf_form_html(self))
    }

    fn render_string<'a>(
        &'a mut self,
        name: &'a str,
        context: Context,
        place: &'static Location<'static>,
    ) -> Waiting<'a, Result<String>> {
        Box::pin(render_string(self, name, context, place))
    }
}

fn find<H: Handler>(handler: &mut H, id: TypeId) -> Option<&mut dyn Any> {
    if id == TypeId::of::<H>() {
        return Some(handler);
    }
    // The exchange is its own base, where the chain ends.
    if TypeId::of::<H>() == TypeId::of::<H::Base>() {
        return None;
    }
    find(handler.base_mut(), id)
}
