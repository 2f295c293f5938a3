//! Static files, from the folder in `$DIFF_STATIC`.

use std::path::Path;

use tornado_web::prelude::*;
use tornado_web::{Rule, StaticFileHandler};

pub(crate) fn routes(folder: &Path) -> Vec<Rule> {
    let (plain, with_default) = (folder.to_owned(), folder.to_owned());
    vec![
        url("/static/(.*)", move |base| {
            StaticFileHandler::new(base, &plain)
        }),
        url("/files/(.*)", move |base| {
            StaticFileHandler::new(base, &with_default).default_filename("index.html")
        }),
    ]
}
