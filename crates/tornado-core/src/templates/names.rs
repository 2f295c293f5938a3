//! The names in a page: Tornado's namespace, and the attributes of `handler`.

use std::panic::Location;

use tornado_routing::ReverseError;
use tornado_template::{Args, Error as TemplateError, FromValue, Question, QuestionKind, Value};

use super::csp_nonce;
use super::locale::{self, LocaleObject};
use super::request;
use super::settings_object::SettingsObject;
use crate::service::{
    Context as _, Cookies as _, Input as _, Localization as _, Output as _, PathArgs as _,
    template_attribute,
};
use crate::user::User;
use crate::{Argument, Error, RequestHandler, Result, StaticUrlOptions, Xsrf as _};

/// Names that are questions by themselves.
const REMOTE: &[&str] = &[
    "_tt_modules",
    "csp_nonce",
    "handler",
    "modules",
    "request",
    "reverse_url",
    "static_url",
    "xsrf_form_html",
];

/// The methods of a handler that a page may call.
const METHODS: &[&str] = &[
    "csp_nonce",
    "get_argument",
    "get_arguments",
    "get_body_argument",
    "get_body_arguments",
    "get_browser_locale",
    "get_cookie",
    "get_login_url",
    "get_query_argument",
    "get_query_arguments",
    "get_status",
    "reverse_url",
    "static_url",
    "xsrf_form_html",
];

/// The methods of the request.
const METHODS_OF_REQUEST: &[&str] = &["full_url", "request_time"];

/// Whether every page has this name, whatever it is given.
pub(super) fn exists(name: &str) -> bool {
    ["_", "current_user", "locale", "pgettext"].contains(&name) || REMOTE.contains(&name)
}

pub(super) fn is_call(question: &Question) -> bool {
    question.kind() == QuestionKind::Call
}

/// Answers a question; `None` if the name does not exist.
pub(super) async fn answer<H: RequestHandler>(
    handler: &mut H,
    question: Question,
    place: &'static Location<'static>,
) -> Result<Option<Value>> {
    let path = question.path();
    if let Some(("current_user", name)) = path.split_once('.') {
        return Err(closed_user(handler, name).await);
    }
    match question.kind() {
        QuestionKind::Name => name(handler, path).await,
        QuestionKind::Attribute => match path.split_once('.') {
            Some(("handler", rest)) => {
                if let Some(value) = attribute(handler, rest).await? {
                    return Ok(Some(value));
                }
                template_attribute(handler, rest, None).await
            }
            Some(("request", rest)) if METHODS_OF_REQUEST.contains(&rest) => {
                Ok(Some(Value::remote(path)))
            }
            Some(("request", rest)) => Ok(request::attribute(handler.request(), rest)),
            _ => Ok(None),
        },
        QuestionKind::Call => match path.split_once('.') {
            Some(("handler", rest)) => {
                let (rest, args) = (rest.to_owned(), question.into_args());
                if let Some(value) = call(handler, &rest, &args, place).await? {
                    return Ok(Some(value));
                }
                template_attribute(handler, &rest, Some(args)).await
            }
            Some(("request", "full_url")) => Ok(Some(handler.request().full_url().into())),
            Some(("request", "request_time")) => {
                let seconds = handler.request().request_time().as_secs_f64();
                Ok(Some(seconds.into()))
            }
            None if REMOTE.contains(&path) => call(handler, path, question.args(), place).await,
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

/// A name of the namespace.
async fn name<H: RequestHandler>(handler: &mut H, name: &str) -> Result<Option<Value>> {
    Ok(Some(match name {
        "current_user" => user(handler).await?,
        "locale" => Value::from_object(LocaleObject(handler.locale().await?)),
        "_" => locale::translate(handler.locale().await?),
        "pgettext" => locale::pgettext(handler.locale().await?),
        _ if REMOTE.contains(&name) => Value::remote(name),
        _ => return Ok(None),
    }))
}

async fn user<H: RequestHandler>(handler: &mut H) -> Result<Value> {
    Ok(match handler.current_user().await? {
        None => Value::none(),
        Some(user) => user
            .to_value()
            .unwrap_or_else(|| Value::remote("current_user")),
    })
}

/// The error for a page that looks into a user whose type does not provide that.
async fn closed_user<H: RequestHandler>(handler: &mut H, name: &str) -> Error {
    let user = match handler.current_user().await {
        Ok(user) => user,
        Err(error) => return error,
    };
    let class = user.as_ref().map_or("None", User::type_name);
    let message = format!(
        "'{name}' of the user, which is a `{class}`: a template sees no more of it than that there is one, unless `get_current_user` makes it by `User::object`, of a type with `#[derive(TemplateObject)]`"
    );
    TemplateError::with_class("AttributeError", message).into()
}

/// `handler.path`, and attributes of it: `application.settings`.
async fn attribute<H: RequestHandler>(handler: &mut H, path: &str) -> Result<Option<Value>> {
    Ok(Some(match path {
        "request" => Value::remote("request"),
        "application" => Value::remote("handler.application"),
        "settings" | "application.settings" => {
            Value::from_object(SettingsObject(handler.application().clone()))
        }
        "current_user" => user(handler).await?,
        "locale" => Value::from_object(LocaleObject(handler.locale().await?)),
        "xsrf_token" => handler.xsrf_token().await?.into(),
        "path_args" => handler.path_args().iter().map(Option::as_deref).collect(),
        "path_kwargs" => Value::dict(handler.path_kwargs()),
        _ if METHODS.contains(&path) => Value::remote(format!("handler.{path}")),
        _ => return Ok(None),
    }))
}

/// The result of a handler's method.
async fn call<H: RequestHandler>(
    handler: &mut H,
    name: &str,
    args: &Args,
    place: &'static Location<'static>,
) -> Result<Option<Value>> {
    let argument_name = || args.get::<String>(0, "name");
    Ok(Some(match name {
        "static_url" => static_url(handler, args)?.into(),
        "reverse_url" => {
            let name = argument_name()?;
            let args = args.positional().iter().skip(1).map(Value::to_string);
            let args: Vec<String> = args.collect();
            let url = handler.reverse_url(&name, &*args);
            // Not this place, if it is the page that names a missing route.
            let url = url.map_err(|error| match error.is::<ReverseError>() {
                true => error.at(place),
                false => error,
            });
            url?.into()
        }
        "xsrf_form_html" => handler.xsrf_form_html().await?.into(),
        "csp_nonce" => csp_nonce::nonce(handler.exchange_mut())?.into(),
        "get_argument" => argument(handler, Argument::new(&argument_name()?), args)?,
        "get_query_argument" => argument(handler, Argument::query(&argument_name()?), args)?,
        "get_body_argument" => argument(handler, Argument::body(&argument_name()?), args)?,
        "get_arguments" => arguments(handler, Argument::new(&argument_name()?), args)?,
        "get_query_arguments" => arguments(handler, Argument::query(&argument_name()?), args)?,
        "get_body_arguments" => arguments(handler, Argument::body(&argument_name()?), args)?,
        "get_cookie" => match handler.get_cookie(&argument_name()?) {
            Some(cookie) => cookie.into(),
            None => args.get_or(1, "default", Value::none())?,
        },
        "get_browser_locale" => {
            let default: String = args.get_or(0, "default", "en_US".to_owned())?;
            Value::from_object(LocaleObject(handler.get_browser_locale_or(&default)))
        }
        "get_login_url" => handler.get_login_url()?.into(),
        "get_status" => Value::from(i64::from(handler.get_status())),
        _ => return Ok(None),
    }))
}

/// `get_argument(name, default, strip)`.
fn argument<H: RequestHandler>(handler: &H, name: Argument<'_>, args: &Args) -> Result<Value> {
    let name = name.strip(args.get_or(2, "strip", true)?);
    match args.find(1, "default") {
        None => Ok(handler.get_argument(name)?.into()),
        Some(default) => {
            let found = handler.get_argument_opt(name)?;
            Ok(found.map_or_else(|| default.clone(), Value::from))
        }
    }
}

/// `get_arguments(name, strip)`.
fn arguments<H: RequestHandler>(handler: &H, name: Argument<'_>, args: &Args) -> Result<Value> {
    let name = name.strip(args.get_or(1, "strip", true)?);
    Ok(handler.get_arguments(name)?.into())
}

/// `static_url(path, include_host=None, include_version=True)`.
fn static_url<H: RequestHandler>(handler: &H, args: &Args) -> Result<String> {
    let path: String = args.get(0, "path")?;
    let mut options = StaticUrlOptions::new();
    if let Some(include) = args.get_or::<Option<bool>>(1, "include_host", None)? {
        options = options.include_host(include);
    }
    // Python's `**kwargs` have no positions.
    let mut named = args.named();
    if let Some((_, include)) = named.find(|(name, _)| *name == "include_version") {
        options = options.include_version(bool::from_value(include.clone())?);
    }
    handler.static_url_with(&path, &options)
}
