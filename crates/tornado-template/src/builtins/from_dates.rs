//! Conversion from the dates of `jiff` and `time`, and to those of `time`.

use jiff::civil::{Date, DateTime};

use super::calendar::DateTimeObject;
use super::time_types::DateObject;
use crate::error::Error;
use crate::value::{FromValue, Value};

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

/// A `datetime.datetime` with the UTC offset of its zone at that time.
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
    // Years beyond 9999 are the only ones that `time` may have and `jiff` does
    // not.
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

/// A `datetime.datetime` with its UTC offset.
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

/// A `datetime.datetime`, in UTC if it has no zone; a `datetime.date`, at midnight; or a number of
/// seconds since 1970.
impl FromValue for time::OffsetDateTime {
    fn from_value(value: Value) -> Result<time::OffsetDateTime, Error> {
        let range = |_| Error::value_error("this date is beyond what a calendar has");
        let (civil, offset) = if let Some(date) = value.downcast_ref::<DateTimeObject>() {
            (date.civil, date.offset.unwrap_or(0))
        } else if let Some(date) = value.downcast_ref::<DateObject>() {
            (date.0.to_datetime(jiff::civil::Time::midnight()), 0)
        } else if let Some(seconds) = value.as_f64() {
            let nanos = (seconds * 1e6).round() as i128 * 1000;
            return time::OffsetDateTime::from_unix_timestamp_nanos(nanos).map_err(range);
        } else {
            let name = value.type_name();
            return Err(Error::type_error(format!("a date is needed, not {name}")));
        };
        let at_utc = civil
            .to_zoned(jiff::tz::TimeZone::UTC)
            .map_err(|error| Error::value_error(error.to_string()))?;
        let nanos = at_utc.timestamp().as_nanosecond() - i128::from(offset) * 1_000_000_000;
        let utc = time::OffsetDateTime::from_unix_timestamp_nanos(nanos).map_err(range)?;
        let offset = time::UtcOffset::from_whole_seconds(offset).map_err(range)?;
        utc.checked_to_offset(offset)
            .ok_or_else(|| Error::value_error("this date is beyond what a calendar has"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_date_of_a_page_is_one_of_time() {
        let date = |value: Value| time::OffsetDateTime::from_value(value).unwrap();
        let berlin = datetime!(2013-01-27 18:35:01.5 +1);
        assert_eq!(date(berlin.into()), berlin);
        assert_eq!(date(berlin.into()).offset(), berlin.offset());
        assert_eq!(
            date(Value::from(jiff::civil::date(2013, 1, 27))),
            datetime!(2013-01-27 0:00 UTC)
        );
        assert_eq!(date(1.5.into()), datetime!(1970-01-01 0:00:01.5 UTC));
        assert_eq!(date(86_400.into()), datetime!(1970-01-02 0:00 UTC));
        let error = time::OffsetDateTime::from_value("now".into()).unwrap_err();
        assert_eq!(error.to_string(), "TypeError: a date is needed, not str");
        assert!(time::OffsetDateTime::from_value(1e20.into()).is_err());
    }
}
