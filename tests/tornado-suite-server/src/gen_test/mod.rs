//! The applications of `tornado/test/gen_test.py`.

use crate::app::Apps;

pub(crate) const APPS: &[Apps] = &[];
