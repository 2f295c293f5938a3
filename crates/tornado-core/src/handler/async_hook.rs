//! `AsyncHook`: the future of a hook that is written as `async fn`.

use std::future::Future;

/// What a hook returns that is written as `async fn`: a future of a `T`.
///
/// There is nothing to implement; every such future is one. It has a name so
/// that the compiler can say what to write.
#[diagnostic::on_unimplemented(
    message = "this hook is no `async fn` that returns `{T}`",
    label = "write `async fn`, and what it returns as the trait does",
    note = "a hook whose `Result` has nothing in it ends with `Ok(())`"
)]
pub trait AsyncHook<T>: Future<Output = T> {}

#[diagnostic::do_not_recommend]
impl<T, F: Future<Output = T>> AsyncHook<T> for F {}
