//! `request.` in a page: the attributes of `HTTPServerRequest`.

use http::HeaderMap;
use tornado_template::{Args, Error, Object, Value};

use crate::HttpServerRequest;
use crate::arguments::Arguments;

pub(super) fn attribute(request: &HttpServerRequest, name: &str) -> Option<Value> {
    Some(match name {
        "method" => request.method().as_str().into(),
        "uri" => request.uri().into(),
        "path" => request.path().into(),
        "query" => request.query().into(),
        "version" => request.version().into(),
        "remote_ip" => request.remote_ip().into(),
        "protocol" => request.protocol().to_string().into(),
        "host" => request.host().into(),
        "host_name" => request.host_name().into(),
        "body" => Value::bytes(&request.body()[..]),
        "headers" => Value::from_object(Headers(request.headers().clone())),
        "arguments" => arguments(request.arguments()),
        "query_arguments" => arguments(request.query_arguments()),
        "body_arguments" => arguments(request.body_arguments()),
        "cookies" => Value::dict(request.cookies().iter().map(|(name, value)| {
            let (key, value) = (name.to_owned(), value.to_owned());
            (name, Value::from_object(Morsel { key, value }))
        })),
        _ => return None,
    })
}

/// A dict of lists of bytes.
fn arguments(arguments: &Arguments) -> Value {
    let values = |name| arguments.get_all(name).map(Value::bytes).collect::<Value>();
    Value::dict(arguments.names().map(|name| (name, values(name))))
}

/// `http.cookies.Morsel`, as far as a request provides it.
#[derive(Debug)]
struct Morsel {
    key: String,
    value: String,
}

impl Object for Morsel {
    fn type_name(&self) -> &str {
        "Morsel"
    }

    fn get_attr(&self, name: &str) -> Option<Value> {
        match name {
            "key" => Some(self.key.as_str().into()),
            "value" => Some(self.value.as_str().into()),
            _ => None,
        }
    }
}

/// `HTTPHeaders`: a dict with case-insensitive keys.
#[derive(Debug)]
struct Headers(HeaderMap);

impl Headers {
    fn lines(&self, name: &Value) -> Vec<String> {
        let lines = self.0.get_all(name.as_str().unwrap_or_default()).iter();
        let latin1 = |byte: &u8| char::from(*byte);
        lines
            .map(|line| line.as_bytes().iter().map(latin1).collect())
            .collect()
    }

    fn get(&self, name: &Value) -> Option<Value> {
        let lines = self.lines(name);
        (!lines.is_empty()).then(|| lines.join(",").into())
    }

    /// The names, as Tornado writes them: `Content-Type`.
    fn names(&self) -> impl Iterator<Item = Value> {
        self.0.keys().map(|name| {
            let words = name.as_str().split('-').map(|word| {
                let (first, rest) = word.split_at(word.len().min(1));
                first.to_uppercase() + rest
            });
            words.collect::<Vec<_>>().join("-").into()
        })
    }
}

impl Object for Headers {
    fn type_name(&self) -> &str {
        "HTTPHeaders"
    }

    fn get_item(&self, key: &Value) -> Option<Result<Value, Error>> {
        let found = self.get(key);
        Some(found.ok_or_else(|| Error::with_class("KeyError", key.repr())))
    }

    fn call_method(&self, name: &str, args: Args) -> Option<Result<Value, Error>> {
        Some(match name {
            "get" => args.get(0, "key").and_then(|key| match self.get(&key) {
                Some(value) => Ok(value),
                None => args.get_or(1, "default", Value::none()),
            }),
            "get_list" => args.get(0, "name").map(|name| self.lines(&name).into()),
            "keys" => Ok(self.names().collect()),
            "values" => Ok(self.names().filter_map(|name| self.get(&name)).collect()),
            "items" => Ok(self
                .names()
                .map(|name| {
                    Value::tuple([name.clone(), self.get(&name).unwrap_or_else(Value::none)])
                })
                .collect()),
            "get_all" => Ok(self
                .names()
                .flat_map(|name| {
                    let lines = self.lines(&name).into_iter();
                    lines.map(move |line| Value::tuple([name.clone(), line.into()]))
                })
                .collect()),
            _ => return None,
        })
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some(self.names().collect())
    }

    fn contains(&self, key: &Value) -> Option<bool> {
        Some(self.0.contains_key(key.as_str().unwrap_or_default()))
    }

    fn length(&self) -> Option<usize> {
        Some(self.0.keys_len())
    }
}
