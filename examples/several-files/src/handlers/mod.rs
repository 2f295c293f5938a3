//! The handlers, one module for each part of the site.

pub(crate) mod books;
pub(crate) mod staff;
