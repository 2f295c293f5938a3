//! Dates in headers, as Python's `email.utils.parsedate_to_datetime` reads them.

use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A date in any form that HTTP has had (RFC 9110, 5.6.7) or that e-mails use:
/// with an offset, without the day of the week, with a two-digit year. `None`
/// if it is not a date. Without an offset it is in UTC.
pub(crate) fn parse(text: &str) -> Option<OffsetDateTime> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let first = *words.first()?;
    if first.ends_with(',') || DAYS.contains(&&*first.to_lowercase()) {
        words.remove(0);
    } else if let Some((_, rest)) = first.rsplit_once(',') {
        words[0] = rest;
    }
    // RFC 850: `Sunday, 06-Nov-94 08:49:37 GMT`.
    if words.len() == 3 {
        let parts: Vec<&str> = words[0].split('-').collect();
        if parts.len() == 3 {
            words.splice(0..1, parts);
        }
    }
    if words.len() == 4 {
        let last = words[3];
        match last.find('+').or_else(|| last.find('-')) {
            Some(at) if at > 0 => {
                words.splice(3.., [&last[..at], &last[at..]]);
            }
            _ => words.push(""),
        }
    }
    let &[mut day, mut month, mut year, mut time, mut zone, ..] = words.as_slice() else {
        return None;
    };
    if day.is_empty() || month.is_empty() || year.is_empty() {
        return None;
    }
    let mut number = month_number(month);
    if number.is_none() {
        (day, month) = (month, day);
        number = month_number(month);
    }
    let month = Month::try_from(number?).ok()?;
    day = day.strip_suffix(',').unwrap_or(day);
    if year.find(':').is_some_and(|at| at > 0) {
        (year, time) = (time, year);
    }
    year = year.strip_suffix(',').unwrap_or(year);
    if !year.starts_with(|c: char| c.is_ascii_digit()) {
        if year.is_empty() {
            return None;
        }
        (year, zone) = (zone, year);
    }
    time = time.strip_suffix(',').unwrap_or(time);
    let mut fields: Vec<&str> = time.split(':').collect();
    if fields.len() == 1 {
        fields = time.split('.').collect();
    }
    let (hour, minute, second) = match fields[..] {
        [hour, minute] => (hour, minute, "0"),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let year = match year.parse::<i32>().ok()? {
        year @ ..=68 => year + 2000,
        year @ 69..=99 => year + 1900,
        year => year,
    };
    let date = Date::from_calendar_date(year, month, day.parse().ok()?).ok()?;
    let time = Time::from_hms(
        hour.parse().ok()?,
        minute.parse().ok()?,
        second.parse().ok()?,
    );
    let offset = UtcOffset::from_whole_seconds(offset(zone)?).ok()?;
    Some(date.with_time(time.ok()?).assume_offset(offset))
}

fn month_number(name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    let found = MONTHS
        .iter()
        .position(|month| **month == *name || (name.len() == 3 && month.starts_with(&name)));
    u8::try_from(found? + 1).ok()
}

/// Seconds east of Greenwich.
fn offset(zone: &str) -> Option<i32> {
    let hours_and_minutes: i32 = match &*zone.to_uppercase() {
        "UT" | "UTC" | "GMT" | "Z" => 0,
        "AST" | "EDT" => -400,
        "ADT" => -300,
        "EST" | "CDT" => -500,
        "CST" | "MDT" => -600,
        "MST" | "PDT" => -700,
        "PST" => -800,
        // An invalid offset counts as zero.
        zone => zone.parse().unwrap_or(0),
    };
    let (sign, number) = (hours_and_minutes.signum(), hours_and_minutes.checked_abs()?);
    let seconds = (number / 100)
        .checked_mul(3600)?
        .checked_add(number % 100 * 60)?;
    (seconds < 86400).then_some(sign * seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Python's answers, as seconds since 1970.
    #[test]
    fn dates_are_read_as_python_reads_them() {
        let cases: Vec<(String, Option<i64>)> =
            serde_json::from_str(include_str!("../tests/golden/dates.json")).unwrap();
        assert!(cases.len() > 60);
        for (text, expected) in cases {
            assert_eq!(
                parse(&text).map(|date| date.unix_timestamp()),
                expected,
                "{text:?}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text: String) {
            let _ = parse(&text);
        }

        #[test]
        fn any_words_are_read_without_a_panic(text in "([a-zA-Z]{3},? |[0-9]{1,4}[ :,.+-]){0,9}") {
            let _ = parse(&text);
        }
    }
}
