//! The modules of Python that pages import: the parts of them that pages use.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::time::{SystemTime, UNIX_EPOCH};

use super::{re, strftime};
use crate::error::Error;
use crate::value::{Args, CIRCULAR, Caller, Module, V, Value, budget};

type Builtin = fn(&mut dyn Caller, Args) -> Result<Value, Error>;

/// A module of these names.
pub(crate) fn new_module<N: Into<Arc<str>>>(
    name: &str,
    names: impl IntoIterator<Item = (N, Value)>,
) -> Value {
    let names = names
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect();
    let name = name.into();
    Value(V::Module(Arc::new(Module { name, names })))
}

static MODULES: LazyLock<HashMap<&'static str, Value>> = LazyLock::new(|| {
    let functions = |functions: &[(&'static str, Builtin)]| -> Vec<(&'static str, Value)> {
        functions
            .iter()
            .map(|(name, code)| (*name, Value::builtin(name, *code)))
            .collect()
    };
    let class = |name: &'static str| Value(V::Class(name));
    let mut modules = HashMap::new();
    let mut add = |name: &'static str, names: Vec<(&'static str, Value)>| {
        modules.insert(name, new_module(name, names));
    };
    add(
        "datetime",
        vec![
            ("datetime", class("datetime.datetime")),
            ("date", class("datetime.date")),
            ("time", class("datetime.time")),
            ("timedelta", class("datetime.timedelta")),
            ("timezone", class("datetime.timezone")),
            ("MINYEAR", Value::from(1)),
            ("MAXYEAR", Value::from(9999)),
        ],
    );
    let mut json = functions(JSON);
    json.push(("JSONDecodeError", class("json.JSONDecodeError")));
    add("json", json);
    let mut math = functions(MATH);
    math.extend([
        ("pi", Value::from(std::f64::consts::PI)),
        ("e", Value::from(std::f64::consts::E)),
        ("tau", Value::from(std::f64::consts::TAU)),
        ("inf", Value::from(f64::INFINITY)),
        ("nan", Value::from(f64::NAN)),
    ]);
    add("math", math);
    let mut regex = functions(re::FUNCTIONS);
    regex.extend(
        re::FLAGS
            .iter()
            .map(|(name, value)| (*name, Value::from(*value))),
    );
    regex.push(("error", class("re.error")));
    add("re", regex);
    add("time", functions(TIME));
    add("urllib.parse", functions(URLLIB));
    add("os.path", functions(OS_PATH));
    add("html", functions(HTML));
    add("tornado.escape", functions(ESCAPE));
    let inner: Vec<(&str, &str, &str)> = vec![
        ("os", "path", "os.path"),
        ("urllib", "parse", "urllib.parse"),
        ("tornado", "escape", "tornado.escape"),
    ];
    for (name, part, whole) in inner {
        let names = modules.get(whole).cloned().map(|module| (part, module));
        modules.insert(name, new_module(name, names));
    }
    modules
});

/// A module of ours.
pub(crate) fn module(path: &str) -> Option<Value> {
    MODULES.get(path).cloned()
}

fn text(args: &Args) -> Result<String, Error> {
    let value: Value = args.get(0, "value")?;
    // What is made of it has at most six times its size, as `&quot;` has.
    let size = value.as_str().map_or(0, str::len);
    budget::room(
        size.max(value.as_bytes().map_or(0, <[u8]>::len))
            .saturating_mul(6),
    )?;
    match &value.0 {
        V::Bytes(bytes) => String::from_utf8(bytes.to_vec())
            .map_err(|_| Error::of("UnicodeDecodeError", "these bytes are no UTF-8")),
        V::Str(text) => Ok(text.to_string()),
        _ => Err(Error::type_error(format!(
            "Expected bytes, unicode, or None; got <class '{}'>",
            value.type_name()
        ))),
    }
}

/// A text that is escaped. Tornado lets `None` through to `html.escape`.
fn html(args: &Args) -> Result<String, Error> {
    if args.get::<Value>(0, "value")?.is_none() {
        return Err(Value::none().no_attribute("replace"));
    }
    text(args)
}

const ESCAPE: &[(&str, Builtin)] = &[
    ("xhtml_escape", |_, args| {
        Ok(Value::from(tornado_escape::xhtml_escape(&html(&args)?)))
    }),
    ("url_escape", |_, args| {
        let plus: bool = args.get_or(1, "plus", true)?;
        quote(&args, plus).map(Value::from)
    }),
    ("url_unescape", |_, args| {
        Ok(Value::from(tornado_escape::url_unescape(
            &text(&args)?,
            args.get_or(2, "plus", true)?,
        )))
    }),
    ("json_encode", |_, args| {
        json_encode(&args.get(0, "value")?).map(Value::from)
    }),
    ("json_decode", |_, args| json_decode(&text(&args)?)),
    ("squeeze", |_, args| {
        Ok(Value::from(tornado_escape::squeeze(&text(&args)?)))
    }),
    ("linkify", |_, args| {
        let mut linkify = tornado_escape::Linkify::new();
        if let Some(shorten) = args.find(1, "shorten") {
            linkify = linkify.shorten(shorten.is_true());
        }
        if let Some(extra) = args.find(2, "extra_params").and_then(Value::as_str) {
            let extra = extra.to_owned();
            linkify = linkify.extra_params(move |_| extra.clone());
        }
        if let Some(require) = args.find(3, "require_protocol") {
            linkify = linkify.require_protocol(require.is_true());
        }
        if let Some(protocols) = args.find(4, "permitted_protocols") {
            let protocols = protocols.to_vec()?;
            linkify = linkify.permitted_protocols(protocols.iter().map(Value::to_string));
        }
        Ok(Value::from(linkify.apply(&html(&args)?)))
    }),
    ("utf8", |_, args| {
        Ok(Value::bytes(text(&args)?.into_bytes()))
    }),
    ("to_unicode", |_, args| text(&args).map(Value::from)),
    ("native_str", |_, args| text(&args).map(Value::from)),
];

const HTML: &[(&str, Builtin)] = &[("escape", |_, args| {
    let escaped = tornado_escape::xhtml_escape(&text(&args)?).into_owned();
    Ok(Value::from(match args.get_or(1, "quote", true)? {
        true => escaped,
        false => escaped.replace("&quot;", "\"").replace("&#x27;", "'"),
    }))
})];

fn json_encode(value: &Value) -> Result<String, Error> {
    tornado_escape::json_encode(value).map_err(|error| {
        let message = error.to_string();
        if message.starts_with(CIRCULAR) {
            return Error::value_error(CIRCULAR);
        }
        // What serde has made a text of.
        match budget::settle() {
            Ok(()) => Error::type_error(message),
            Err(error) => error,
        }
    })
}

fn json_decode(text: &str) -> Result<Value, Error> {
    // `[]` takes two bytes there, and a list has some more.
    budget::room(text.len().saturating_mul(32))?;
    let value: serde_json::Value = serde_json::from_str(text)
        .map_err(|error| Error::of("json.JSONDecodeError", error.to_string()))?;
    Value::from_serialize(&value)
}

const JSON: &[(&str, Builtin)] = &[
    ("dumps", |_, args| {
        let value: Value = args.get(0, "obj")?;
        for (name, given) in args.named() {
            let plain = matches!(
                name,
                "sort_keys" | "indent" | "ensure_ascii" | "separators" | "default"
            );
            if !plain || given.is_true() && name != "ensure_ascii" {
                return Err(Error::type_error(format!(
                    "json.dumps: the argument {name} is not supported"
                )));
            }
        }
        // `json.dumps` leaves `</` alone.
        Ok(Value::from(json_encode(&value)?.replace("<\\/", "</")))
    }),
    ("loads", |_, args| json_decode(&text(&args)?)),
];

fn number(args: &Args) -> Result<f64, Error> {
    let value: Value = args.get(0, "x")?;
    value
        .as_f64()
        .ok_or_else(|| Error::type_error(format!("must be real number, not {}", value.type_name())))
}

fn whole(f: f64) -> Result<Value, Error> {
    if f.abs() < 9.2e18 {
        Ok(Value::from(f as i64))
    } else {
        Err(Error::overflow())
    }
}

const MATH: &[(&str, Builtin)] = &[
    ("ceil", |_, args| whole(number(&args)?.ceil())),
    ("floor", |_, args| whole(number(&args)?.floor())),
    ("trunc", |_, args| whole(number(&args)?.trunc())),
    ("fabs", |_, args| Ok(Value::from(number(&args)?.abs()))),
    ("sqrt", |_, args| {
        let x = number(&args)?;
        if x < 0.0 {
            return Err(Error::value_error("math domain error"));
        }
        Ok(Value::from(x.sqrt()))
    }),
    ("log", |_, args| {
        let x = number(&args)?;
        if x <= 0.0 {
            return Err(Error::value_error("math domain error"));
        }
        Ok(Value::from(
            match args.find(1, "base").and_then(Value::as_f64) {
                Some(base) => x.ln() / base.ln(),
                None => x.ln(),
            },
        ))
    }),
    ("log10", |_, args| Ok(Value::from(number(&args)?.log10()))),
    ("log2", |_, args| Ok(Value::from(number(&args)?.log2()))),
    ("exp", |_, args| Ok(Value::from(number(&args)?.exp()))),
    ("pow", |_, args| {
        Ok(Value::from(number(&args)?.powf(args.get(1, "y")?)))
    }),
    ("sin", |_, args| Ok(Value::from(number(&args)?.sin()))),
    ("cos", |_, args| Ok(Value::from(number(&args)?.cos()))),
    ("isnan", |_, args| Ok(Value::from(number(&args)?.is_nan()))),
    ("isinf", |_, args| {
        Ok(Value::from(number(&args)?.is_infinite()))
    }),
];

const TIME: &[(&str, Builtin)] = &[
    ("time", |_, _| {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Ok(Value::from(since.as_secs_f64()))
    }),
    ("strftime", |_, args| strftime::of_now(&args)),
];

fn quote(args: &Args, plus: bool) -> Result<String, Error> {
    let value: Value = args.get(0, "value")?;
    match &value.0 {
        V::Bytes(bytes) => {
            budget::room(bytes.len().saturating_mul(3))?;
            Ok(tornado_escape::url_escape_bytes(bytes, plus))
        }
        V::Str(_) => Ok(tornado_escape::url_escape(&text(args)?, plus)),
        _ => Err(Error::type_error("quote_from_bytes() expected bytes")),
    }
}

const URLLIB: &[(&str, Builtin)] = &[
    ("quote", |_, args| {
        let safe: String = args.get_or(1, "safe", "/".to_owned())?;
        let mut quoted = quote(&args, false)?;
        if !safe.contains('/') {
            quoted = quoted.replace('/', "%2F");
        }
        for c in safe.chars().filter(|c| c.is_ascii() && *c != '/') {
            quoted = quoted.replace(&format!("%{:02X}", u32::from(c)), &c.to_string());
        }
        Ok(Value::from(quoted))
    }),
    ("quote_plus", |_, args| quote(&args, true).map(Value::from)),
    ("unquote", |_, args| {
        Ok(Value::from(tornado_escape::url_unescape(
            &text(&args)?,
            false,
        )))
    }),
    ("unquote_plus", |_, args| {
        Ok(Value::from(tornado_escape::url_unescape(
            &text(&args)?,
            true,
        )))
    }),
    ("urlencode", |_, args| {
        let pairs = args.get::<Value>(0, "query")?.dict_items()?;
        let many: bool = args.get_or(1, "doseq", false)?;
        let mut parts = Vec::new();
        let quote = |value: &Value| {
            let text = value.try_text()?;
            budget::room(text.len().saturating_mul(6))?;
            Ok::<_, Error>(tornado_escape::url_escape(&text, true))
        };
        for (key, value) in pairs {
            let items = match (many, &value.0) {
                (true, V::List(_) | V::Tuple(_)) => value.to_vec()?,
                _ => vec![value],
            };
            for item in &items {
                parts.push(format!("{}={}", quote(&key)?, quote(item)?));
            }
        }
        Ok(Value::from(parts.join("&")))
    }),
];

const OS_PATH: &[(&str, Builtin)] = &[
    ("basename", |_, args| {
        let path = text(&args)?;
        Ok(Value::from(path.rsplit('/').next().unwrap_or_default()))
    }),
    ("dirname", |_, args| {
        let path = text(&args)?;
        let directory = path.rfind('/').map_or("", |at| &path[..=at]);
        let trimmed = directory.trim_end_matches('/');
        Ok(Value::from(if trimmed.is_empty() {
            directory
        } else {
            trimmed
        }))
    }),
    ("join", |_, args| {
        let mut path = String::new();
        for part in args.positional() {
            let part = part
                .as_str()
                .ok_or_else(|| Error::type_error("join() argument must be str"))?;
            if part.starts_with('/') {
                path.clear();
            } else if !path.is_empty() && !path.ends_with('/') {
                path.push('/');
            }
            budget::room(part.len())?;
            path.push_str(part);
        }
        Ok(Value::from(path))
    }),
    ("splitext", |_, args| {
        let path = text(&args)?;
        let start = path.rfind('/').map_or(0, |at| at + 1);
        let name = &path[start..];
        let dots = name.len() - name.trim_start_matches('.').len();
        let at = name[dots..]
            .rfind('.')
            .map_or(path.len(), |at| start + dots + at);
        Ok(Value::from((&path[..at], &path[at..])))
    }),
];
