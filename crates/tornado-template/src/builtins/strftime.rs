//! `strftime` and `strptime`, in English.

use jiff::civil::{Date, DateTime};

use super::calendar::{DateTimeObject, new_date, new_time, offset_text, zone_name};
use crate::error::Error;
use crate::value::{Args, Value, budget};

const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Python's `strftime`, with what the C library of Linux adds.
pub(super) fn strftime(of: &DateTimeObject, format: &str) -> Result<String, Error> {
    budget::room(format.len())?;
    let mut out = String::with_capacity(format.len() * 2);
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut flag = None;
        let mut directive = chars.next();
        if let Some(c @ ('-' | '_' | '0' | '^' | '#')) = directive {
            flag = Some(c);
            directive = chars.next();
        }
        let Some(directive) = directive else {
            out.push('%');
            out.extend(flag);
            break;
        };
        let before = out.len();
        one(of, directive, flag, &mut out)?;
        budget::room(out.len() - before)?;
    }
    Ok(out)
}

/// A number, filled up to a width as its flag says.
fn push_number(out: &mut String, value: i64, width: usize, pad: char, flag: Option<char>) {
    let pad = match flag {
        Some('-') => None,
        Some('_') => Some(' '),
        Some('0') => Some('0'),
        _ => Some(pad),
    };
    let digits = value.to_string();
    if let Some(pad) = pad {
        out.extend(std::iter::repeat_n(pad, width.saturating_sub(digits.len())));
    }
    out.push_str(&digits);
}

fn one(
    of: &DateTimeObject,
    directive: char,
    flag: Option<char>,
    out: &mut String,
) -> Result<(), Error> {
    let (date, time) = (of.civil.date(), of.civil.time());
    let weekday = date.weekday().to_monday_zero_offset() as usize;
    let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    let day_of_year = i64::from(date.day_of_year());
    let twelve = (i64::from(time.hour()) + 11) % 12 + 1;
    let number = match directive {
        'd' => Some((i64::from(date.day()), 2, '0')),
        'e' => Some((i64::from(date.day()), 2, ' ')),
        'm' => Some((i64::from(date.month()), 2, '0')),
        'y' => Some((i64::from(date.year()) % 100, 2, '0')),
        'Y' => Some((i64::from(date.year()), 1, '0')),
        'C' => Some((i64::from(date.year()) / 100, 2, '0')),
        'H' => Some((i64::from(time.hour()), 2, '0')),
        'k' => Some((i64::from(time.hour()), 2, ' ')),
        'I' => Some((twelve, 2, '0')),
        'l' => Some((twelve, 2, ' ')),
        'M' => Some((i64::from(time.minute()), 2, '0')),
        'S' => Some((i64::from(time.second()), 2, '0')),
        'f' => Some((i64::from(time.subsec_nanosecond() / 1000), 6, '0')),
        'j' => Some((day_of_year, 3, '0')),
        'u' => Some((weekday as i64 + 1, 1, '0')),
        'w' => Some(((weekday as i64 + 1) % 7, 1, '0')),
        'U' => Some(((day_of_year + 6 - (weekday as i64 + 1) % 7) / 7, 2, '0')),
        'W' => Some(((day_of_year + 6 - weekday as i64) / 7, 2, '0')),
        'V' => Some((i64::from(date.iso_week_date().week()), 2, '0')),
        'G' => Some((i64::from(date.iso_week_date().year()), 4, '0')),
        _ => None,
    };
    if let Some((value, width, pad)) = number {
        push_number(out, value, width, pad, flag);
        return Ok(());
    }
    let text = match directive {
        'a' => DAYS[weekday][..3].to_owned(),
        'A' => DAYS[weekday].to_owned(),
        'b' | 'h' => month[..3].to_owned(),
        'B' => month.to_owned(),
        'p' => (if time.hour() < 12 { "AM" } else { "PM" }).to_owned(),
        'P' => (if time.hour() < 12 { "am" } else { "pm" }).to_owned(),
        'c' => strftime(of, "%a %b %e %H:%M:%S %Y")?,
        'x' | 'D' => strftime(of, "%m/%d/%y")?,
        'X' | 'T' => strftime(of, "%H:%M:%S")?,
        'F' => strftime(of, "%Y-%m-%d")?,
        'R' => strftime(of, "%H:%M")?,
        'r' => strftime(of, "%I:%M:%S %p")?,
        'z' => of
            .offset
            .map(|offset| offset_text(offset, ""))
            .unwrap_or_default(),
        'Z' => of.offset.map(zone_name).unwrap_or_default(),
        'n' => "\n".to_owned(),
        't' => "\t".to_owned(),
        '%' => "%".to_owned(),
        other => format!("%{other}"),
    };
    out.push_str(&if flag == Some('^') {
        text.to_uppercase()
    } else {
        text
    });
    Ok(())
}

/// `time.strftime(format)`, of now.
pub(super) fn of_now(args: &Args) -> Result<Value, Error> {
    let format: String = args.get(0, "format")?;
    if args.positional().len() > 1 {
        return Err(Error::type_error(
            "time.strftime of another time than now is not supported; datetime has it",
        ));
    }
    let now = jiff::Zoned::now();
    let of = DateTimeObject {
        civil: now.datetime(),
        offset: Some(now.offset().seconds()),
    };
    strftime(&of, &format).map(Value::from)
}

/// What `strptime` has read so far.
struct Read<'t> {
    whole: &'t str,
    rest: &'t str,
    format: &'t str,
}

impl Read<'_> {
    fn no_match(&self) -> Error {
        let (text, format) = (
            Value::from(self.whole).repr(),
            Value::from(self.format).repr(),
        );
        Error::value_error(format!("time data {text} does not match format {format}"))
    }

    fn number(&mut self, most: usize) -> Result<i64, Error> {
        let length = self
            .rest
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        let (digits, rest) = self.rest.split_at(length);
        let number = digits.parse().map_err(|_| self.no_match())?;
        self.rest = rest;
        Ok(number)
    }

    /// One of some names, or the first three letters of it.
    fn name(&mut self, names: &[&str], short: bool) -> Result<i64, Error> {
        let found = names.iter().position(|name| {
            let name = if short { &name[..3] } else { name };
            self.rest
                .get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name))
        });
        let index = found.ok_or_else(|| self.no_match())?;
        let length = if short { 3 } else { names[index].len() };
        self.rest = &self.rest[length..];
        Ok(index as i64)
    }
}

/// Python's `datetime.strptime`.
pub(super) fn strptime(text: &str, format: &str) -> Result<DateTimeObject, Error> {
    let mut read = Read {
        whole: text,
        rest: text,
        format,
    };
    let (mut year, mut month, mut day) = (1900, 1, 1);
    let (mut hour, mut minute, mut second, mut micro) = (0, 0, 0, 0);
    let (mut afternoon, mut twelve, mut offset, mut day_of_year) = (None, false, None, None);
    let expanded = format
        .replace("%T", "%H:%M:%S")
        .replace("%F", "%Y-%m-%d")
        .replace("%R", "%H:%M")
        .replace("%D", "%m/%d/%y");
    let mut chars = expanded.chars();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            read.rest = read.rest.trim_start();
            continue;
        }
        if c != '%' {
            read.rest = read.rest.strip_prefix(c).ok_or_else(|| read.no_match())?;
            continue;
        }
        match chars.next() {
            Some('Y') => year = read.number(4)?,
            Some('y') => {
                let short = read.number(2)?;
                year = short + if short < 69 { 2000 } else { 1900 };
            }
            Some('m') => month = read.number(2)?,
            Some('d') => day = read.number(2)?,
            Some('H') => hour = read.number(2)?,
            Some('I') => {
                hour = read.number(2)?;
                twelve = true;
            }
            Some('M') => minute = read.number(2)?,
            Some('S') => second = read.number(2)?,
            Some('j') => day_of_year = Some(read.number(3)?),
            Some('f') => {
                let before = read.rest.len();
                micro = read.number(6)?;
                let digits = before - read.rest.len();
                micro *= 10i64.pow(6 - u32::try_from(digits).unwrap_or(6));
            }
            Some('b' | 'h') => month = read.name(&MONTHS, true)? + 1,
            Some('B') => month = read.name(&MONTHS, false)? + 1,
            Some('a') => {
                read.name(&DAYS, true)?;
            }
            Some('A') => {
                read.name(&DAYS, false)?;
            }
            Some('p') => afternoon = Some(read.name(&["AM", "PM"], false)? == 1),
            Some('z') => offset = Some(zone(&mut read)?),
            Some('Z') => {
                let name = ["UTC", "GMT"]
                    .iter()
                    .find(|name| read.rest.starts_with(**name));
                read.rest = &read.rest[name.ok_or_else(|| read.no_match())?.len()..];
            }
            Some('%') => read.rest = read.rest.strip_prefix('%').ok_or_else(|| read.no_match())?,
            other => {
                let directive = other.map_or_else(String::new, String::from);
                return Err(Error::value_error(format!(
                    "'{directive}' is a bad directive in format '{format}'"
                )));
            }
        }
    }
    if !read.rest.is_empty() {
        return Err(Error::value_error(format!(
            "unconverted data remains: {}",
            read.rest
        )));
    }
    if twelve {
        hour = hour % 12 + if afternoon == Some(true) { 12 } else { 0 };
    }
    let wrong = |_| read.no_match();
    let mut date = new_date(year, month, day).map_err(|error| {
        if error.message().contains("day is") {
            error
        } else {
            read.no_match()
        }
    })?;
    if let Some(day) = day_of_year {
        let first = Date::new(date.year(), 1, 1).map_err(|_| read.no_match())?;
        date = first
            .checked_add(jiff::SignedDuration::from_hours((day - 1) * 24))
            .map_err(|_| read.no_match())?;
    }
    let time = new_time(hour, minute, second, micro).map_err(wrong)?;
    Ok(DateTimeObject {
        civil: DateTime::from_parts(date, time),
        offset,
    })
}

fn zone(read: &mut Read<'_>) -> Result<i32, Error> {
    if let Some(rest) = read.rest.strip_prefix('Z') {
        read.rest = rest;
        return Ok(0);
    }
    let negative = read.rest.starts_with('-');
    let rest = read
        .rest
        .strip_prefix(['+', '-'])
        .ok_or_else(|| read.no_match())?;
    read.rest = rest;
    let hours = read.number(2)?;
    read.rest = read.rest.strip_prefix(':').unwrap_or(read.rest);
    let minutes = read.number(2)?;
    let seconds = (hours * 3600 + minutes * 60) as i32;
    Ok(if negative { -seconds } else { seconds })
}
