//! Reading requests: arguments, paths, bodies, headers.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Map, Value, json};
use sha1::{Digest as _, Sha1};
use tornado_web::prelude::*;
use tornado_web::{HttpFile, Rule};

use crate::base::Base;

pub(crate) fn routes() -> Vec<Rule> {
    vec![
        url("/args", Args),
        url("/need", Need),
        url("/path/([^/]*)/(.*)", Path),
        url(r"/kw/(?P<name>\w+)", Kw).name("kw"),
        url(r"/opt/(\d+)?", Path),
        url("/echo", Echo),
        url("/hdr", Hdr),
        url("/upload", Upload),
        url("/streambody", StreamBody::new),
        url("/fullurl", FullUrl),
        host("default"),
    ]
}

/// `/host`, which answers with `reply`.
pub(crate) fn host(reply: &'static str) -> Rule {
    url("/host", move |base| Host { base, reply })
}

#[derive(Handler)]
struct Args(Base);

impl RequestHandler for Args {
    async fn get(&mut self) -> Result {
        let arguments = self.request().arguments();
        let latin1 = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect::<String>();
        let arguments: Map<String, Value> = arguments
            .names()
            .map(|name| (name, arguments.get_all(name).map(latin1).collect()))
            .map(|(name, values)| (name.to_owned(), values))
            .collect();
        let reply = json!({
            "a": self.get_argument_opt("a")?,
            "a_raw": self.get_argument_opt(Argument::new("a").strip(false))?,
            "a_all": self.get_arguments("a")?,
            "a_query": self.get_query_arguments("a")?,
            "a_body": self.get_body_arguments("a")?,
            "arguments": arguments,
        });
        self.write(reply);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }

    async fn put(&mut self) -> Result {
        self.get().await
    }

    async fn patch(&mut self) -> Result {
        self.get().await
    }

    async fn delete(&mut self) -> Result {
        self.get().await
    }
}

#[derive(Handler)]
struct Need(Base);

impl RequestHandler for Need {
    async fn get(&mut self) -> Result {
        self.set_header("Content-Type", "text/plain; charset=utf-8");
        self.write(self.get_argument("x")?);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }
}

#[derive(Handler)]
struct Path(Base);

impl RequestHandler for Path {
    async fn get(&mut self) -> Result {
        self.write(json!({"args": self.path_args()}));
        Ok(())
    }
}

#[derive(Handler)]
struct Kw(Base);

impl RequestHandler for Kw {
    async fn get(&mut self) -> Result {
        let kwargs: BTreeMap<&str, Option<&str>> = self.path_kwargs().collect();
        self.write(json!({"kwargs": kwargs}));
        Ok(())
    }
}

#[derive(Handler)]
struct Echo(Base);

impl RequestHandler for Echo {
    async fn get(&mut self) -> Result {
        let request = self.request();
        let content_type = request.headers().get("Content-Type");
        let reply = json!({
            "method": request.method().as_str(),
            "uri": request.uri(),
            "path": request.path(),
            "query": request.query(),
            "version": request.version(),
            "host": request.host(),
            "protocol": request.protocol().to_string(),
            "remote_ip": request.remote_ip(),
            "body_len": request.body().len(),
            "body_sha1": sha1_hex(request.body()),
            "ctype": content_type.map(|value| latin1(value.as_bytes())),
        });
        self.write(reply);
        Ok(())
    }

    async fn head(&mut self) -> Result {
        self.get().await
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }

    async fn put(&mut self) -> Result {
        self.get().await
    }

    async fn patch(&mut self) -> Result {
        self.get().await
    }

    async fn delete(&mut self) -> Result {
        self.get().await
    }

    async fn options(&mut self) -> Result {
        self.get().await
    }
}

#[derive(Handler)]
struct Hdr(Base);

impl RequestHandler for Hdr {
    async fn get(&mut self) -> Result {
        let name = self.get_argument_or(Argument::query("name"), "X-Test")?;
        let lines = self.request().headers().get_all(name).iter();
        let values: Vec<String> = lines.map(|value| latin1(value.as_bytes())).collect();
        let joined = (!values.is_empty()).then(|| values.join(","));
        self.write(json!({"values": values, "joined": joined}));
        Ok(())
    }
}

#[derive(Handler)]
struct Upload(Base);

impl RequestHandler for Upload {
    async fn post(&mut self) -> Result {
        let request = self.request();
        let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for (field, file) in request.files().iter() {
            files.entry(field).or_default().push(describe(file));
        }
        let mut args = BTreeMap::new();
        for name in request.body_arguments().names() {
            args.insert(name, self.get_body_arguments(name)?);
        }
        self.write(json!({"args": args, "files": files}));
        Ok(())
    }
}

fn describe(file: &HttpFile) -> Value {
    json!({
        "filename": file.filename(),
        "ctype": file.content_type(),
        "len": file.body().len(),
        "sha1": sha1_hex(file.body()),
    })
}

#[derive(Handler)]
struct StreamBody {
    base: Base,
    bytes: usize,
    hash: Sha1,
}

impl StreamBody {
    fn new(base: Base) -> StreamBody {
        StreamBody {
            base,
            bytes: 0,
            hash: Sha1::new(),
        }
    }
}

impl RequestHandler for StreamBody {
    const STREAM_REQUEST_BODY: bool = true;

    async fn data_received(&mut self, chunk: Bytes) -> Result {
        self.bytes += chunk.len();
        self.hash.update(&chunk);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let sha1 = hex(&self.hash.clone().finalize());
        self.write(json!({"bytes": self.bytes, "sha1": sha1}));
        Ok(())
    }

    async fn put(&mut self) -> Result {
        self.post().await
    }
}

#[derive(Handler)]
struct FullUrl(Base);

impl RequestHandler for FullUrl {
    async fn get(&mut self) -> Result {
        self.write(self.request().full_url());
        Ok(())
    }
}

#[derive(Handler)]
struct Host {
    base: Base,
    reply: &'static str,
}

impl RequestHandler for Host {
    async fn get(&mut self) -> Result {
        self.write(self.reply);
        Ok(())
    }
}

/// Bytes as Python's text of a header: one character each.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn sha1_hex(bytes: &[u8]) -> String {
    hex(&Sha1::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
