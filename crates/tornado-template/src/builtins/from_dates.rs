//! Dates of `jiff` and of `time`.

use jiff::civil::{Date, DateTime};

use super::calendar::DateTimeObject;
use super::time_types::DateObject;
use crate::value::Value;

/// A `datetime.datetime` without a zone.
impl From<DateTime> for Value {
    fn from(civil: DateTime) -> Value {
        Value::from_object(DateTimeObject {
            civil,
            offset: None,
        })
    }
}

/// A `datetime.date`.
impl From<Date> for Value {
    fn from(date: Date) -> Value {
        Value::from_object(DateObject(date))
    }
}

/// A `datetime.datetime` with the distance to UTC that its zone has then.
impl From<&jiff::Zoned> for Value {
    fn from(zoned: &jiff::Zoned) -> Value {
        Value::from_object(DateTimeObject {
            civil: zoned.datetime(),
            offset: Some(zoned.offset().seconds()),
        })
    }
}

/// A `datetime.datetime` in UTC.
impl From<jiff::Timestamp> for Value {
    fn from(timestamp: jiff::Timestamp) -> Value {
        Value::from(&timestamp.to_zoned(jiff::tz::TimeZone::UTC))
    }
}

fn of_time(date: time::Date, time: time::Time) -> DateTime {
    // Years beyond 9999 are the one thing that `time` may have and `jiff` has not.
    let year = i16::try_from(date.year()).unwrap_or(9999);
    let month = u8::from(date.month()) as i8;
    let (hour, minute, second, nano) = time.as_hms_nano();
    let day = date.day() as i8;
    DateTime::new(
        year,
        month,
        day,
        hour as i8,
        minute as i8,
        second as i8,
        nano as i32,
    )
    .unwrap_or(DateTime::MAX)
}

/// A `datetime.datetime` with its distance to UTC.
impl From<time::OffsetDateTime> for Value {
    fn from(value: time::OffsetDateTime) -> Value {
        Value::from_object(DateTimeObject {
            civil: of_time(value.date(), value.time()),
            offset: Some(value.offset().whole_seconds()),
        })
    }
}

/// A `datetime.datetime` without a zone.
impl From<time::PrimitiveDateTime> for Value {
    fn from(value: time::PrimitiveDateTime) -> Value {
        Value::from(of_time(value.date(), value.time()))
    }
}

/// A `datetime.date`.
impl From<time::Date> for Value {
    fn from(value: time::Date) -> Value {
        Value::from(of_time(value, time::Time::MIDNIGHT).date())
    }
}
