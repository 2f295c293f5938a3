//! The applications of `tornado/test/httpserver_test.py`.

use crate::app::Apps;

pub(crate) const APPS: &[Apps] = &[];
