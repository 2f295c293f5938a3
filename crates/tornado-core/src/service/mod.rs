//! The services: the methods that a handler calls, grouped as in Tornado's
//! manual.
//!
//! Each is a trait with provided methods and one blanket implementation, so
//! every handler has them and none overrides them: what can be overridden is a
//! hook of [`RequestHandler`](crate::RequestHandler). Your own mixins are made
//! the same way.

mod argument_default;
mod context;
mod cookies;
mod header;
mod input;
mod late;
mod localization;
mod lookup;
mod output;
mod path;
mod path_de;

pub use argument_default::ArgumentDefault;
pub use context::Context;
pub(crate) use context::missing_setting;
pub use cookies::Cookies;
pub use header::{IntoHeaderName, IntoHeaderValue};
pub use input::Input;
pub(crate) use late::ask;
#[cfg(feature = "templates")]
pub(crate) use late::{get_template_namespace, template_attribute};
pub use localization::Localization;
#[cfg(feature = "forms")]
pub(crate) use lookup::ArgumentFields;
pub(crate) use lookup::last_argument;
pub use output::Output;
pub use path::PathArgs;
