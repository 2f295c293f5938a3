//! `locale`, `_` and `pgettext` in a page.

use tornado_template::{Args, Error, Object, Value};

use crate::locale::{DateFormat, Locale};

/// The locale of a request, with the methods of Tornado's.
#[derive(Debug)]
pub(super) struct LocaleObject(pub(super) Locale);

impl Object for LocaleObject {
    fn type_name(&self) -> &str {
        "Locale"
    }

    fn get_attr(&self, name: &str) -> Option<Value> {
        match name {
            "code" => Some(self.0.code().into()),
            "name" => Some(self.0.name().into()),
            "rtl" => Some(self.0.rtl().into()),
            "translate" => Some(translate(self.0.clone())),
            "pgettext" => Some(pgettext(self.0.clone())),
            _ => None,
        }
    }

    fn call_method(&self, name: &str, args: Args) -> Option<Result<Value, Error>> {
        Some(match name {
            "format_date" => self.format_date(&args),
            "format_day" => self.format_day(&args),
            "friendly_number" => args
                .get(0, "value")
                .map(|number: i64| self.0.friendly_number(number).into()),
            "list" => args
                .get(0, "parts")
                .map(|parts: Vec<String>| self.0.list(&parts).into()),
            _ => return None,
        })
    }
}

impl LocaleObject {
    /// `format_date(date, gmt_offset=0, relative=True, shorter=False, full_format=False)`.
    fn format_date(&self, args: &Args) -> Result<Value, Error> {
        let format = DateFormat::new()
            .gmt_offset(gmt_offset(args)?)
            .relative(args.get_or(2, "relative", true)?)
            .shorter(args.get_or(3, "shorter", false)?)
            .full_format(args.get_or(4, "full_format", false)?);
        let date: time::OffsetDateTime = args.get(0, "date")?;
        Ok(self.0.format_date_with(date, &format).into())
    }

    /// `format_day(date, gmt_offset=0, dow=True)`.
    fn format_day(&self, args: &Args) -> Result<Value, Error> {
        let format = DateFormat::new()
            .gmt_offset(gmt_offset(args)?)
            .dow(args.get_or(2, "dow", true)?);
        let date: time::OffsetDateTime = args.get(0, "date")?;
        Ok(self.0.format_day_with(date, &format).into())
    }
}

fn gmt_offset(args: &Args) -> Result<i32, Error> {
    let minutes = args.get_or(1, "gmt_offset", 0_i64)?;
    i32::try_from(minutes)
        .map_err(|_| Error::with_class("ValueError", "gmt_offset is a number of minutes"))
}

/// `translate(message, plural_message=None, count=None)`.
pub(super) fn translate(locale: Locale) -> Value {
    Value::function("translate", move |args: Args| -> Result<String, Error> {
        let message: String = args.get(0, "message")?;
        let text = match plural(&args, 1)? {
            Some((plural, count)) => locale.translate_plural(&message, &plural, count).to_owned(),
            None => locale.translate(&message).to_owned(),
        };
        Ok(text)
    })
}

/// `pgettext(context, message, plural_message=None, count=None)`.
pub(super) fn pgettext(locale: Locale) -> Value {
    Value::function("pgettext", move |args: Args| -> Result<String, Error> {
        let context: String = args.get(0, "context")?;
        let message: String = args.get(1, "message")?;
        let text = match plural(&args, 2)? {
            Some((plural, count)) => {
                let text = locale.pgettext_plural(&context, &message, &plural, count);
                text.to_owned()
            }
            None => locale.pgettext(&context, &message).to_owned(),
        };
        Ok(text)
    })
}

/// The plural form and the number, from an index on, if they were given.
fn plural(args: &Args, index: usize) -> Result<Option<(String, i64)>, Error> {
    let plural: Option<String> = args.get_or(index, "plural_message", None)?;
    match plural {
        Some(plural) => Ok(Some((plural, args.get(index + 1, "count")?))),
        None => Ok(None),
    }
}
