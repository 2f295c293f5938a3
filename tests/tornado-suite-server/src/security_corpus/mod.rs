//! The applications of `tornado/test/security_corpus_test.py`.

mod corpus;

use crate::app::Apps;

pub(crate) const APPS: &[Apps] = &[corpus::APPS];
