//! Escaping, templates, reversed URLs, locales.

use serde_json::json;
use tornado_web::Rule;
use tornado_web::escape::{json_encode, linkify, squeeze, url_escape, xhtml_escape};
use tornado_web::prelude::*;
use tornado_web::template::Template;

use crate::base::Base;

pub(crate) fn routes() -> Vec<Rule> {
    vec![
        url("/escape", Escape),
        url("/tmpl", Tmpl),
        url("/reverse", Reverse),
        url("/locale", BrowserLocale),
    ]
}

#[derive(Handler)]
struct Escape(Base);

impl RequestHandler for Escape {
    async fn get(&mut self) -> Result {
        let text = self.get_argument_or(Argument::new("s").strip(false), "")?;
        self.write(json!({
            "xhtml": xhtml_escape(&text),
            "url": url_escape(&text, true),
            "url_noplus": url_escape(&text, false),
            "json": json_encode(&text)?,
            "squeeze": squeeze(&text),
            "linkify": linkify(&text),
        }));
        Ok(())
    }
}

const TEMPLATE: &str = "Hello {{ name }}!\n{% for i in range(3) %}[{{ i }}]{% end %}\
                        {% raw name %} {% if name %}yes{% else %}no{% end %}\n";

#[derive(Handler)]
struct Tmpl(Base);

impl RequestHandler for Tmpl {
    async fn get(&mut self) -> Result {
        let name = self.get_argument_or(Argument::query("name"), "")?;
        let page = Template::new(TEMPLATE)?.generate(context! { name })?;
        self.write(page);
        Ok(())
    }
}

#[derive(Handler)]
struct Reverse(Base);

impl RequestHandler for Reverse {
    async fn get(&mut self) -> Result {
        let name = self.get_argument_or(Argument::query("name"), "x")?;
        self.write(json!({"url": self.reverse_url("kw", &[name])?}));
        Ok(())
    }
}

#[derive(Handler)]
struct BrowserLocale(Base);

impl RequestHandler for BrowserLocale {
    async fn get(&mut self) -> Result {
        let locale = self.get_browser_locale();
        self.write(locale.code());
        Ok(())
    }
}
