//! The routes, and the state of the handlers.

use std::sync::Arc;

use tornado_web::StartError;
use tornado_web::prelude::*;

use crate::Db;
use crate::handlers::{books, staff};

/// The application, with the caller's database and settings.
///
/// # Errors
///
/// When a setting can't be used.
pub fn application(db: Db, settings: Settings) -> Result<Application, StartError> {
    let rules = [
        route::<books::BooksHandler>(r"/").name("books"),
        route::<books::BookHandler>(r"/book/(\d+)").name("book"),
        route::<staff::LoginHandler>(r"/login"),
        route::<staff::AddHandler>(r"/add"),
    ];
    Application::new(rules, settings.login_url("/login").state(Arc::new(db)))
}
