//! `block_on`: a test that is no `#[tokio::test]`.

use std::future::Future;

/// Runs a test to its end on a runtime of its own, as `#[tokio::test]` does: for
/// examples in documentation, and where an attribute can't stand.
///
/// ```
/// assert_eq!(tornado_testing::block_on(async { 6 * 7 }), 42);
/// ```
pub fn block_on<F: Future>(test: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the system has what a runtime needs")
        .block_on(test)
}
