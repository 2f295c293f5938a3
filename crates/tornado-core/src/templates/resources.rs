//! Scripts and styles of UI modules, and where they stand in the page.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::panic::Location;

use tornado_escape::xhtml_escape;

use super::csp_nonce;
use super::modules::{Active, Resources};
use crate::service::{Context as _, ask};
use crate::{Error, Exchange, RequestHandler, Result};

/// Puts what the modules of the page want into it.
pub(super) fn insert<H: RequestHandler>(
    handler: &H,
    mut page: String,
    called_at: &'static Location<'static>,
) -> Result<String> {
    let exchange = handler.exchange();
    let Some(Active(active)) = exchange.slot() else {
        return Ok(page);
    };
    let modules: Vec<(&str, Resources)> = active
        .iter()
        .map(|(name, module)| (&**name, module.resources()))
        .collect();
    let class = exchange.outer_class::<H>();
    let texts = |text: fn(&Resources) -> &Option<String>| -> Vec<String> {
        modules
            .iter()
            .filter_map(|(_, of)| text(of).clone())
            .collect()
    };
    let files = |files: fn(&Resources) -> &Vec<String>| -> Vec<String> {
        modules
            .iter()
            .flat_map(|(_, of)| files(of).clone())
            .collect()
    };
    // Who wants something there, for the error of a page that has no such place.
    let wanted = |page: &str, place: Place, by: &dyn Fn(&Resources) -> bool| {
        place.find(page).ok_or_else(|| {
            let modules: Vec<&str> = modules
                .iter()
                .filter(|(_, of)| by(of))
                .map(|(name, _)| *name)
                .collect();
            let error = Error::msg(format!(
                "the page has no {}, before which the resources of the UI module {} go",
                place.tag(),
                modules.join(", ")
            ));
            error.at(called_at)
        })
    };

    let scripts = files(|of| &of.javascript_files);
    if !scripts.is_empty() {
        let at = wanted(&page, Place::LastBody, &|of| {
            !of.javascript_files.is_empty()
        })?;
        let html = ask("render_linked_js", || match class {
            None => H::render_linked_js(exchange, &scripts),
            Some(class) => class.render_linked_js(exchange, &scripts),
        })?;
        insert_line(&mut page, at, &html);
    }
    let scripts = texts(|of| &of.embedded_javascript);
    if !scripts.is_empty() {
        let at = wanted(&page, Place::LastBody, &|of| {
            of.embedded_javascript.is_some()
        })?;
        let html = ask("render_embed_js", || match class {
            None => H::render_embed_js(exchange, &scripts),
            Some(class) => class.render_embed_js(exchange, &scripts),
        })?;
        insert_line(&mut page, at, &html);
    }
    let styles = files(|of| &of.css_files);
    if !styles.is_empty() {
        let at = wanted(&page, Place::Head, &|of| !of.css_files.is_empty())?;
        let html = ask("render_linked_css", || match class {
            None => H::render_linked_css(exchange, &styles),
            Some(class) => class.render_linked_css(exchange, &styles),
        })?;
        insert_line(&mut page, at, &html);
    }
    let styles = texts(|of| &of.embedded_css);
    if !styles.is_empty() {
        let at = wanted(&page, Place::Head, &|of| of.embedded_css.is_some())?;
        let html = ask("render_embed_css", || match class {
            None => H::render_embed_css(exchange, &styles),
            Some(class) => class.render_embed_css(exchange, &styles),
        })?;
        insert_line(&mut page, at, &html);
    }
    let heads = texts(|of| &of.html_head);
    if !heads.is_empty() {
        let at = wanted(&page, Place::Head, &|of| of.html_head.is_some())?;
        insert_line(&mut page, at, &heads.concat());
    }
    let bodies = texts(|of| &of.html_body);
    if !bodies.is_empty() {
        // Tornado takes the first one here.
        let at = wanted(&page, Place::FirstBody, &|of| of.html_body.is_some())?;
        insert_line(&mut page, at, &bodies.concat());
    }
    Ok(page)
}

#[derive(Clone, Copy)]
enum Place {
    Head,
    FirstBody,
    LastBody,
}

impl Place {
    fn tag(self) -> &'static str {
        match self {
            Place::Head => "</head>",
            Place::FirstBody | Place::LastBody => "</body>",
        }
    }

    fn find(self, page: &str) -> Option<usize> {
        match self {
            Place::Head | Place::FirstBody => page.find(self.tag()),
            Place::LastBody => page.rfind(self.tag()),
        }
    }
}

fn insert_line(page: &mut String, at: usize, html: &str) {
    page.insert_str(at, &format!("{html}\n"));
}

/// The default of the hook `render_linked_js`.
pub(crate) fn render_linked_js(exchange: &Exchange, files: &[String]) -> Result<String> {
    let nonce = nonce(exchange);
    let mut html = String::new();
    for url in urls(exchange, files)? {
        let url = xhtml_escape(&url);
        let _ = write!(
            html,
            "<script src=\"{url}\" type=\"text/javascript\"{nonce}></script>"
        );
    }
    Ok(html)
}

/// The default of the hook `render_embed_js`.
pub(crate) fn render_embed_js(exchange: &Exchange, scripts: &[String]) -> String {
    let (nonce, scripts) = (nonce(exchange), scripts.join("\n"));
    format!("<script type=\"text/javascript\"{nonce}>\n//<![CDATA[\n{scripts}\n//]]>\n</script>")
}

/// The default of the hook `render_linked_css`.
pub(crate) fn render_linked_css(exchange: &Exchange, files: &[String]) -> Result<String> {
    let nonce = nonce(exchange);
    let mut html = String::new();
    for url in urls(exchange, files)? {
        let url = xhtml_escape(&url);
        let _ = write!(
            html,
            "<link href=\"{url}\" type=\"text/css\" rel=\"stylesheet\"{nonce}/>"
        );
    }
    Ok(html)
}

/// The default of the hook `render_embed_css`.
pub(crate) fn render_embed_css(exchange: &Exchange, styles: &[String]) -> String {
    let (nonce, styles) = (nonce(exchange), styles.join("\n"));
    format!("<style type=\"text/css\"{nonce}>\n{styles}\n</style>")
}

/// The attribute `nonce`, where the request has one.
fn nonce(exchange: &Exchange) -> String {
    csp_nonce::known(exchange).map_or(String::new(), |nonce| format!(" nonce=\"{nonce}\""))
}

/// The URLs of files, each once.
fn urls(exchange: &Exchange, files: &[String]) -> Result<Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut urls = Vec::new();
    for file in files {
        let is_url = ["/", "http:", "https:"]
            .iter()
            .any(|start| file.starts_with(start));
        let url = if is_url {
            file.clone()
        } else {
            exchange.static_url(file)?
        };
        if seen.insert(url.clone()) {
            urls.push(url);
        }
    }
    Ok(urls)
}
