//! `Report`: what a hammer has done and found.

use std::time::Duration;

/// What a hammer has done and found.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// Writes that were acknowledged.
    pub acknowledged: usize,
    /// Writes that were refused because their session had ended or had received
    /// another id.
    pub refused: usize,
    /// Keys that were acknowledged but were not there in the end, or not as
    /// they were written.
    pub lost: usize,
    /// Sessions that were logged out.
    pub ended: usize,
    /// Sessions that were seen after their logout.
    pub revived: usize,
    /// How long it took, including the check of what is left.
    pub elapsed: Duration,
}

impl Report {
    /// Both together, for the combined time.
    #[must_use]
    pub fn and(self, other: Report) -> Report {
        Report {
            acknowledged: self.acknowledged + other.acknowledged,
            refused: self.refused + other.refused,
            lost: self.lost + other.lost,
            ended: self.ended + other.ended,
            revived: self.revived + other.revived,
            elapsed: self.elapsed + other.elapsed,
        }
    }

    /// Counts a write by its status, and returns whether it was acknowledged.
    pub(crate) fn count(&mut self, status: u16) -> bool {
        let acknowledged = status == 200;
        self.acknowledged += usize::from(acknowledged);
        self.refused += usize::from(!acknowledged);
        acknowledged
    }
}
