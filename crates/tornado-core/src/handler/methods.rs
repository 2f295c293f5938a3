//! `MethodSet`: which HTTP methods a handler type answers.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{HeaderValue, Method};

use crate::{HttpError, RequestHandler, Result};

/// The future of a method that no class has written: a 405.
///
/// Its size is zero, while that of every `async fn(&mut self)` is not, since it
/// holds `self`. A default hook returns its base's future unchanged, so the
/// size of the future that a handler's method returns shows whether any class
/// in the chain has written it. That costs nothing at run time and calls
/// nothing.
#[derive(Debug)]
pub(crate) struct Unimplemented;

impl Future for Unimplemented {
    type Output = Result;

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Result> {
        Poll::Ready(Err(HttpError::new(405).into()))
    }
}

/// Which methods a handler type supports (may be requested) and implements (has
/// written).
#[derive(Clone, Copy, Debug)]
pub(crate) struct MethodSet {
    supported: u8,
    implemented: u8,
    /// The names in `SUPPORTED_METHODS` beyond the seven.
    names: &'static [&'static str],
}

/// What to do with a request that has a given method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MethodChoice {
    /// 405 before anything else runs.
    Unsupported,
    /// 405 after `prepare`, at the point where Python would look up the method.
    Unimplemented,
    /// Call the method.
    Call,
    /// `HEAD`, answered by `get`.
    CallGet,
    /// A name beyond the seven.
    CallCustom,
}

const SEVEN: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::DELETE,
    Method::PATCH,
    Method::PUT,
    Method::OPTIONS,
];
const GET: u8 = 1;
const HEAD: u8 = 2;

impl MethodSet {
    pub(crate) fn of<H: RequestHandler>() -> MethodSet {
        fn written<'a, H: 'a, F: Future>(_: fn(&'a mut H) -> F) -> bool {
            size_of::<F>() != size_of::<Unimplemented>()
        }
        let written = [
            written(H::get),
            written(H::head),
            written(H::post),
            written(H::delete),
            written(H::patch),
            written(H::put),
            written(H::options),
        ];
        let mut set = MethodSet {
            supported: 0,
            implemented: 0,
            names: H::SUPPORTED_METHODS,
        };
        for (bit, (method, written)) in SEVEN.iter().zip(written).enumerate() {
            set.supported |= u8::from(H::SUPPORTED_METHODS.contains(&method.as_str())) << bit;
            set.implemented |= u8::from(written) << bit;
        }
        set
    }

    /// Whether no class in the chain has written a method.
    pub(crate) fn is_empty(&self) -> bool {
        let is_own = |name: &&str| !SEVEN.iter().any(|method| method.as_str() == *name);
        self.implemented == 0 && !self.names.iter().any(is_own)
    }

    pub(crate) fn choice(&self, method: &Method, head_from_get: bool) -> MethodChoice {
        match SEVEN.iter().position(|m| m == method) {
            Some(bit) if self.supported & (1 << bit) == 0 => MethodChoice::Unsupported,
            Some(bit) if self.implemented & (1 << bit) != 0 => MethodChoice::Call,
            Some(_) if method == Method::HEAD && head_from_get && self.implemented & GET != 0 => {
                MethodChoice::CallGet
            }
            Some(_) => MethodChoice::Unimplemented,
            None if self.names.contains(&method.as_str()) => MethodChoice::CallCustom,
            None => MethodChoice::Unsupported,
        }
    }

    /// The value of the `Allow` header of a 405 (RFC 9110, 15.5.6).
    pub(crate) fn allow(&self, head_from_get: bool) -> HeaderValue {
        let mut implemented = self.implemented;
        if head_from_get && implemented & GET != 0 {
            implemented |= HEAD;
        }
        let seven = SEVEN.iter().enumerate();
        let mut names: Vec<&str> = seven
            .filter(|(bit, _)| self.supported & implemented & (1 << bit) != 0)
            .map(|(_, method)| method.as_str())
            .collect();
        names.extend(
            self.names
                .iter()
                .filter(|name| SEVEN.iter().all(|m| m.as_str() != **name)),
        );
        HeaderValue::try_from(names.join(", ")).unwrap_or(HeaderValue::from_static(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Exchange, Handler};

    #[derive(Handler)]
    #[handler(crate = crate)]
    struct Base(Exchange);
    impl RequestHandler for Base {
        async fn get(&mut self) -> Result {
            Ok(())
        }
    }

    #[derive(Handler)]
    #[handler(crate = crate)]
    struct Middle(Base);
    impl RequestHandler for Middle {}

    #[derive(Handler)]
    #[handler(crate = crate)]
    struct Top(Middle);
    impl RequestHandler for Top {
        const SUPPORTED_METHODS: &'static [&'static str] = &["GET", "HEAD", "POST", "PURGE"];
        async fn post(&mut self) -> Result {
            Ok(())
        }
    }

    #[test]
    fn what_a_chain_has_written_is_known_from_its_types() {
        let set = MethodSet::of::<Top>();
        assert_eq!(set.choice(&Method::GET, true), MethodChoice::Call);
        assert_eq!(set.choice(&Method::POST, true), MethodChoice::Call);
        assert_eq!(set.choice(&Method::HEAD, true), MethodChoice::CallGet);
        assert_eq!(
            set.choice(&Method::HEAD, false),
            MethodChoice::Unimplemented
        );
        assert_eq!(set.choice(&Method::PUT, true), MethodChoice::Unsupported);
        assert_eq!(
            set.choice(&Method::from_bytes(b"PURGE").unwrap(), true),
            MethodChoice::CallCustom
        );
        assert_eq!(
            set.choice(&Method::from_bytes(b"BREW").unwrap(), true),
            MethodChoice::Unsupported
        );
        assert_eq!(set.allow(true), "GET, HEAD, POST, PURGE");
        assert_eq!(MethodSet::of::<Middle>().allow(false), "GET");
        assert_eq!(MethodSet::of::<Exchange>().allow(true), "");
    }
}
