//! Static files: `StaticFileHandler`, its hooks, and the URLs with versions.
//!
//! [`serve_file`] handles a request. It is written once for all handlers and
//! calls the hooks of the outermost one, which a base can't do, so
//! `#[handler(static_files)]` makes it the handler's `get` and `head`.

mod args;
mod blocking;
mod content;
mod content_type;
mod handler;
mod hooks;
mod path;
mod precompressed;
mod range;
mod resolve;
mod send_file;
mod serve;
mod settings;
mod state;
mod version;

pub use args::StaticHandlerArgs;
pub use content::FileContent;
pub use handler::StaticFileHandler;
pub use hooks::{FileVersion, InheritsStaticFiles, StaticFiles};
pub use send_file::SendFile;
pub use serve::serve_file;
pub(crate) use settings::{routes, static_url};
pub use state::StaticFile;
