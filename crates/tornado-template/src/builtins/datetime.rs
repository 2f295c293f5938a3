//! The classes of the module `datetime`.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::calendar::{DateTimeObject, new_date, new_time, out_of_range};
use super::deltas::{DeltaObject, ZoneObject};
use super::strftime::strptime;
use super::time_types::{DateObject, TimeObject, zone_of};
use crate::error::Error;
use crate::value::{Args, Value};

const CLASS_METHODS: &[(&str, &[&str])] = &[
    (
        "datetime.datetime",
        &[
            "combine",
            "fromisoformat",
            "fromtimestamp",
            "now",
            "strptime",
            "today",
            "utcfromtimestamp",
            "utcnow",
        ],
    ),
    (
        "datetime.date",
        &["fromisoformat", "fromtimestamp", "today"],
    ),
];

const METHODS: &[&str] = &[
    "astimezone",
    "ctime",
    "date",
    "isocalendar",
    "isoformat",
    "isoweekday",
    "replace",
    "strftime",
    "time",
    "timestamp",
    "toordinal",
    "total_seconds",
    "tzname",
    "utcoffset",
    "weekday",
];

pub(super) fn has_class_method(class: &str, name: &str) -> bool {
    CLASS_METHODS
        .iter()
        .any(|(known, methods)| *known == class && methods.contains(&name))
}

pub(super) fn is_method(name: &str) -> bool {
    METHODS.contains(&name)
        || CLASS_METHODS
            .iter()
            .any(|(_, methods)| methods.contains(&name))
}

pub(super) fn class_attribute(class: &str, name: &str) -> Option<Value> {
    Some(match (class, name) {
        ("datetime.timezone", "utc") => Value::from_object(ZoneObject(0)),
        ("datetime.datetime", "min") => Value::from(DateTime::constant(1, 1, 1, 0, 0, 0, 0)),
        ("datetime.datetime", "max") => {
            Value::from(DateTime::constant(9999, 12, 31, 23, 59, 59, 999_999_000))
        }
        ("datetime.date", "min") => Value::from(Date::constant(1, 1, 1)),
        ("datetime.date", "max") => Value::from(Date::constant(9999, 12, 31)),
        _ => return None,
    })
}

fn now(zone: Option<i32>) -> Value {
    match zone {
        None => Value::from(micros(Zoned::now().datetime())),
        Some(offset) => of_timestamp(Timestamp::now(), Some(offset)),
    }
}

/// Without the digits that Python's clock lacks.
fn micros(civil: DateTime) -> DateTime {
    let nano = civil.time().subsec_nanosecond();
    civil
        .with()
        .subsec_nanosecond(nano / 1000 * 1000)
        .build()
        .unwrap_or(civil)
}

fn of_timestamp(timestamp: Timestamp, zone: Option<i32>) -> Value {
    let civil = match zone {
        Some(offset) => {
            let utc = timestamp.to_zoned(TimeZone::UTC).datetime();
            utc.checked_add(jiff::SignedDuration::from_secs(i64::from(offset)))
                .unwrap_or(utc)
        }
        None => timestamp.to_zoned(TimeZone::system()).datetime(),
    };
    Value::from_object(DateTimeObject {
        civil: micros(civil),
        offset: zone,
    })
}

fn timestamp(args: &Args) -> Result<Timestamp, Error> {
    let seconds: f64 = args.get(0, "timestamp")?;
    let micros = (seconds * 1e6).round_ties_even();
    if micros.abs() > 9e18 {
        return Err(out_of_range());
    }
    Timestamp::from_microsecond(micros as i64).map_err(|_| out_of_range())
}

fn date_of(value: Value) -> Value {
    match value.downcast_ref::<DateTimeObject>() {
        Some(whole) => Value::from(whole.civil.date()),
        None => value,
    }
}

fn from_iso(text: &str) -> Result<DateTimeObject, Error> {
    let invalid = || Error::value_error(format!("Invalid isoformat string: '{text}'"));
    let mut formats = vec!["%Y-%m-%d".to_owned()];
    for separator in ["T", " "] {
        for time in ["%H:%M", "%H:%M:%S", "%H:%M:%S.%f"] {
            formats.push(format!("%Y-%m-%d{separator}{time}"));
            formats.push(format!("%Y-%m-%d{separator}{time}%z"));
        }
    }
    formats
        .iter()
        .find_map(|format| strptime(text, format).ok())
        .ok_or_else(invalid)
}

pub(super) fn class_method(class: &str, name: &str, args: &Args) -> Option<Result<Value, Error>> {
    let zone = |index| args.find(index, "tz").map_or(Ok(None), zone_of);
    if !has_class_method(class, name) {
        return None;
    }
    let value = match name {
        "now" => zone(0).map(now),
        "today" => Ok(now(None)),
        "utcnow" => Ok(Value::from(micros(
            Timestamp::now().to_zoned(TimeZone::UTC).datetime(),
        ))),
        "fromtimestamp" => timestamp(args).and_then(|at| Ok(of_timestamp(at, zone(1)?))),
        "utcfromtimestamp" => {
            timestamp(args).map(|at| Value::from(at.to_zoned(TimeZone::UTC).datetime()))
        }
        "strptime" => args.get::<String>(0, "date_string").and_then(|text| {
            let format: String = args.get(1, "format")?;
            strptime(&text, &format).map(Value::from_object)
        }),
        "fromisoformat" => args
            .get::<String>(0, "date_string")
            .and_then(|text| from_iso(&text).map(Value::from_object)),
        "combine" => combine(args),
        _ => return None,
    };
    Some(value.map(|value| {
        if class == "datetime.date" {
            date_of(value)
        } else {
            value
        }
    }))
}

fn combine(args: &Args) -> Result<Value, Error> {
    let (date, time): (Value, Value) = (args.get(0, "date")?, args.get(1, "time")?);
    let date = date_of(date);
    match (
        date.downcast_ref::<DateObject>(),
        time.downcast_ref::<TimeObject>(),
    ) {
        (Some(date), Some(time)) => Ok(Value::from(DateTime::from_parts(date.0, time.0))),
        _ => Err(Error::type_error("combine() needs a date and a time")),
    }
}

pub(super) fn construct(class: &str, args: &Args) -> Option<Result<Value, Error>> {
    Some(match class {
        "datetime.datetime" => datetime(args),
        "datetime.date" => date(args, 0).map(Value::from),
        "datetime.time" => time(args, 0).map(|time| Value::from_object(TimeObject(time))),
        "datetime.timedelta" => delta(args),
        "datetime.timezone" => args.get::<Value>(0, "offset").and_then(|offset| {
            let delta = offset.downcast_ref::<DeltaObject>();
            let delta = delta.ok_or_else(|| {
                Error::type_error("timezone() argument 1 must be datetime.timedelta")
            })?;
            let seconds = i32::try_from(delta.0 / 1_000_000).map_err(|_| out_of_range())?;
            Ok(Value::from_object(ZoneObject(seconds)))
        }),
        _ => return None,
    })
}

fn date(args: &Args, from: usize) -> Result<Date, Error> {
    new_date(
        args.get(from, "year")?,
        args.get(from + 1, "month")?,
        args.get(from + 2, "day")?,
    )
}

fn time(args: &Args, from: usize) -> Result<Time, Error> {
    let part = |index, name| args.get_or(from + index, name, 0);
    new_time(
        part(0, "hour")?,
        part(1, "minute")?,
        part(2, "second")?,
        part(3, "microsecond")?,
    )
}

fn datetime(args: &Args) -> Result<Value, Error> {
    let offset = args.find(7, "tzinfo").map_or(Ok(None), zone_of)?;
    Ok(Value::from_object(DateTimeObject {
        civil: DateTime::from_parts(date(args, 0)?, time(args, 3)?),
        offset,
    }))
}

fn delta(args: &Args) -> Result<Value, Error> {
    const PARTS: &[(&str, f64)] = &[
        ("days", 86_400e6),
        ("seconds", 1e6),
        ("microseconds", 1.0),
        ("milliseconds", 1e3),
        ("minutes", 60e6),
        ("hours", 3_600e6),
        ("weeks", 604_800e6),
    ];
    let mut micros: i64 = 0;
    for (index, (name, unit)) in PARTS.iter().enumerate() {
        let Some(value) = args.find(index, name) else {
            continue;
        };
        let part = match (value.as_i64(), value.as_f64()) {
            (Some(whole), _) => whole.checked_mul(*unit as i64),
            (None, Some(part)) => Some((part * unit).round_ties_even())
                .filter(|p| p.abs() < 9e18)
                .map(|p| p as i64),
            (None, None) => {
                let class = value.type_name();
                return Err(Error::type_error(format!(
                    "unsupported type for timedelta {name} component: {class}"
                )));
            }
        };
        micros = part
            .and_then(|part| micros.checked_add(part))
            .ok_or_else(out_of_range)?;
    }
    Ok(Value::from_object(DeltaObject(micros)))
}
