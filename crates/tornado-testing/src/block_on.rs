//! `block_on`: a test without `#[tokio::test]`.

use std::future::Future;

/// Runs a test on its own runtime, as `#[tokio::test]` does: for examples in
/// documentation, and wherever the attribute can't be used.
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
