//! The applications of `tornado/test/routing_test.py`.

use crate::app::Apps;

pub(crate) const APPS: &[Apps] = &[];
