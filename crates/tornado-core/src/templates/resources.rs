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
    // In the order of Tornado.
    for kind in [
        Kind::LinkedJs,
        Kind::EmbeddedJs,
        Kind::LinkedCss,
        Kind::EmbeddedCss,
        Kind::Head,
        Kind::Body,
    ] {
        let wanted = |(_, of): &&(_, Resources)| !kind.of(of).is_empty();
        let all: Vec<String> = modules
            .iter()
            .flat_map(|(_, of)| kind.of(of).to_vec())
            .collect();
        if all.is_empty() {
            continue;
        }
        let at = kind.place(&page).ok_or_else(|| {
            let names: Vec<&str> = modules
                .iter()
                .filter(wanted)
                .map(|(name, _)| *name)
                .collect();
            let error = Error::msg(format!(
                "the page has no {}, before which the resources of the UI module {} go",
                kind.tag(),
                names.join(", ")
            ));
            error.at(called_at)
        })?;
        let html = match (kind, class) {
            (Kind::LinkedJs, None) => {
                ask("render_linked_js", || H::render_linked_js(exchange, &all))?
            }
            (Kind::LinkedJs, Some(class)) => ask("render_linked_js", || {
                class.render_linked_js(exchange, &all)
            })?,
            (Kind::EmbeddedJs, None) => {
                ask("render_embed_js", || H::render_embed_js(exchange, &all))?
            }
            (Kind::EmbeddedJs, Some(class)) => {
                ask("render_embed_js", || class.render_embed_js(exchange, &all))?
            }
            (Kind::LinkedCss, None) => {
                ask("render_linked_css", || H::render_linked_css(exchange, &all))?
            }
            (Kind::LinkedCss, Some(class)) => ask("render_linked_css", || {
                class.render_linked_css(exchange, &all)
            })?,
            (Kind::EmbeddedCss, None) => {
                ask("render_embed_css", || H::render_embed_css(exchange, &all))?
            }
            (Kind::EmbeddedCss, Some(class)) => ask("render_embed_css", || {
                class.render_embed_css(exchange, &all)
            })?,
            (Kind::Head | Kind::Body, _) => all.concat(),
        };
        page.insert_str(at, &format!("{html}\n"));
    }
    Ok(page)
}

/// What a module may want in the page.
#[derive(Clone, Copy)]
enum Kind {
    LinkedJs,
    EmbeddedJs,
    LinkedCss,
    EmbeddedCss,
    Head,
    Body,
}

impl Kind {
    fn of(self, resources: &Resources) -> &[String] {
        match self {
            Kind::LinkedJs => &resources.javascript_files,
            Kind::EmbeddedJs => resources.embedded_javascript.as_slice(),
            Kind::LinkedCss => &resources.css_files,
            Kind::EmbeddedCss => resources.embedded_css.as_slice(),
            Kind::Head => resources.html_head.as_slice(),
            Kind::Body => resources.html_body.as_slice(),
        }
    }

    /// The tag before which it goes.
    fn tag(self) -> &'static str {
        match self {
            Kind::LinkedJs | Kind::EmbeddedJs | Kind::Body => "</body>",
            Kind::LinkedCss | Kind::EmbeddedCss | Kind::Head => "</head>",
        }
    }

    fn place(self, page: &str) -> Option<usize> {
        match self {
            Kind::LinkedJs | Kind::EmbeddedJs => page.rfind(self.tag()),
            // Tornado takes the first one for these.
            _ => page.find(self.tag()),
        }
    }
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
