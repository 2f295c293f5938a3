//! Dates as people say them.

use time::{Duration, OffsetDateTime};

use super::{Locale, fill};

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

const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// How to show a date: the arguments of Tornado's `format_date` and
/// `format_day`.
///
/// ```
/// use tornado_locale::{DateFormat, Translations};
/// use time::macros::datetime;
///
/// let locale = Translations::new().get_closest(["en_US"]);
/// let format = DateFormat::new().full_format(true).shorter(true);
/// let date = datetime!(1980-07-10 18:35 UTC);
/// assert_eq!(locale.format_date_with(date, &format), "July 10, 1980");
/// ```
#[derive(Clone, Debug)]
pub struct DateFormat {
    gmt_offset: i64,
    relative: bool,
    shorter: bool,
    full_format: bool,
    dow: bool,
}

impl DateFormat {
    /// Tornado's defaults.
    #[must_use]
    pub fn new() -> DateFormat {
        DateFormat {
            gmt_offset: 0,
            relative: true,
            shorter: false,
            full_format: false,
            dow: true,
        }
    }

    /// How many minutes the user's clock is behind the date's: the result of
    /// JavaScript's `getTimezoneOffset()`. In winter, Berlin has -60.
    ///
    /// ```
    /// use tornado_locale::{DateFormat, Translations};
    /// use time::macros::datetime;
    /// let locale = Translations::new().get_closest(["en_US"]);
    /// let format = DateFormat::new().gmt_offset(-60);
    /// assert_eq!(locale.format_date_with(datetime!(2013-01-27 18:35 UTC), &format), "January 27, 2013 at 7:35 pm");
    /// ```
    #[must_use]
    pub fn gmt_offset(mut self, minutes: i32) -> DateFormat {
        self.gmt_offset = i64::from(minutes);
        self
    }

    /// Whether `format_date` may say how long ago it was, which is the default.
    #[must_use]
    pub fn relative(mut self, relative: bool) -> DateFormat {
        self.relative = relative;
        self
    }

    /// Whether `format_date` leaves out the time if it shows a day.
    #[must_use]
    pub fn shorter(mut self, shorter: bool) -> DateFormat {
        self.shorter = shorter;
        self
    }

    /// Whether `format_date` always names day, month and year.
    #[must_use]
    pub fn full_format(mut self, full_format: bool) -> DateFormat {
        self.full_format = full_format;
        self
    }

    /// Whether `format_day` names the day of the week, which is the default.
    #[must_use]
    pub fn dow(mut self, dow: bool) -> DateFormat {
        self.dow = dow;
        self
    }

    fn local(&self, date: OffsetDateTime) -> OffsetDateTime {
        date.saturating_sub(Duration::minutes(self.gmt_offset))
    }
}

impl Default for DateFormat {
    fn default() -> DateFormat {
        DateFormat::new()
    }
}

impl Locale {
    /// A date in the words people use, usually in the past: `2 minutes ago`,
    /// `yesterday at 3:04 pm`, `Monday at 3:04 pm`, `July 10 at 3:04 pm`,
    /// `July 10, 1980 at 3:04 pm`.
    ///
    /// It accepts a `SystemTime` or an `OffsetDateTime`. The texts are
    /// translated if there are translations for them: `yesterday at %(time)s`,
    /// `July` and so on.
    ///
    /// ```
    /// use tornado_locale::Translations;
    /// use std::time::{Duration, SystemTime};
    /// let locale = Translations::new().get_closest(["en_US"]);
    /// let earlier = SystemTime::now() - Duration::from_secs(2 * 3600);
    /// assert_eq!(locale.format_date(earlier), "2 hours ago");
    /// ```
    #[must_use]
    pub fn format_date(&self, date: impl Into<OffsetDateTime>) -> String {
        self.format_date_with(date, &DateFormat::new())
    }

    /// As [`format_date`](Self::format_date), with options:
    /// `format_date(date, gmt_offset, relative, shorter, full_format)`.
    #[must_use]
    pub fn format_date_with(&self, date: impl Into<OffsetDateTime>, format: &DateFormat) -> String {
        self.format_date_at(date.into(), OffsetDateTime::now_utc(), format)
    }

    /// A day: `Monday, January 22`.
    ///
    /// ```
    /// use tornado_locale::Translations;
    /// use time::macros::datetime;
    /// let locale = Translations::new().get_closest(["en_US"]);
    /// assert_eq!(locale.format_day(datetime!(2013-04-28 18:35 UTC)), "Sunday, April 28");
    /// ```
    #[must_use]
    pub fn format_day(&self, date: impl Into<OffsetDateTime>) -> String {
        self.format_day_with(date, &DateFormat::new())
    }

    /// As [`format_day`](Self::format_day), with options:
    /// `format_day(date, gmt_offset, dow)`.
    #[must_use]
    pub fn format_day_with(&self, date: impl Into<OffsetDateTime>, format: &DateFormat) -> String {
        let local = format.local(date.into());
        let text = if format.dow {
            "%(weekday)s, %(month_name)s %(day)s"
        } else {
            "%(month_name)s %(day)s"
        };
        self.fill_date(text, local)
    }

    pub(super) fn format_date_at(
        &self,
        mut date: OffsetDateTime,
        now: OffsetDateTime,
        format: &DateFormat,
    ) -> String {
        let mut full_format = format.full_format;
        if date > now {
            if format.relative && date - now < Duration::minutes(1) {
                // Clocks differ a little.
                date = now;
            } else {
                full_format = true;
            }
        }
        let difference = now - date;
        let days = difference.whole_days();
        if !full_format && format.relative && days == 0 {
            return self.ago(difference.whole_seconds());
        }
        let local = format.local(date);
        let yesterday = format.local(now).saturating_sub(Duration::DAY);
        let (longer, shorter) = match days {
            _ if full_format => FULL,
            0 => ("%(time)s", "%(time)s"),
            1 if format.relative && local.day() == yesterday.day() => {
                ("yesterday at %(time)s", "yesterday")
            }
            1..5 => ("%(weekday)s at %(time)s", "%(weekday)s"),
            // Eleven months; beyond that, the same month may be last year's.
            5..334 => (
                "%(month_name)s %(day)s at %(time)s",
                "%(month_name)s %(day)s",
            ),
            _ => FULL,
        };
        self.fill_date(if format.shorter { shorter } else { longer }, local)
    }

    /// How long ago a moment of today was.
    fn ago(&self, seconds: i64) -> String {
        // Python rounds a half to even.
        let rounded = |unit: f64| (seconds as f64 / unit).round_ties_even() as i64;
        let (one, many, name, count) = if seconds < 50 {
            (
                "1 second ago",
                "%(seconds)d seconds ago",
                "seconds",
                seconds,
            )
        } else if seconds < 50 * 60 {
            (
                "1 minute ago",
                "%(minutes)d minutes ago",
                "minutes",
                rounded(60.0),
            )
        } else {
            (
                "1 hour ago",
                "%(hours)d hours ago",
                "hours",
                rounded(3600.0),
            )
        };
        fill(self.translate_plural(one, many, count), &[(name, &count)])
    }

    /// Translates a text, and fills in a date.
    fn fill_date(&self, text: &str, local: OffsetDateTime) -> String {
        let month = MONTHS[usize::from(u8::from(local.month())) - 1];
        let weekday = WEEKDAYS[usize::from(local.weekday().number_days_from_monday())];
        fill(
            self.translate(text),
            &[
                ("month_name", &self.translate(month)),
                ("weekday", &self.translate(weekday)),
                ("day", &local.day()),
                ("year", &local.year()),
                ("time", &self.time(local)),
            ],
        )
    }

    fn time(&self, local: OffsetDateTime) -> String {
        let (hour, minute) = (local.hour(), local.minute());
        let afternoon = hour >= 12;
        let of_twelve = match hour % 12 {
            0 => 12,
            hour => hour,
        };
        match self.code() {
            "en" | "en_US" => {
                let half = if afternoon { "pm" } else { "am" };
                format!("{of_twelve}:{minute:02} {half}")
            }
            "zh_CN" => {
                let half = if afternoon { "下午" } else { "上午" };
                format!("{half}{of_twelve}:{minute:02}")
            }
            _ => format!("{hour}:{minute:02}"),
        }
    }
}

/// The long form, and the same without the time.
const FULL: (&str, &str) = (
    "%(month_name)s %(day)s, %(year)s at %(time)s",
    "%(month_name)s %(day)s, %(year)s",
);
