//! `Envelope`: a message with its room, as text.

use std::borrow::Cow;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use crate::protocol::Message;

/// What nodes send each other: JSON, so that programs in any language can write it. For a program
/// that is not a node, `room` and `text` are enough.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Envelope<'a> {
    /// The node, which has already delivered its own messages.
    #[serde(default, borrow, skip_serializing_if = "str::is_empty")]
    pub(super) from: Cow<'a, str>,
    /// Which of its messages this is: PostgreSQL drops one of two identical
    /// ones.
    #[serde(default)]
    number: u64,
    #[serde(borrow)]
    pub(super) room: Cow<'a, str>,
    #[serde(flatten, borrow)]
    body: Body<'a>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Body<'a> {
    #[serde(borrow)]
    Text(Cow<'a, str>),
    Base64(Cow<'a, str>),
}

impl<'a> Envelope<'a> {
    pub(super) fn of(
        node: &'a str,
        number: u64,
        room: &'a str,
        message: &'a Message,
    ) -> Envelope<'a> {
        Envelope {
            from: node.into(),
            number,
            room: room.into(),
            body: match message {
                Message::Text(text) => Body::Text(text.into()),
                Message::Binary(bytes) => Body::Base64(BASE64_STANDARD.encode(bytes).into()),
            },
        }
    }

    pub(super) fn parse(text: &'a str) -> Result<Envelope<'a>, serde_json::Error> {
        serde_json::from_str(text)
    }

    pub(super) fn to_text(&self) -> String {
        serde_json::to_string(self).expect("all of it is texts and a number")
    }

    /// The message; `None` if it is not base64.
    pub(super) fn into_message(self) -> Option<Message> {
        match self.body {
            Body::Text(text) => Some(text.into_owned().into()),
            Body::Base64(text) => BASE64_STANDARD.decode(&*text).ok().map(Message::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn there_and_back(room: &str, message: &Message) {
        let text = Envelope::of("node", 7, room, message).to_text();
        let envelope = Envelope::parse(&text).unwrap();
        assert_eq!(
            (&*envelope.from, &*envelope.room, envelope.number),
            ("node", room, 7)
        );
        assert_eq!(envelope.into_message().as_ref(), Some(message));
    }

    proptest! {
        #[test]
        fn what_is_sent_is_what_comes(room: String, text: String, bytes: Vec<u8>) {
            there_and_back(&room, &text.into());
            there_and_back(&room, &bytes.into());
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let _ = Envelope::parse(&text);
        }
    }

    #[test]
    fn a_program_of_any_language_can_write_it() {
        let envelope = Envelope::parse(r#"{"room": "a", "text": "\u00e9"}"#).unwrap();
        assert_eq!((&*envelope.from, &*envelope.room), ("", "a"));
        assert_eq!(envelope.into_message(), Some("é".into()));
        let envelope = Envelope::parse(r#"{"room": "a", "base64": "AA=="}"#).unwrap();
        assert_eq!(envelope.into_message(), Some(vec![0].into()));
        let envelope = Envelope::parse(r#"{"room": "a", "base64": "?"}"#).unwrap();
        assert_eq!(envelope.into_message(), None);
        for bad in ["", "{}", "[]", r#"{"room": "a"}"#, r#"{"text": "a"}"#] {
            assert!(Envelope::parse(bad).is_err(), "{bad}");
        }
    }
}
