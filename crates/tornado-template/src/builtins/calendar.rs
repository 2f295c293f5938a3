//! Dates and times, without what pages see of them.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::civil::{Date, DateTime, Time};

use crate::error::Error;

/// A `datetime.datetime`; with an offset from UTC in seconds, if it is aware of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DateTimeObject {
    pub(super) civil: DateTime,
    pub(super) offset: Option<i32>,
}

pub(super) fn out_of_range() -> Error {
    Error::of("OverflowError", "date value out of range")
}

/// `+01:00`.
pub(super) fn offset_text(seconds: i32, colon: &str) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.unsigned_abs();
    let mut text = format!("{sign}{:02}{colon}{:02}", seconds / 3600, seconds / 60 % 60);
    if !seconds.is_multiple_of(60) {
        text.push_str(&format!("{colon}{:02}", seconds % 60));
    }
    text
}

pub(super) fn new_date(year: i64, month: i64, day: i64) -> Result<Date, Error> {
    let part = |value: i64, what: &str| {
        i8::try_from(value).map_err(|_| Error::value_error(format!("{what} is out of range")))
    };
    let year = i16::try_from(year)
        .ok()
        .filter(|year| (1..=9999).contains(year));
    let year = year.ok_or_else(|| Error::value_error("year is out of range"))?;
    let month = part(month, "month")?;
    if !(1..=12).contains(&month) {
        return Err(Error::value_error("month must be in 1..12"));
    }
    Date::new(year, month, part(day, "day")?)
        .map_err(|_| Error::value_error("day is out of range for month"))
}

pub(super) fn new_time(hour: i64, minute: i64, second: i64, micro: i64) -> Result<Time, Error> {
    let part = |value: i64, most: i64, what: &str| {
        if (0..=most).contains(&value) {
            return Ok(value as i8);
        }
        Err(Error::value_error(format!("{what} must be in 0..{most}")))
    };
    if !(0..1_000_000).contains(&micro) {
        return Err(Error::value_error("microsecond must be in 0..999999"));
    }
    let (hour, minute, second) = (
        part(hour, 23, "hour")?,
        part(minute, 59, "minute")?,
        part(second, 59, "second")?,
    );
    Time::new(hour, minute, second, micro as i32 * 1000)
        .map_err(|_| Error::value_error("no such time"))
}

pub(super) fn zone_name(offset: i32) -> String {
    if offset == 0 {
        "UTC".to_owned()
    } else {
        format!("UTC{}", offset_text(offset, ":"))
    }
}

/// A day, in microseconds.
pub(super) const DAY: i64 = 86_400_000_000;

/// A hash that equal dates share.
pub(super) fn hash<T: Hash>(value: &T) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    Some(hasher.finish())
}
