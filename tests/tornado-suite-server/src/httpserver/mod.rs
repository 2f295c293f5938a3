//! The applications of `tornado/test/httpserver_test.py`.

mod arguments;
mod body_limits;
mod connection;
mod gzip;
mod handlers;
mod keep_alive;
mod limits;
mod output;
mod tls;
mod x_headers;

use crate::app::Apps;

pub(crate) const APPS: &[Apps] = &[
    tls::APPS,
    connection::APPS,
    arguments::APPS,
    x_headers::APPS,
    keep_alive::APPS,
    gzip::APPS,
    body_limits::APPS,
    output::APPS,
    limits::APPS,
];
