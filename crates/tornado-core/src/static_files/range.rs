//! The `Range` header, as Tornado reads it.

/// A part of a file: the bytes from `start` up to but excluding `end`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Part {
    pub(super) start: Option<u64>,
    pub(super) end: Option<u64>,
}

/// What a `Range` header requests from a file of a given size.
#[derive(Debug, PartialEq)]
pub(super) enum Asked {
    /// All of it. A part that covers the whole is not a 206, which Chrome
    /// requires for audio.
    Whole(Part),
    /// A 206.
    Part(Part),
    /// A 416.
    Nothing,
}

/// Reads a `Range` header (Tornado's `_parse_request_range` and what follows
/// it). `None` for one that must be ignored: with a unit other than bytes, with
/// several parts, or malformed.
pub(super) fn read(header: &str, size: u64) -> Option<Asked> {
    let (unit, value) = header.split_once('=').unwrap_or((header, ""));
    if unit.trim() != "bytes" {
        return None;
    }
    let value = value.trim();
    let (start, end) = value.split_once('-').unwrap_or((value, ""));
    let (mut start, mut end) = (number(start)?, number(end)?);
    match (start, end) {
        (None, Some(length)) if length != 0 => (start, end) = (Some(-length), None),
        (Some(_), Some(last)) => end = Some(last + 1),
        _ => {}
    }
    let size = i128::from(size);
    // From the end: `bytes=-5`.
    let start = start.map(|start| {
        if start < 0 {
            (start + size).max(0)
        } else {
            start
        }
    });
    let outside = |start| start >= size || end.is_some_and(|end| start >= end);
    if start.is_some_and(outside) || end == Some(0) {
        return Some(Asked::Nothing);
    }
    let end = end.map(|end| end.min(size));
    let unsigned = |number: i128| u64::try_from(number).ok();
    let part = Part {
        start: start.and_then(unsigned),
        end: end.and_then(unsigned),
    };
    Some(if start.unwrap_or(0) == 0 && end.unwrap_or(size) == size {
        Asked::Whole(part)
    } else {
        Asked::Part(part)
    })
}

impl Part {
    /// The number of bytes, in a file of a given size.
    pub(super) fn length(self, size: u64) -> u64 {
        self.end
            .unwrap_or(size)
            .saturating_sub(self.start.unwrap_or(0))
    }

    /// The `Content-Range` header.
    pub(super) fn content_range(self, size: u64) -> String {
        let last = self.end.unwrap_or(size).saturating_sub(1);
        format!("bytes {}-{last}/{size}", self.start.unwrap_or(0))
    }
}

/// A number as Python's `int` reads it, or nothing. Numbers beyond any file are
/// clamped.
fn number(text: &str) -> Option<Option<i128>> {
    const BEYOND: i128 = 1 << 100;
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    let (negative, digits) = match text.as_bytes()[0] {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let mut value = 0_i128;
    // Single underscores are allowed between digits.
    for group in digits.split('_') {
        if group.is_empty() || !group.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        for digit in group.bytes() {
            value = (value * 10 + i128::from(digit - b'0')).min(BEYOND);
        }
    }
    Some(Some(if negative { -value } else { value }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tornado's answers, made by `tests/golden/ranges.py`: status, start,
    /// length and `Content-Range`.
    #[test]
    fn ranges_are_read_as_tornado_reads_them() {
        type Case = (String, u64, u16, Option<u64>, Option<String>);
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../../tests/golden/ranges.json")).unwrap();
        assert!(cases.len() > 150);
        for (header, size, status, length, content_range) in cases {
            let ours = match read(&header, size) {
                None => (200, Some(size), None),
                Some(Asked::Whole(part)) => (200, Some(part.length(size)), None),
                Some(Asked::Part(part)) => {
                    (206, Some(part.length(size)), Some(part.content_range(size)))
                }
                Some(Asked::Nothing) => (416, None, Some(format!("bytes */{size}"))),
            };
            assert_eq!(
                ours,
                (status, length, content_range),
                "{header:?} of {size}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_part_leads_out_of_the_file(header in "bytes=[0-9 +_-]{0,12}", size: u64) {
            if let Some(Asked::Part(part) | Asked::Whole(part)) = read(&header, size) {
                proptest::prop_assert!(part.end.unwrap_or(size) <= size);
                proptest::prop_assert!(part.start.unwrap_or(0) <= part.end.unwrap_or(size));
            }
        }
    }
}
