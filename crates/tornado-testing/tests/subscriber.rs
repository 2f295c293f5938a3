//! A foreign subscriber makes the log invisible, so it is an error.

#[test]
#[should_panic(expected = "a subscriber of `tracing` is installed already")]
fn a_log_that_can_not_be_watched_is_an_error() {
    tracing_subscriber::fmt().init();
    let _watch = tornado_testing::WatchLogs::new();
}
