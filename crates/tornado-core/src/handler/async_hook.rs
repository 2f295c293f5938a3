//! `AsyncHook`: the future of a hook written as `async fn`.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

/// The result of a hook written as `async fn`: a future of a `T`.
///
/// You never implement it; every such future has it. It is a trait of its own
/// so that the compiler can say what to write.
#[diagnostic::on_unimplemented(
    message = "this hook has to be an `async fn` that returns `{T}`",
    label = "write `async fn`, and what it returns as the trait does",
    note = "a hook whose `Result` has nothing in it ends with `Ok(())`"
)]
pub trait AsyncHook<T>: Future<Output = T> {}

#[diagnostic::do_not_recommend]
impl<T, F: Future<Output = T>> AsyncHook<T> for F {}

pin_project! {
    /// The future of a hook that the class `H` has left out: that of its base.
    ///
    /// Only this crate can make one. So the type of a hook's future shows
    /// whether the class has written the hook, whatever it contains.
    pub(crate) struct Inherited<H, F> {
        #[pin]
        future: F,
        class: PhantomData<fn() -> H>,
    }
}

impl<H, F> Inherited<H, F> {
    #[inline]
    pub(crate) fn new(future: F) -> Self {
        Inherited {
            future,
            class: PhantomData,
        }
    }
}

impl<H, F: Future> Future for Inherited<H, F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}
