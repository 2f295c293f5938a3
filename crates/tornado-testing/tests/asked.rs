//! Asking whether a line would be logged does not lose any.

use tornado_core::log::enable_pretty_logging;
use tornado_testing::ExpectLog;
use tracing::{Level, enabled};

#[test]
fn a_line_behind_a_question_is_seen() {
    // What is printed and what is watched differ.
    assert!(enable_pretty_logging("debug"));
    let _expected = ExpectLog::new("shop", "the line behind it");
    // As database drivers ask before they assemble a line.
    assert!(enabled!(target: "database", Level::DEBUG));
    tracing::warn!(target: "shop", "the line behind it");
}
