//! The applications of `tornado/test/httpserver_test.py`.

mod arguments;
mod body_limits;
mod connection;
mod gzip;
mod handlers;
mod keep_alive;
mod output;

use crate::app::Apps;

pub(crate) const APPS: &[Apps] = &[
    connection::APPS,
    arguments::APPS,
    keep_alive::APPS,
    gzip::APPS,
    body_limits::APPS,
    output::APPS,
];
