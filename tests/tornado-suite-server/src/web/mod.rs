//! The applications of `tornado/test/web_test.py`.

mod cookies;

use crate::app::Apps;

pub(crate) const APPS: &[Apps] = &[cookies::APPS];
