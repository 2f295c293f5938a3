//! `WSGISafeWebTest`, `NonWSGIWebTests`: a bit of everything.

use encoding_rs::Encoding;
use serde_json::{Value, json};
use tornado_web::prelude::*;
use tornado_web::template::DictLoader;
use tornado_web::{IntoHeaderName as _, IntoHeaderValue as _, RedirectHandler};

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("WSGISafeWebTest", wsgi_safe_web_test),
    ("NonWSGIWebTests", non_wsgi_web_tests),
];

fn wsgi_safe_web_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/typecheck/(.*)", TypeCheckHandler).name("typecheck"),
        url("/decode_arg/(.*)", DecodeArgHandler).name("decode_arg"),
        url("/decode_arg_kw/(?P<arg>.*)", DecodeArgHandler),
        url("/linkify", LinkifyHandler),
        url("/uimodule_resources", UiModuleResourceHandler),
        url("/optional_path/(.+)?", OptionalPathHandler),
        url("/multi_header", MultiHeaderHandler),
        url("/redirect", RedirectingHandler),
        url("/web_redirect_permanent", |base| {
            RedirectHandler::new(base, "/web_redirect_newpath")
        }),
        url("/web_redirect", |base| {
            RedirectHandler::new(base, "/web_redirect_newpath").permanent(false)
        }),
        url("//web_redirect_double_slash", |base| {
            RedirectHandler::new(base, "/web_redirect_newpath")
        }),
        url("/header_injection", HeaderInjectionHandler),
        url("/get_argument", GetArgumentHandler),
        url("/get_arguments", GetArgumentsHandler),
        url("/set_header", SetHeaderHandler),
    ];
    let loader = DictLoader::new([
        ("linkify.html", "{% module linkify(message) %}"),
        ("page.html", PAGE),
        ("entry.html", ENTRY),
    ]);
    let settings = Settings::new()
        .template_loader(loader)
        .autoescape(Some("xhtml_escape"))
        .cookie_secret("WebTest.COOKIE_SECRET");
    Ok(Application::new(handlers, settings)?.into())
}

/// Reads a bit of everything. Python checks that each has the right type; here
/// the compiler has, so this checks only that each can be read.
#[derive(Handler)]
struct TypeCheckHandler(Exchange);

impl TypeCheckHandler {
    fn write_errors(&mut self) -> Result {
        let _path_component: String = self.path_args_as()?;
        self.write(json!({}));
        Ok(())
    }
}

impl RequestHandler for TypeCheckHandler {
    async fn prepare(&mut self) -> Result {
        let _status: u16 = self.get_status();
        let _argument: String = self.get_argument("foo")?;
        let names: Vec<&str> = self
            .request()
            .cookies()
            .iter()
            .map(|(name, _)| name)
            .collect();
        if names != ["asdf"] {
            return Err(Error::msg(format!(
                "unexpected values for cookie keys: {names:?}"
            )));
        }
        let _signed_cookie: Vec<u8> = self.get_signed_cookie("asdf")?.expect("the test sends it");
        let _cookie: String = self.get_cookie("asdf").expect("the test sends it");
        let _xsrf_token: String = self.xsrf_token().await?;
        let _xsrf_form_html: String = self.xsrf_form_html().await?;
        let _url: String = self.reverse_url("typecheck", ["foo"])?;
        Ok(())
    }

    async fn get(&mut self) -> Result {
        self.write_errors()
    }

    async fn post(&mut self) -> Result {
        self.write_errors()
    }
}

/// Arguments in the encoding that one of them names. Without a name they stay
/// bytes, carried in text as Latin-1.
#[derive(Handler)]
struct DecodeArgHandler(Exchange);

impl DecodeArgHandler {
    /// The value of the argument `encoding`, which must not go through
    /// `get_argument`: that would decode it.
    fn encoding(exchange: &Exchange) -> Option<&'static Encoding> {
        let label = exchange
            .request()
            .query_arguments()
            .get_all("encoding")
            .next()?;
        Encoding::for_label(label)
    }

    fn describe(&self, text: &str) -> Value {
        match Self::encoding(self.exchange()) {
            Some(_) => json!(["unicode", text]),
            None => {
                let hex: String = text
                    .chars()
                    .map(|c| format!("{:02x}", u32::from(c)))
                    .collect();
                json!(["bytes", hex])
            }
        }
    }
}

impl RequestHandler for DecodeArgHandler {
    fn decode_argument(exchange: &Exchange, value: &[u8], _name: Option<&str>) -> Result<String> {
        Ok(match Self::encoding(exchange) {
            Some(encoding) => encoding.decode_without_bom_handling(value).0.into_owned(),
            None => value.iter().copied().map(char::from).collect(),
        })
    }

    async fn get(&mut self) -> Result {
        let arg: String = self.path_args_as()?;
        let query = self.get_argument("foo")?;
        self.write(json!({"path": self.describe(&arg), "query": self.describe(&query)}));
        Ok(())
    }
}

/// `page.html` of the test.
const PAGE: &str = r#"<html><head></head><body>
{% for e in entries %}
{% module Template("entry.html", entry=e) %}
{% end %}
</body></html>"#;

/// `entry.html` of the test.
const ENTRY: &str = r#"{{ set_resources(embedded_css=".entry { margin-bottom: 1em; }",
                 embedded_javascript="js_embed()",
                 css_files=["/base.css", "/foo.css"],
                 javascript_files="/common.js",
                 html_head="<meta>",
                 html_body='<script src="/analytics.js"/>') }}
<div class="entry">...</div>"#;

#[derive(Handler)]
struct LinkifyHandler(Exchange);

impl RequestHandler for LinkifyHandler {
    async fn get(&mut self) -> Result {
        let context = context! { message = "http://example.com" };
        self.render("linkify.html", context).await
    }
}

#[derive(Handler)]
struct UiModuleResourceHandler(Exchange);

impl RequestHandler for UiModuleResourceHandler {
    async fn get(&mut self) -> Result {
        self.render("page.html", context! { entries = [1, 2] })
            .await
    }
}

#[derive(Handler)]
struct OptionalPathHandler(Exchange);

impl RequestHandler for OptionalPathHandler {
    async fn get(&mut self) -> Result {
        let path: Option<String> = self.path_args_as()?;
        self.write(json!({"path": path}));
        Ok(())
    }
}

#[derive(Handler)]
struct MultiHeaderHandler(Exchange);

impl RequestHandler for MultiHeaderHandler {
    async fn get(&mut self) -> Result {
        self.set_header("x-overwrite", "1");
        self.set_header("X-Overwrite", 2);
        self.add_header("x-multi", 3);
        self.add_header("X-Multi", "4");
        Ok(())
    }
}

#[derive(Handler)]
struct RedirectingHandler(Exchange);

impl RequestHandler for RedirectingHandler {
    async fn get(&mut self) -> Result {
        if let Some(permanent) = self.get_argument_as::<Option<u8>>("permanent")? {
            if permanent == 0 {
                self.redirect("/");
            } else {
                self.redirect_permanent("/");
            }
        } else if let Some(status) = self.get_argument_as("status")? {
            self.redirect_with_status("/", status);
        } else {
            return Err(Error::msg("didn't get permanent or status arguments"));
        }
        Ok(())
    }
}

/// A value with a line break is refused.
#[derive(Handler)]
struct HeaderInjectionHandler(Exchange);

impl RequestHandler for HeaderInjectionHandler {
    async fn get(&mut self) -> Result {
        expect_unsafe("foo\r\nX-Bar: baz")?;
        self.write("ok");
        self.finish();
        Ok(())
    }
}

/// So is any control character except the tab.
#[derive(Handler)]
struct SetHeaderHandler(Exchange);

impl RequestHandler for SetHeaderHandler {
    async fn get(&mut self) -> Result {
        for char in ('\0'..' ').chain(['\x7f']).filter(|char| *char != '\t') {
            expect_unsafe(&format!("foo{char}bar"))?;
        }
        self.set_header("X-Foo", "");
        self.write("ok");
        self.finish();
        Ok(())
    }
}

/// A value that `set_header` refuses. It raises when the method returns, so the
/// result is checked before that.
fn expect_unsafe(value: &str) -> Result {
    "X-Foo".into_header_name()?;
    match value.into_header_value() {
        Ok(_) => Err(Error::msg("Didn't get expected exception")),
        Err(error) if error.to_string().contains("Unsafe header value") => Ok(()),
        Err(error) => Err(error),
    }
}

#[derive(Handler)]
struct GetArgumentHandler(Exchange);

impl RequestHandler for GetArgumentHandler {
    async fn prepare(&mut self) -> Result {
        let value = match self.get_argument_opt("source")?.as_deref() {
            Some("query") => self.get_argument_or(Argument::query("foo"), "default")?,
            Some("body") => self.get_argument_or(Argument::body("foo"), "default")?,
            _ => self.get_argument_or("foo", "default")?,
        };
        self.write(value);
        self.finish();
        Ok(())
    }
}

#[derive(Handler)]
struct GetArgumentsHandler(Exchange);

impl RequestHandler for GetArgumentsHandler {
    async fn prepare(&mut self) -> Result {
        self.write(json!({
            "default": self.get_arguments("foo")?,
            "query": self.get_query_arguments("foo")?,
            "body": self.get_body_arguments("foo")?,
        }));
        self.finish();
        Ok(())
    }
}

fn non_wsgi_web_tests(_: &Spec) -> AppResult {
    Ok(Application::new([url("/empty_flush", EmptyFlushHandler)], Settings::new())?.into())
}

/// A flush without output is harmless, both the first and any later one.
#[derive(Handler)]
struct EmptyFlushHandler(Exchange);

impl RequestHandler for EmptyFlushHandler {
    async fn get(&mut self) -> Result {
        self.flush().await?;
        self.flush().await?;
        self.write("o");
        self.flush().await?;
        self.flush().await?;
        self.write("k");
        self.finish();
        Ok(())
    }
}
