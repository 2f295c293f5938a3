//! Templates in a handler: `render`, the names in a page, UI modules and UI
//! methods.

mod check;
mod csp_nonce;
mod engine;
mod error;
mod loaders;
mod locale;
mod methods;
#[cfg(feature = "minijinja")]
mod minijinja;
mod modules;
mod names;
mod page;
mod request;
mod resources;
mod service;
mod settings;
mod settings_object;
mod ui;

pub use methods::{UiMethod, UiMethods};
pub use modules::{UiModule, UiModules};
pub use service::Render;
pub use ui::Ui;

pub(crate) use loaders::create_template_loader;
pub(crate) use resources::{
    render_embed_css, render_embed_js, render_linked_css, render_linked_js,
};
