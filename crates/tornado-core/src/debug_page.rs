//! The error page for a developer who views it in a browser.

use tornado_escape::xhtml_escape;

use crate::error::Error;
use crate::exchange::Exchange;

/// Everything known about an error: its causes, the line in the program and in the template, the
/// calls, and the handler. Of the request it shows only method and path, since the rest may be
/// secret.
pub(crate) fn html(exchange: &Exchange, status: u16, reason: &str, error: &Error) -> String {
    let title = format!("{status}: {reason}");
    let request = exchange.request();
    let handler = exchange
        .route()
        .map_or("no route", |route| route.class.name());
    let report = error.report().to_string();
    let [title, method, path, handler, report] = [
        &title,
        request.method().as_str(),
        request.path(),
        handler,
        &report,
    ]
    .map(xhtml_escape);
    let hint = if error.has_calls() {
        ""
    } else {
        "<p>With <code>RUST_BACKTRACE=1</code> the calls that led there are here, too.</p>\n"
    };
    format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>{title}</title></head><body>\n\
         <h1>{title}</h1>\n<p><code>{method} {path}</code>, <code>{handler}</code></p>\n\
         <pre>{report}</pre>\n{hint}\
         <p>The setting <code>debug</code> is on, so this is here and not only in the log.</p>\n\
         </body></html>\n"
    )
}
