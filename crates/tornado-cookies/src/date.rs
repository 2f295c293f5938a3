//! Dates such as `Sun, 27 Jan 2013 18:43:20 GMT`: the form of RFC 9110, section
//! 5.6.7, and of Tornado's `format_timestamp`.

use time::{OffsetDateTime, UtcOffset};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Appends a date, or returns `None` if its year is outside 1 to 9999.
pub(crate) fn push_date(out: &mut String, time: OffsetDateTime) -> Option<()> {
    let time = time.checked_to_offset(UtcOffset::UTC)?;
    let year = u16::try_from(time.year()).ok().filter(|year| *year > 0)?;
    out.push_str(DAYS[usize::from(time.weekday().number_days_from_monday())]);
    out.push_str(", ");
    push_two(out, time.day());
    out.push(' ');
    out.push_str(MONTHS[usize::from(u8::from(time.month()) - 1)]);
    out.push(' ');
    // Both are below 100, since `time` has no year above 9999.
    push_two(out, (year / 100) as u8);
    push_two(out, (year % 100) as u8);
    out.push(' ');
    push_two(out, time.hour());
    out.push(':');
    push_two(out, time.minute());
    out.push(':');
    push_two(out, time.second());
    out.push_str(" GMT");
    Some(())
}

fn push_two(out: &mut String, number: u8) {
    out.push(char::from(b'0' + number / 10));
    out.push(char::from(b'0' + number % 10));
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_date_is_written_as_tornado_does() {
        for (time, expected) in [
            (
                datetime!(2013-01-27 18:43:20.999 UTC),
                Some("Sun, 27 Jan 2013 18:43:20 GMT"),
            ),
            (
                datetime!(2024-03-01 00:30:00 +01:00),
                Some("Thu, 29 Feb 2024 23:30:00 GMT"),
            ),
            (
                datetime!(0001-01-01 00:00:00 UTC),
                Some("Mon, 01 Jan 0001 00:00:00 GMT"),
            ),
            (
                datetime!(9999-12-31 23:59:59 UTC),
                Some("Fri, 31 Dec 9999 23:59:59 GMT"),
            ),
            (datetime!(0000-12-31 23:59:59 UTC), None),
            (datetime!(9999-12-31 23:59:59 -01:00), None),
        ] {
            let mut out = String::new();
            let written = push_date(&mut out, time).map(|()| out.as_str());
            assert_eq!(written, expected);
        }
    }
}
