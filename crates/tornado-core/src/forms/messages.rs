//! The messages of the rules, and their translation.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Display;

use garde::i18n::{I18n, InvalidCreditCard, InvalidEmail, InvalidPhoneNumber, InvalidUrl, IpKind};

use crate::de::{Failure, Kind};
use crate::locale::{Locale, fill};

const REQUIRED: &str = "This field is required.";
const INTEGER: &str = "Not a valid integer value.";
const FLOAT: &str = "Not a valid float value.";
const CHOICE: &str = "Not a valid choice.";
const INPUT: &str = "Invalid input.";
const TOO_SHORT: &str = "Field must be at least %(min)d character long.";
const TOO_SHORT_PLURAL: &str = "Field must be at least %(min)d characters long.";
const TOO_LONG: &str = "Field cannot be longer than %(max)d character.";
const TOO_LONG_PLURAL: &str = "Field cannot be longer than %(max)d characters.";
const TOO_LOW: &str = "Number must be at least %(min)s.";
const TOO_HIGH: &str = "Number must be at most %(max)s.";
const DIFFERENT: &str = "Field must be equal to %(other_name)s.";
const EMAIL: &str = "Invalid email address.";
const URL: &str = "Invalid URL.";
const IP: &str = "Invalid IP address.";
const CREDIT_CARD: &str = "Invalid credit card number.";
const PHONE_NUMBER: &str = "Invalid phone number.";
const CONTAINS: &str = "Field must contain %(text)s.";
const PREFIX: &str = "Field must begin with %(text)s.";
const SUFFIX: &str = "Field must end with %(text)s.";
const ASCII: &str = "Field must be plain ASCII.";
const ALPHANUMERIC: &str = "Field must have letters and digits only.";

/// The messages of the rules, for translators. Up to `Invalid IP address.` they
/// are those of WTForms 3, which has no rules for the others.
pub const MESSAGES: &[&str] = &[
    REQUIRED,
    INTEGER,
    FLOAT,
    CHOICE,
    INPUT,
    TOO_SHORT,
    TOO_SHORT_PLURAL,
    TOO_LONG,
    TOO_LONG_PLURAL,
    TOO_LOW,
    TOO_HIGH,
    DIFFERENT,
    EMAIL,
    URL,
    IP,
    CREDIT_CARD,
    PHONE_NUMBER,
    CONTAINS,
    PREFIX,
    SUFFIX,
    ASCII,
    ALPHANUMERIC,
];

/// A message that is not translated yet.
#[derive(Clone, Debug)]
pub(super) enum Message {
    /// A key, and the name and value of its placeholder.
    Rule(&'static str, Option<(&'static str, String)>),
    /// A text for 1 and one for other numbers, and the number with the name of
    /// its placeholder.
    Plural(&'static str, &'static str, &'static str, usize),
    /// A text of the application.
    Own(String),
}

impl Message {
    /// The message for a field that can't be read.
    pub(super) fn of_failure(failure: &Failure) -> Message {
        let key = match failure {
            Failure::Missing(_) => REQUIRED,
            Failure::Value { kind, message, .. } => match kind {
                Kind::Blank => REQUIRED,
                Kind::Integer => INTEGER,
                Kind::Float => FLOAT,
                Kind::Choice => CHOICE,
                Kind::Input => INPUT,
                Kind::Known | Kind::Other => return Message::Own(message.clone()),
            },
            other => return Message::Own(other.to_string()),
        };
        Message::Rule(key, None)
    }

    pub(super) fn translate(&self, locale: &Locale) -> String {
        match self {
            Message::Own(text) => locale.translate(text).to_owned(),
            Message::Rule(key, None) => locale.translate(key).to_owned(),
            Message::Rule(key, Some((name, value))) => {
                fill(locale.translate(key), &[(name, value)])
            }
            Message::Plural(one, many, name, count) => {
                let text = locale.translate_plural(one, many, *count);
                fill(text, &[(name, count)])
            }
        }
    }
}

/// Collects the messages of garde, so that the user's language is needed only
/// if something is wrong. In their place, garde gets a marker.
#[derive(Debug, Default)]
pub(super) struct Messages(RefCell<Vec<Message>>);

/// No text of an application begins with it.
const MARK: char = '\0';

impl Messages {
    /// The message behind one of garde's texts.
    pub(super) fn of(&self, text: &str) -> Message {
        let place = text.strip_prefix(MARK).and_then(|place| place.parse().ok());
        let message = place.and_then(|place: usize| self.0.borrow().get(place).cloned());
        message.unwrap_or_else(|| Message::Own(text.to_owned()))
    }

    fn keep(&self, message: Message) -> Cow<'static, str> {
        let mut messages = self.0.borrow_mut();
        messages.push(message);
        format!("{MARK}{}", messages.len() - 1).into()
    }

    fn rule(&self, key: &'static str) -> Cow<'static, str> {
        self.keep(Message::Rule(key, None))
    }

    fn with(
        &self,
        key: &'static str,
        name: &'static str,
        value: &dyn Display,
    ) -> Cow<'static, str> {
        self.keep(Message::Rule(key, Some((name, value.to_string()))))
    }
}

impl I18n for Messages {
    fn length_lower_than(&self, min: usize) -> Cow<'static, str> {
        self.keep(Message::Plural(TOO_SHORT, TOO_SHORT_PLURAL, "min", min))
    }

    fn length_greater_than(&self, max: usize) -> Cow<'static, str> {
        self.keep(Message::Plural(TOO_LONG, TOO_LONG_PLURAL, "max", max))
    }

    fn range_lower_than(&self, min: &dyn Display) -> Cow<'static, str> {
        self.with(TOO_LOW, "min", min)
    }

    fn range_greater_than(&self, max: &dyn Display) -> Cow<'static, str> {
        self.with(TOO_HIGH, "max", max)
    }

    fn credit_card_invalid(&self, _reason: InvalidCreditCard) -> Cow<'static, str> {
        self.rule(CREDIT_CARD)
    }

    fn pattern_no_match(&self, _pattern: &dyn Display) -> Cow<'static, str> {
        self.rule(INPUT)
    }

    fn contains_missing(&self, text: &dyn Display) -> Cow<'static, str> {
        self.with(CONTAINS, "text", text)
    }

    fn url_invalid(&self, _reason: InvalidUrl) -> Cow<'static, str> {
        self.rule(URL)
    }

    fn prefix_missing(&self, text: &dyn Display) -> Cow<'static, str> {
        self.with(PREFIX, "text", text)
    }

    fn suffix_missing(&self, text: &dyn Display) -> Cow<'static, str> {
        self.with(SUFFIX, "text", text)
    }

    fn phone_number_invalid(&self, _reason: InvalidPhoneNumber) -> Cow<'static, str> {
        self.rule(PHONE_NUMBER)
    }

    fn ip_invalid(&self, _kind: IpKind) -> Cow<'static, str> {
        self.rule(IP)
    }

    fn matches_field_mismatch(&self, field: &dyn Display) -> Cow<'static, str> {
        self.with(DIFFERENT, "other_name", field)
    }

    fn email_invalid(&self, _reason: InvalidEmail) -> Cow<'static, str> {
        self.rule(EMAIL)
    }

    fn ascii_invalid(&self) -> Cow<'static, str> {
        self.rule(ASCII)
    }

    fn alphanumeric_invalid(&self) -> Cow<'static, str> {
        self.rule(ALPHANUMERIC)
    }

    fn required_not_set(&self) -> Cow<'static, str> {
        self.rule(REQUIRED)
    }
}
