//! The applications of `tornado/test/wsgi_test.py`.

use crate::app::Apps;

pub(crate) const APPS: &[Apps] = &[];
