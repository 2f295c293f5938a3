//! Tornado's format of log lines, installed by the application, hides nothing.

use tornado_core::log::enable_pretty_logging;
use tornado_testing::{ExpectLog, WatchLogs};

#[test]
#[should_panic(expected = "WARN shop: the second surprise")]
fn the_log_is_watched_all_the_same() {
    assert!(enable_pretty_logging("error"));
    let _watch = WatchLogs::new();
    let expected = ExpectLog::new("shop", "the first surprise");
    tracing::warn!(target: "shop", "the first surprise");
    assert_eq!(expected.matched(), 1);
    tracing::warn!(target: "shop", "the second surprise");
}
