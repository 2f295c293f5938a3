//! How an exchange sends its response: the head and each chunk.

use http::header::{
    CONNECTION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, ETAG, SET_COOKIE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Version};
use hyper::ext::ReasonPhrase;

use super::{Exchange, body_allowed};
use crate::body::Body;
use crate::error::{Error, Result};
#[cfg(feature = "tower-cookies")]
use crate::jar;
use crate::{etag, status};

impl Exchange {
    /// Sends what has been written. The first time, the head comes before it.
    pub(crate) async fn flush(&mut self) -> Result {
        if self.refuses_changes() {
            return self.take_raised();
        }
        if self.is_finished() {
            return Err(Error::msg("Cannot flush() after finish()"));
        }
        if !self.0.response.head_sent {
            self.run_before_headers().await?;
            self.transform_first_chunk(false);
            self.0.response.unwritten = self.promised_length()?;
            self.count_written()?;
            let head = self.head()?;
            self.0.response.head_sent = true;
            let chunk = self.0.response.buffer.take();
            self.0.outbox.send_head(head, chunk).await;
        } else if !self.0.response.buffer.is_empty() {
            self.transform_chunk(false);
            self.count_written()?;
            let chunk = self.0.response.buffer.take();
            self.0.outbox.send_chunk(chunk).await;
        }
        Ok(())
    }

    /// Runs what mixins have registered, and what those register while they run.
    pub(crate) async fn run_before_headers(&mut self) -> Result {
        while !self.0.before_headers.is_empty() {
            let hook = self.0.before_headers.remove(0);
            let left = self.0.before_headers.len();
            self.0.last_before_headers = self.0.last_before_headers.min(left);
            if let Err(error) = hook(self).await {
                self.0.before_headers.clear();
                self.0.last_before_headers = 0;
                return Err(error);
            }
        }
        self.take_raised()
    }

    /// Raises the mistake that a service has reported since the last hook.
    pub(crate) fn take_raised(&mut self) -> Result {
        match self.0.raised.take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// Whether an entity tag makes sense for this response.
    pub(crate) fn wants_etag(&self) -> bool {
        let response = &self.0.response;
        response.status == StatusCode::OK
            && matches!(*self.0.request.method(), Method::GET | Method::HEAD)
            && !has(&response.headers, &ETAG)
    }

    /// Tags the response. For a client that already has it, it becomes a 304.
    pub(crate) fn add_etag(&mut self, tag: HeaderValue) {
        let response = &mut self.0.response;
        if etag::matches(self.0.request.headers(), &tag) {
            response.buffer.take();
            response.status = StatusCode::NOT_MODIFIED;
        }
        response.headers.append(ETAG, tag);
    }

    /// The complete response in the buffer, ready to leave.
    pub(crate) fn seal(&mut self) -> Result<Response<Body>> {
        let head_only = self.is_head();
        let detaches = self.0.response.status == StatusCode::SWITCHING_PROTOCOLS && self.detaches();
        let response = &mut self.0.response;
        if response.status.is_informational() && !detaches {
            return Err(Error::msg(format!(
                "A response can't end with {}",
                response.status.as_u16()
            )));
        }
        if body_allowed(response.status) {
            // The server adds the length of a complete body.
            if head_only {
                let length = response.headers.entry(CONTENT_LENGTH);
                length.or_insert_with(|| response.buffer.as_slice().len().into());
            }
        } else {
            if !response.buffer.is_empty() {
                return Err(Error::msg(format!(
                    "Cannot send body with {}",
                    response.status.as_u16()
                )));
            }
            for name in [CONTENT_TYPE, CONTENT_ENCODING, CONTENT_LANGUAGE] {
                response.headers.remove(name);
            }
        }
        let incoming = self.0.incoming.as_ref();
        if incoming.is_some_and(|body| !body.is_ended()) {
            self.0.close_connection = true;
        }
        self.transform_first_chunk(true);
        self.0.response.unwritten = self.promised_length()?;
        self.count_last_written()?;
        let head = self.head()?;
        let response = &mut self.0.response;
        response.head_sent = true;
        let body = response.buffer.take();
        let body = if head_only {
            Body::empty()
        } else {
            Body::from(body)
        };
        Ok(head.map(|()| body))
    }

    /// How long the body must be, if the handler has set its length.
    fn promised_length(&self) -> Result<Option<usize>> {
        let response = &self.0.response;
        if !has(&response.headers, &CONTENT_LENGTH) {
            return Ok(None);
        }
        let mut lengths = response.headers.get_all(CONTENT_LENGTH).iter();
        let (length, other) = (lengths.next(), lengths.next());
        let length = length.and_then(|length| length.to_str().ok());
        let digits = length.filter(|length| length.bytes().all(|byte| byte.is_ascii_digit()));
        let number = digits.and_then(|digits| digits.parse().ok());
        match number {
            Some(_) if self.is_head() || !body_allowed(response.status) => Ok(None),
            Some(number) if other.is_none() => Ok(Some(number)),
            _ => Err(Error::msg(
                "Content-Length has to be one number of bytes, in digits",
            )),
        }
    }

    /// Subtracts what is about to be sent from the promised length.
    fn count_written(&mut self) -> Result {
        let response = &mut self.0.response;
        if let Some(unwritten) = &mut response.unwritten {
            *unwritten = unwritten
                .checked_sub(response.buffer.as_slice().len())
                .ok_or_else(|| Error::msg("Tried to write more data than Content-Length"))?;
        }
        Ok(())
    }

    /// As `count_written`, for the last piece, after which nothing may be
    /// missing.
    pub(crate) fn count_last_written(&mut self) -> Result {
        self.count_written()?;
        match self.0.response.unwritten {
            None | Some(0) => Ok(()),
            Some(unwritten) => Err(Error::msg(format!(
                "Tried to write {unwritten} bytes less than Content-Length"
            ))),
        }
    }

    /// Status line, headers and cookies, as they are sent. On an error nothing
    /// is lost except the cookie that could not be sent.
    fn head(&mut self) -> Result<Response<()>> {
        let clock = self.0.application.clock();
        let response = &mut self.0.response;
        let mut index = 0;
        while index < response.cookies.len() {
            let cookie = &response.cookies[index];
            let value = match clock.moved() {
                None => cookie.to_header_value(),
                Some(now) => cookie.to_header_value_at(now.into()),
            };
            match value {
                Ok(value) => {
                    #[cfg(feature = "tower-cookies")]
                    let in_jar = jar::put(&self.0.request.parts.extensions, cookie, &value);
                    #[cfg(not(feature = "tower-cookies"))]
                    let in_jar = false;
                    if !in_jar {
                        response.headers.append(SET_COOKIE, value);
                    }
                    index += 1;
                }
                Err(error) => {
                    response.cookies.remove(index);
                    return Err(error.into());
                }
            }
        }
        if self.0.close_connection && self.0.request.parts.version <= Version::HTTP_11 {
            let close = HeaderValue::from_static("close");
            response.headers.insert(CONNECTION, close);
        }
        let mut head = Response::new(());
        *head.status_mut() = response.status;
        std::mem::swap(head.headers_mut(), &mut response.headers);
        let standard = response.status.canonical_reason();
        let reason = response
            .reason
            .as_deref()
            .unwrap_or_else(|| status::reason(response.status.as_u16()));
        if standard != Some(reason) {
            let phrase = ReasonPhrase::try_from(reason.as_bytes());
            head.extensions_mut()
                .insert(phrase.unwrap_or(ReasonPhrase::from_static(b"Unknown")));
        }
        Ok(head)
    }
}

/// Whether a response has this header. There are few, so comparing names costs
/// less than hashing one.
fn has(headers: &HeaderMap, name: &HeaderName) -> bool {
    headers.keys().any(|key| key == name)
}
