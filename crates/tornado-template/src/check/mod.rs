//! What will not run, before it runs.

mod fragments;
mod names;
mod report;

pub use names::Known;
pub use report::{Finding, Level, assert_templates_run};
