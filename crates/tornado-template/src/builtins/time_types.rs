//! The objects of the module `datetime`.

use std::cmp::Ordering;

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};

use super::calendar::{
    DAY, DateTimeObject, hash, new_date, new_time, offset_text, out_of_range, zone_name,
};
use super::deltas::{DeltaObject, ZoneObject};
use super::strftime::strftime;
use crate::error::Error;
use crate::value::{Args, Object, Value};

/// A `datetime.date`.
#[derive(Clone, Copy, Debug)]
pub(super) struct DateObject(pub(super) Date);

/// A `datetime.time`.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeObject(pub(super) Time);

pub(super) fn duration(micros: i64) -> SignedDuration {
    SignedDuration::from_micros(micros)
}

fn micros_between(a: DateTime, b: DateTime) -> i64 {
    i64::try_from(a.duration_since(b).as_micros()).unwrap_or(i64::MAX)
}

fn micro(time: Time) -> i64 {
    i64::from(time.subsec_nanosecond() / 1000)
}

fn fraction(time: Time) -> String {
    match micro(time) {
        0 => String::new(),
        micro => format!(".{micro:06}"),
    }
}

pub(super) fn clock(time: Time) -> String {
    format!(
        "{:02}:{:02}:{:02}{}",
        time.hour(),
        time.minute(),
        time.second(),
        fraction(time)
    )
}

pub(super) fn date_text(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

fn date_attr(date: Date, name: &str) -> Option<Value> {
    Some(match name {
        "year" => Value::from(i64::from(date.year())),
        "month" => Value::from(i64::from(date.month())),
        "day" => Value::from(i64::from(date.day())),
        _ => return None,
    })
}

fn time_attr(time: Time, name: &str) -> Option<Value> {
    Some(match name {
        "hour" => Value::from(i64::from(time.hour())),
        "minute" => Value::from(i64::from(time.minute())),
        "second" => Value::from(i64::from(time.second())),
        "microsecond" => Value::from(micro(time)),
        _ => return None,
    })
}

fn date_method(date: Date, name: &str) -> Option<Value> {
    let weekday = i64::from(date.weekday().to_monday_zero_offset());
    Some(match name {
        "weekday" => Value::from(weekday),
        "isoweekday" => Value::from(weekday + 1),
        "toordinal" => {
            let first = Date::constant(1, 1, 1);
            Value::from(micros_between(date.into(), first.into()) / DAY + 1)
        }
        "isocalendar" => {
            let week = date.iso_week_date();
            Value::from((i64::from(week.year()), i64::from(week.week()), weekday + 1))
        }
        _ => return None,
    })
}

impl DateTimeObject {
    /// As if it were in UTC.
    pub(super) fn utc(&self) -> DateTime {
        let offset = i64::from(self.offset.unwrap_or(0));
        self.civil
            .checked_sub(SignedDuration::from_secs(offset))
            .unwrap_or(self.civil)
    }

    pub(super) fn iso(&self, separator: &str) -> String {
        let mut text = format!(
            "{}{separator}{}",
            date_text(self.civil.date()),
            clock(self.civil.time())
        );
        if let Some(offset) = self.offset {
            text.push_str(&offset_text(offset, ":"));
        }
        text
    }

    fn replace(&self, args: &Args) -> Result<Value, Error> {
        let field = |index: usize, name: &str, old: i64| args.get_or(index, name, old);
        let (date, time) = (self.civil.date(), self.civil.time());
        let date = new_date(
            field(0, "year", i64::from(date.year()))?,
            field(1, "month", i64::from(date.month()))?,
            field(2, "day", i64::from(date.day()))?,
        )?;
        let time = new_time(
            field(3, "hour", i64::from(time.hour()))?,
            field(4, "minute", i64::from(time.minute()))?,
            field(5, "second", i64::from(time.second()))?,
            field(6, "microsecond", micro(time))?,
        )?;
        let offset = match args.find(7, "tzinfo") {
            Some(zone) => zone_of(zone)?,
            None => self.offset,
        };
        Ok(Value::from_object(DateTimeObject {
            civil: DateTime::from_parts(date, time),
            offset,
        }))
    }

    fn shifted(&self, micros: i64) -> Result<Value, Error> {
        let civil = self
            .civil
            .checked_add(duration(micros))
            .map_err(|_| out_of_range())?;
        Ok(Value::from_object(DateTimeObject { civil, ..*self }))
    }
}

/// The UTC offset of a `tzinfo`.
pub(super) fn zone_of(zone: &Value) -> Result<Option<i32>, Error> {
    if zone.is_none() {
        return Ok(None);
    }
    match zone.downcast_ref::<ZoneObject>() {
        Some(zone) => Ok(Some(zone.0)),
        None => Err(Error::type_error(
            "tzinfo argument must be None or of a tzinfo subclass",
        )),
    }
}

impl Object for DateTimeObject {
    fn type_name(&self) -> &str {
        "datetime.datetime"
    }

    fn get_attr(&self, name: &str) -> Option<Value> {
        match name {
            "tzinfo" => Some(
                self.offset
                    .map_or_else(Value::none, |offset| Value::from_object(ZoneObject(offset))),
            ),
            _ => date_attr(self.civil.date(), name).or_else(|| time_attr(self.civil.time(), name)),
        }
    }

    fn call_method(&self, name: &str, args: Args) -> Option<Result<Value, Error>> {
        Some(match name {
            "strftime" | "__format__" => args
                .get::<String>(0, "format")
                .and_then(|spec| strftime(self, &spec))
                .map(Value::from),
            "isoformat" => args
                .get_or(0, "sep", "T".to_owned())
                .map(|separator| Value::from(self.iso(&separator))),
            "ctime" => strftime(self, "%a %b %e %H:%M:%S %Y").map(Value::from),
            "date" => Ok(Value::from_object(DateObject(self.civil.date()))),
            "time" => Ok(Value::from_object(TimeObject(self.civil.time()))),
            "timestamp" => Ok(Value::from(self.timestamp())),
            "replace" => self.replace(&args),
            "utcoffset" => Ok(self.offset.map_or_else(Value::none, |offset| {
                Value::from_object(DeltaObject(i64::from(offset) * 1_000_000))
            })),
            "tzname" => Ok(self
                .offset
                .map_or_else(Value::none, |offset| Value::from(zone_name(offset)))),
            "astimezone" => self.astimezone(&args),
            _ => return date_method(self.civil.date(), name).map(Ok),
        })
    }

    fn display(&self) -> Option<String> {
        Some(self.iso(" "))
    }

    fn repr(&self) -> Option<String> {
        let (date, time) = (self.civil.date(), self.civil.time());
        let mut text = format!(
            "datetime.datetime({}, {}, {}, {}, {}",
            date.year(),
            date.month(),
            date.day(),
            time.hour(),
            time.minute()
        );
        if time.second() != 0 || micro(time) != 0 {
            text.push_str(&format!(", {}", time.second()));
        }
        if micro(time) != 0 {
            text.push_str(&format!(", {}", micro(time)));
        }
        if let Some(offset) = self.offset {
            text.push_str(", tzinfo=");
            text.push_str(&ZoneObject(offset).repr().unwrap_or_default());
        }
        Some(text + ")")
    }

    fn format(&self, spec: &str) -> Option<Result<String, Error>> {
        Some(strftime(self, spec))
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        let other = other.downcast_ref::<DateTimeObject>()?;
        (self.offset.is_some() == other.offset.is_some()).then(|| self.utc().cmp(&other.utc()))
    }

    fn hash_code(&self) -> Option<u64> {
        hash(&self.utc())
    }

    fn operate(
        &self,
        operator: &str,
        other: &Value,
        reflected: bool,
    ) -> Option<Result<Value, Error>> {
        if let Some(delta) = other.downcast_ref::<DeltaObject>() {
            return match operator {
                "+" => Some(self.shifted(delta.0)),
                "-" if !reflected => Some(self.shifted(-delta.0)),
                _ => None,
            };
        }
        let other = other.downcast_ref::<DateTimeObject>()?;
        if operator != "-" || reflected {
            return None;
        }
        if self.offset.is_some() != other.offset.is_some() {
            return Some(Err(Error::type_error(
                "can't subtract offset-naive and offset-aware datetimes",
            )));
        }
        Some(Ok(Value::from_object(DeltaObject(micros_between(
            self.utc(),
            other.utc(),
        )))))
    }
}

impl DateTimeObject {
    fn timestamp(&self) -> f64 {
        let utc = if self.offset.is_some() {
            self.utc()
        } else {
            // A datetime without a zone is in that of the machine.
            let zone = jiff::tz::TimeZone::system();
            let zoned = self.civil.to_zoned(zone).ok();
            return zoned.map_or(0.0, |zoned| zoned.timestamp().as_microsecond() as f64 / 1e6);
        };
        micros_between(utc, DateTime::constant(1970, 1, 1, 0, 0, 0, 0)) as f64 / 1e6
    }

    fn astimezone(&self, args: &Args) -> Result<Value, Error> {
        let zone = args.find(0, "tz").map_or(Ok(None), zone_of)?;
        let Some(offset) = zone.filter(|_| self.offset.is_some()) else {
            return Err(Error::type_error(
                "astimezone needs a datetime with a zone, and a zone",
            ));
        };
        let civil = self
            .utc()
            .checked_add(SignedDuration::from_secs(i64::from(offset)));
        Ok(Value::from_object(DateTimeObject {
            civil: civil.map_err(|_| out_of_range())?,
            offset: Some(offset),
        }))
    }
}

impl Object for DateObject {
    fn type_name(&self) -> &str {
        "datetime.date"
    }

    fn get_attr(&self, name: &str) -> Option<Value> {
        date_attr(self.0, name)
    }

    fn call_method(&self, name: &str, args: Args) -> Option<Result<Value, Error>> {
        let whole = DateTimeObject {
            civil: self.0.into(),
            offset: None,
        };
        Some(match name {
            "strftime" => args
                .get::<String>(0, "format")
                .and_then(|spec| strftime(&whole, &spec))
                .map(Value::from),
            "isoformat" => Ok(Value::from(date_text(self.0))),
            "ctime" => strftime(&whole, "%a %b %e %H:%M:%S %Y").map(Value::from),
            "replace" => whole.replace(&args).map(|value| {
                let date = value
                    .downcast_ref::<DateTimeObject>()
                    .map_or(self.0, |whole| whole.civil.date());
                Value::from_object(DateObject(date))
            }),
            _ => return date_method(self.0, name).map(Ok),
        })
    }

    fn display(&self) -> Option<String> {
        Some(date_text(self.0))
    }

    fn repr(&self) -> Option<String> {
        Some(format!(
            "datetime.date({}, {}, {})",
            self.0.year(),
            self.0.month(),
            self.0.day()
        ))
    }

    fn format(&self, spec: &str) -> Option<Result<String, Error>> {
        let civil = self.0.into();
        Some(strftime(
            &DateTimeObject {
                civil,
                offset: None,
            },
            spec,
        ))
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        Some(self.0.cmp(&other.downcast_ref::<DateObject>()?.0))
    }

    fn hash_code(&self) -> Option<u64> {
        hash(&self.0)
    }

    fn operate(
        &self,
        operator: &str,
        other: &Value,
        reflected: bool,
    ) -> Option<Result<Value, Error>> {
        if let Some(delta) = other.downcast_ref::<DeltaObject>() {
            let days = delta.0.div_euclid(DAY);
            let days = match operator {
                "+" => days,
                "-" if !reflected => -days,
                _ => return None,
            };
            let date = self.0.checked_add(SignedDuration::from_hours(days * 24));
            return Some(
                date.map(|date| Value::from_object(DateObject(date)))
                    .map_err(|_| out_of_range()),
            );
        }
        let other = other.downcast_ref::<DateObject>()?;
        let between = micros_between(self.0.into(), other.0.into());
        (operator == "-" && !reflected).then(|| Ok(Value::from_object(DeltaObject(between))))
    }
}

impl Object for TimeObject {
    fn type_name(&self) -> &str {
        "datetime.time"
    }

    fn get_attr(&self, name: &str) -> Option<Value> {
        time_attr(self.0, name)
    }

    fn call_method(&self, name: &str, args: Args) -> Option<Result<Value, Error>> {
        let whole = DateTimeObject {
            civil: DateTime::from_parts(Date::constant(1900, 1, 1), self.0),
            offset: None,
        };
        Some(match name {
            "strftime" => args
                .get::<String>(0, "format")
                .and_then(|spec| strftime(&whole, &spec))
                .map(Value::from),
            "isoformat" => Ok(Value::from(clock(self.0))),
            _ => return None,
        })
    }

    fn display(&self) -> Option<String> {
        Some(clock(self.0))
    }

    fn repr(&self) -> Option<String> {
        let mut text = format!("datetime.time({}, {}", self.0.hour(), self.0.minute());
        if self.0.second() != 0 || micro(self.0) != 0 {
            text.push_str(&format!(", {}", self.0.second()));
        }
        if micro(self.0) != 0 {
            text.push_str(&format!(", {}", micro(self.0)));
        }
        Some(text + ")")
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        Some(self.0.cmp(&other.downcast_ref::<TimeObject>()?.0))
    }

    fn hash_code(&self) -> Option<u64> {
        hash(&self.0)
    }
}
