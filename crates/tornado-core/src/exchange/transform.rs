//! How a response passes through the output transforms.

use super::Exchange;
use crate::transform::OutputTransform;

/// The transforms of one response.
struct Active(Vec<Box<dyn OutputTransform>>);

impl Exchange {
    /// Runs the transforms over the head and the buffer. They are made here, so
    /// that an error page gets its own.
    #[inline]
    pub(crate) fn transform_first_chunk(&mut self, finishing: bool) {
        if !self.0.application.transforms().is_empty() && !self.0.response.untransformed {
            self.start_transforms(finishing);
        }
    }

    /// Lets the response be sent unchanged.
    pub(crate) fn clear_transforms(&mut self) {
        self.0.response.untransformed = true;
    }

    fn start_transforms(&mut self, finishing: bool) {
        let inner = &mut *self.0;
        let mut active = inner.application.transforms().start(&inner.request);
        let response = &mut inner.response;
        let mut chunk = response.buffer.take();
        for transform in &mut active {
            chunk = transform.transform_first_chunk(
                &mut response.status,
                &mut response.headers,
                chunk,
                finishing,
            );
        }
        response.buffer.push(chunk);
        if !finishing {
            self.insert_slot(Active(active));
        }
    }

    /// Runs the transforms over the next piece, which is in the buffer.
    #[inline]
    pub(crate) fn transform_chunk(&mut self, finishing: bool) {
        if self.0.application.transforms().is_empty() || self.0.response.untransformed {
            return;
        }
        let inner = &mut *self.0;
        let mut chunk = inner.response.buffer.take();
        for transform in inner
            .slots
            .get_mut::<Active>()
            .map_or(&mut [][..], |active| &mut active.0)
        {
            chunk = transform.transform_chunk(chunk, finishing);
        }
        inner.response.buffer.push(chunk);
    }
}
