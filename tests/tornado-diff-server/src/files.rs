//! Static files.

use tornado_web::StaticFileHandler;
use tornado_web::{Rule, url};

/// The two routes over the files that `$DIFF_STATIC` names.
pub(crate) fn routes() -> Vec<Rule> {
    let root = std::env::var_os("DIFF_STATIC").unwrap_or_default();
    let again = root.clone();
    vec![
        url("/static/(.*)", move |base| {
            StaticFileHandler::new(base, &root)
        }),
        url("/files/(.*)", move |base| {
            StaticFileHandler::new(base, &again).default_filename("index.html")
        }),
    ]
}
