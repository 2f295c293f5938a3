//! `IncomingBody`: the body of a request as it arrives.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, HeaderMap, HeaderName};
use http_body::Body as _;
use tokio::time::Instant;

use super::budget::{Full, Share};
use super::inflate::Inflate;
use crate::body::BoxError;
use crate::{Body, HttpError, Settings};

/// Reads a body within its limits, whole or in pieces.
pub(crate) struct IncomingBody {
    /// Locked only to be `Sync`: it is always reached through `&mut`.
    body: Mutex<Body>,
    max_size: usize,
    timeout: Option<Duration>,
    /// How long the next few bytes may take; `None` if only the total counts.
    pace: Option<Duration>,
    /// How long they have been awaited, and how many have arrived.
    waited: Duration,
    paced: usize,
    /// Set when reading begins.
    deadline: Option<Instant>,
    chunk_size: usize,
    received: usize,
    inflate: Option<Inflate>,
    inflated: usize,
    max_ratio: usize,
    /// What has been read but not handed out.
    rest: Bytes,
    ended: bool,
}

/// How many bytes the time between pieces is for. If it were for any number, an
/// occasional byte would do.
const PACE: usize = 1024;

/// The size up to which a body may inflate, whatever its compressed size.
const FREE: usize = 1 << 20;

/// Why a body is not available.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// It is larger than this many bytes.
    TooLarge(usize),
    /// It inflates to more than this many times its size.
    Bomb(usize),
    /// All bodies together are too large.
    Full,
    /// It has not arrived in time.
    Timeout,
    /// The client has left, or is not speaking HTTP.
    Broken(BoxError),
    /// It is not gzip, although its headers say so.
    Inflate(String),
}

impl ReadError {
    /// The response to a client that could do better.
    pub(crate) fn into_http(self) -> HttpError {
        match self {
            ReadError::TooLarge(limit) => HttpError::new(413).with_log_message(format!(
                "Content-Length too long: the limit is {limit} bytes"
            )),
            ReadError::Bomb(ratio) => HttpError::new(413).with_log_message(format!(
                "the body inflates to more than {ratio} times its size, see max_decompress_ratio"
            )),
            ReadError::Full => HttpError::new(503)
                .with_log_message("the bodies of all requests hold too much, see max_bodies_size"),
            ReadError::Timeout => HttpError::new(408),
            ReadError::Broken(error) => HttpError::new(400).with_source(error),
            ReadError::Inflate(why) => HttpError::new(400).with_log_message(why),
        }
    }
}

impl IncomingBody {
    /// The body that follows these headers. If it must be inflated, the header
    /// that says so is renamed.
    pub(crate) fn new(body: Body, headers: &mut HeaderMap, settings: &Settings) -> IncomingBody {
        let mut inflate = None;
        if settings.get_decompress_request()
            && let Some(encoding) = headers.get(CONTENT_ENCODING)
            && encoding.as_bytes().eq_ignore_ascii_case(b"gzip")
        {
            let consumed = HeaderName::from_static("x-consumed-content-encoding");
            headers.append(consumed, encoding.clone());
            headers.remove(CONTENT_ENCODING);
            inflate = Some(Inflate::default());
        }
        IncomingBody {
            ended: body.is_end_stream(),
            body: Mutex::new(body),
            max_size: settings.get_max_body_size(),
            timeout: settings.get_body_timeout(),
            pace: Some(settings.get_body_idle_timeout()),
            waited: Duration::ZERO,
            paced: 0,
            deadline: None,
            chunk_size: settings.get_chunk_size(),
            received: 0,
            inflate,
            inflated: 0,
            max_ratio: settings.get_max_decompress_ratio(),
            rest: Bytes::new(),
        }
    }

    pub(crate) fn set_max_size(&mut self, bytes: usize) {
        self.max_size = bytes;
    }

    pub(crate) fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
        // A caller that sets a time limit for this body knows what to expect.
        self.pace = None;
    }

    /// Whether everything has been read.
    pub(crate) fn is_ended(&self) -> bool {
        // Nothing follows the last member of gzip.
        self.ended && self.rest.is_empty()
    }

    /// The whole body. Its memory is taken from `share`, unless the body is so
    /// small that it arrived at once.
    pub(crate) async fn whole(mut self, share: &mut Share) -> Result<Bytes, ReadError> {
        let Some(first) = self.frame().await? else {
            return Ok(Bytes::new());
        };
        let Some(second) = self.frame().await? else {
            // Small bodies are one frame, which is kept as it came.
            return Ok(first);
        };
        let mut grow = |by: &Bytes| share.grow(by.len()).map_err(|Full| ReadError::Full);
        grow(&first)?;
        grow(&second)?;
        let mut whole = BytesMut::with_capacity((first.len() + second.len()) * 2);
        whole.extend_from_slice(&first);
        whole.extend_from_slice(&second);
        while let Some(next) = self.frame().await? {
            grow(&next)?;
            whole.extend_from_slice(&next);
        }
        Ok(whole.freeze())
    }

    /// The next piece, of up to `chunk_size` bytes; `None` at the end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, ReadError> {
        if self.rest.is_empty() {
            match self.frame().await? {
                Some(frame) => self.rest = frame,
                None => return Ok(None),
            }
        }
        let chunked = self.inflate.is_none() && self.exact_size().is_none();
        if self.rest.len() < self.chunk_size && !self.ended && chunked {
            self.join_small().await?;
        }
        let length = self.rest.len().min(self.chunk_size);
        Ok(Some(self.rest.split_to(length)))
    }

    /// Joins the small chunks of a chunked body that have already arrived:
    /// their boundaries mean nothing, and each piece costs a call.
    async fn join_small(&mut self) -> Result<(), ReadError> {
        let mut joined: Option<BytesMut> = None;
        while let Some(frame) = self.frame_that_is_here().await? {
            let joined = joined.get_or_insert_with(|| {
                let mut bytes = BytesMut::with_capacity(self.chunk_size.min(8192));
                bytes.extend_from_slice(&self.rest);
                bytes
            });
            joined.extend_from_slice(&frame);
            if joined.len() >= self.chunk_size {
                break;
            }
        }
        if let Some(joined) = joined {
            self.rest = joined.freeze();
        }
        Ok(())
    }

    /// The next frame, if it is available without waiting for the network. The
    /// connection runs in the task that asks, so it gets one turn to hand the
    /// frame over.
    async fn frame_that_is_here(&mut self) -> Result<Option<Bytes>, ReadError> {
        let mut waited = false;
        let polled = poll_fn(|cx| match self.poll_frame(cx) {
            Poll::Pending if !waited => {
                waited = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            polled => Poll::Ready(polled),
        })
        .await;
        match polled {
            Poll::Ready(frame) => self.count(frame),
            Poll::Pending => Ok(None),
        }
    }

    /// The next bytes; `None` at the end.
    async fn frame(&mut self) -> Result<Option<Bytes>, ReadError> {
        if self.inflate.is_none() {
            return self.raw_frame().await;
        }
        loop {
            if let Some(output) = self.inflate_next()? {
                return Ok(Some(output));
            }
            let input = self.raw_frame().await?;
            let Some(inflate) = &mut self.inflate else {
                return Ok(input);
            };
            match input {
                Some(input) => inflate.feed(input),
                None => {
                    inflate.end().map_err(ReadError::Inflate)?;
                    return Ok(None);
                }
            }
        }
    }

    /// The next inflated piece of what has arrived.
    fn inflate_next(&mut self) -> Result<Option<Bytes>, ReadError> {
        let Some(inflate) = &mut self.inflate else {
            return Ok(None);
        };
        let output = inflate.next(self.chunk_size).map_err(ReadError::Inflate)?;
        self.inflated += output.as_ref().map_or(0, Bytes::len);
        if self.inflated > self.max_size {
            return Err(ReadError::TooLarge(self.max_size));
        }
        // A small result is harmless, and may be all spaces.
        if self.inflated > FREE && self.inflated / self.max_ratio.max(1) > self.received {
            return Err(ReadError::Bomb(self.max_ratio));
        }
        Ok(output)
    }

    /// The next bytes as they were sent; `None` at the end.
    async fn raw_frame(&mut self) -> Result<Option<Bytes>, ReadError> {
        if self.deadline.is_none() {
            // A limit beyond the range of the clock means none.
            let end = |timeout| Instant::now().checked_add(timeout);
            self.deadline = self.timeout.and_then(end);
            if self
                .exact_size()
                .is_some_and(|size| size > self.max_size as u64)
            {
                return Err(ReadError::TooLarge(self.max_size));
            }
        }
        let begun = Instant::now();
        let left = self.pace.map(|pace| pace.saturating_sub(self.waited));
        let paced = left.and_then(|left| begun.checked_add(left));
        let deadline = paced.into_iter().chain(self.deadline).min();
        let next = poll_fn(|cx| self.poll_frame(cx));
        let frame = match deadline {
            Some(deadline) => tokio::time::timeout_at(deadline, next)
                .await
                .map_err(|_| ReadError::Timeout)?,
            None => next.await,
        };
        let frame = self.count(frame)?;
        self.waited += begun.elapsed();
        self.paced += frame.as_ref().map_or(0, Bytes::len);
        if self.paced >= PACE {
            (self.waited, self.paced) = (Duration::ZERO, 0);
        }
        Ok(frame)
    }

    fn poll_frame(
        &mut self,
        cx: &mut std::task::Context<'_>,
    ) -> Poll<Option<Result<Bytes, BoxError>>> {
        let body = self.body.get_mut().unwrap_or_else(PoisonError::into_inner);
        loop {
            return match Pin::new(&mut *body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => Poll::Ready(Some(Ok(data))),
                    // Trailers, which nothing uses.
                    _ => continue,
                },
                Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            };
        }
    }

    fn count(
        &mut self,
        frame: Option<Result<Bytes, BoxError>>,
    ) -> Result<Option<Bytes>, ReadError> {
        let frame = frame.transpose().map_err(ReadError::Broken)?;
        self.received += frame.as_ref().map_or(0, Bytes::len);
        let body = self.body.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.ended = frame.is_none() || body.is_end_stream();
        if self.received > self.max_size {
            return Err(ReadError::TooLarge(self.max_size));
        }
        Ok(frame)
    }

    /// The size that the client has announced for what is still to come.
    fn exact_size(&mut self) -> Option<u64> {
        let body = self.body.get_mut().unwrap_or_else(PoisonError::into_inner);
        body.size_hint().exact()
    }
}
