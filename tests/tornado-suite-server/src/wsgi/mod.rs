//! The applications of `tornado/test/wsgi_test.py`.

mod container;

use crate::app::Apps;

pub(crate) const APPS: &[Apps] = &[container::APPS];
