//! Values as minijinja has them, for pages that are written for that engine.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Kwargs, Object, ObjectRepr, from_args};
use minijinja::{Error as JinjaError, ErrorKind, State, Value as JinjaValue};

use crate::value::{Args, Code, Context, NoCaller, V, Value, budget};
use crate::vm::{Answers, Question, QuestionKind};

impl Context {
    /// The names as a context of minijinja. Lists, dicts, texts and numbers are its own
    /// there. An [`Object`](crate::Object) has its attributes, items and methods.
    ///
    /// What minijinja can't have is an error where the page uses it: a method that
    /// waits, a lambda, an iterator. A name that is not here is asked of `answers`, and
    /// so is what a [remote](Value::remote) value is.
    #[must_use]
    pub fn into_minijinja(self, answers: Arc<dyn Answers>) -> JinjaValue {
        JinjaValue::from_object(Names {
            context: self,
            answers,
        })
    }
}

#[derive(Debug)]
struct Names {
    context: Context,
    answers: Arc<dyn Answers>,
}

impl Object for Names {
    fn get_value(self: &Arc<Self>, key: &JinjaValue) -> Option<JinjaValue> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<JinjaValue> {
        let value = match self.context.get(name) {
            Some(value) => value.clone(),
            None => {
                let question = Question::new(QuestionKind::Name, name, Args::new());
                self.answers.answer(question)?
            }
        };
        Some(to_jinja(value, &self.answers))
    }
}

/// A value that minijinja looks into, and does not have a form of its own for.
#[derive(Debug)]
struct Wrapped {
    value: Value,
    answers: Arc<dyn Answers>,
}

fn to_jinja(value: Value, answers: &Arc<dyn Answers>) -> JinjaValue {
    match &value.0 {
        V::None => JinjaValue::from(()),
        V::Bool(b) => JinjaValue::from(*b),
        V::Int(i) => JinjaValue::from(*i),
        V::Float(f) => JinjaValue::from(*f),
        V::Str(text) => JinjaValue::from(&**text),
        V::Bytes(bytes) => JinjaValue::from(&**bytes),
        V::Tuple(_) | V::List(_) | V::Set(_) | V::Range(_) | V::View(_) => {
            let Ok(_deeper) = budget::deeper("") else {
                return JinjaValue::from(too_deep());
            };
            let items = value.items().unwrap_or_default().into_iter();
            items.map(|item| to_jinja(item, answers)).collect()
        }
        V::Dict(_)
        | V::Object(_)
        | V::Remote(_)
        | V::Function(_)
        | V::Class(_)
        | V::Module(_)
        | V::Exception(_) => JinjaValue::from_object(Wrapped {
            value,
            answers: Arc::clone(answers),
        }),
        V::Undefined | V::Slice(_) | V::Iterator(_) | V::Method(_) | V::Lambda(_) | V::Cell(_) => {
            JinjaValue::from(impossible(format!(
                "a {} is nothing that a template of minijinja can have: give it a list, a dict, a text, a number or an object",
                value.type_name()
            )))
        }
    }
}

/// The other way, for arguments of calls.
fn from_jinja(value: &JinjaValue) -> Result<Value, JinjaError> {
    if let Some(wrapped) = value.downcast_object_ref::<Wrapped>() {
        return Ok(wrapped.value.clone());
    }
    if matches!(
        value.kind(),
        minijinja::value::ValueKind::Seq | minijinja::value::ValueKind::Iterable
    ) {
        let _deeper = budget::deeper("").map_err(|_| too_deep())?;
        return value.try_iter()?.map(|item| from_jinja(&item)).collect();
    }
    Value::from_serialize(value).map_err(failed)
}

fn arguments(values: &[JinjaValue]) -> Result<Args, JinjaError> {
    let (positional, named): (&[JinjaValue], Kwargs) = from_args(values)?;
    let mut args = Args::new();
    for value in positional {
        args = args.arg(from_jinja(value)?);
    }
    let names: Vec<String> = named.args().map(str::to_owned).collect();
    for name in names {
        let value: JinjaValue = named.get(&name)?;
        args = args.named_arg(name, from_jinja(&value)?);
    }
    Ok(args)
}

fn impossible(message: String) -> JinjaError {
    JinjaError::new(ErrorKind::InvalidOperation, message)
}

fn too_deep() -> JinjaError {
    impossible("lists are nested too deeply".to_owned())
}

fn failed(error: crate::Error) -> JinjaError {
    impossible(error.to_string()).with_source(error)
}

impl Wrapped {
    fn ask(&self, kind: QuestionKind, path: &str, args: Args) -> Option<Value> {
        self.answers.answer(Question::new(kind, path, args))
    }

    fn called(&self, path: &str, args: Args) -> JinjaValue {
        let Some(value) = self.ask(QuestionKind::Call, path, args) else {
            return JinjaValue::UNDEFINED;
        };
        // A form with its token, and UI modules, are HTML already.
        let is_html = path.starts_with("modules.") || path.ends_with("xsrf_form_html");
        match value.as_str() {
            Some(html) if is_html => JinjaValue::from_safe_string(html.to_owned()),
            _ => to_jinja(value, &self.answers),
        }
    }

    fn attribute(&self, key: &Value) -> Option<Value> {
        match (&self.value.0, key.as_str()) {
            (V::Object(object), name) => name
                .and_then(|name| object.get_attr(name))
                .or_else(|| object.get_item(key)?.ok()),
            (V::Dict(dict), Some(name)) => dict.get_str(name),
            (V::Dict(dict), None) => {
                let mut items = dict.lock().clone().into_iter();
                items
                    .find(|(known, _)| known.0.equals(key))
                    .map(|(_, value)| value)
            }
            (V::Module(module), Some(name)) => {
                let mut names = module.names.iter();
                let found = names.find(|(known, _)| **known == *name);
                found.map(|(_, value)| value.clone())
            }
            (V::Remote(path), Some(name)) => {
                let path = format!("{path}.{name}");
                self.ask(QuestionKind::Attribute, &path, Args::new())
            }
            _ => None,
        }
    }
}

impl Object for Wrapped {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match self.value.0 {
            V::Dict(_) => ObjectRepr::Map,
            _ => ObjectRepr::Plain,
        }
    }

    fn get_value(self: &Arc<Self>, key: &JinjaValue) -> Option<JinjaValue> {
        let key = from_jinja(key).ok()?;
        let value = self.attribute(&key)?;
        Some(to_jinja(value, &self.answers))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let items = match &self.value.0 {
            V::Dict(dict) => Some(dict.lock().keys().map(|key| key.0.clone()).collect()),
            V::Object(object) => object.iterate(),
            _ => None,
        };
        match items {
            Some(items) => {
                let items: Vec<Value> = items;
                let items = items.into_iter();
                let items: Vec<_> = items.map(|item| to_jinja(item, &self.answers)).collect();
                Enumerator::Values(items)
            }
            None => Enumerator::NonEnumerable,
        }
    }

    fn is_true(self: &Arc<Self>) -> bool {
        self.value.is_true()
    }

    fn call(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        args: &[JinjaValue],
    ) -> Result<JinjaValue, JinjaError> {
        let args = arguments(args)?;
        let result = match &self.value.0 {
            V::Remote(path) => return Ok(self.called(path, args)),
            V::Object(object) => object.call(args),
            V::Function(function) => match &function.code {
                Code::Sync(code) => Some(code(&mut NoCaller, args)),
                Code::Async(_) => return Err(waits(&function.name)),
            },
            _ => None,
        };
        let result = result
            .ok_or_else(|| impossible(format!("a {} can't be called", self.value.type_name())))?;
        Ok(to_jinja(result.map_err(failed)?, &self.answers))
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[JinjaValue],
    ) -> Result<JinjaValue, JinjaError> {
        match &self.value.0 {
            V::Remote(path) => {
                return Ok(self.called(&format!("{path}.{method}"), arguments(args)?));
            }
            V::Object(object) if object.is_async_method(method) => {
                return Err(waits(&format!("{}.{method}", object.type_name())));
            }
            V::Object(object) => {
                if let Some(result) = object.call_method(method, arguments(args)?) {
                    return Ok(to_jinja(result.map_err(failed)?, &self.answers));
                }
            }
            _ => {}
        }
        match self.attribute(&Value::from(method)) {
            Some(function) => to_jinja(function, &self.answers).call(state, args),
            None => Err(JinjaError::from(ErrorKind::UnknownMethod)),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value.to_string())
    }
}

fn waits(what: &str) -> JinjaError {
    impossible(format!(
        "`{what}` waits for something, which a template of minijinja can't: call it in the handler, and give the page what comes back"
    ))
}
