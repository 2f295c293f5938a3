//! The applications of `tornado/test/gen_test.py`.

mod web;

use crate::app::Apps;

pub(crate) const APPS: &[Apps] = &[web::APPS];
