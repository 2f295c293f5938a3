//! The applications of `tornado/test/routing_test.py`.

mod basic;
mod custom;
mod handlers;
mod method;
mod rules;
mod wsgi;

use crate::app::Apps;

pub(crate) const APPS: &[Apps] = &[
    basic::APPS,
    method::APPS,
    custom::APPS,
    rules::APPS,
    wsgi::APPS,
];
