//! Finding what will not run, before it runs.

mod bound;
mod finding;
mod fragments;
mod names;
mod report;

pub use finding::{Finding, Level};
pub use names::Known;
pub use report::assert_templates_run;
