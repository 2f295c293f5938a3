//! The applications of `tornado/test/security_corpus_test.py`.

use crate::app::Apps;

pub(crate) const APPS: &[Apps] = &[];
