//! CSV as Python's `csv.reader` reads it, in the dialect of Excel.

use super::TranslationsError;

/// The longest field that Python accepts.
const FIELD_LIMIT: usize = 131_072;

/// The state of the reader.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    InField,
    InQuotes,
    /// After a quote within quotes: it is the closing one, or the first of two.
    QuoteInQuotes,
}

/// The rows of a file. An empty line is a row without fields. Malformed input
/// is read as in Python: text may follow the closing quote, and the end of the
/// file closes what is open.
pub(super) fn rows(text: &str) -> Result<Vec<Vec<String>>, TranslationsError> {
    // Python opens the file as text, which unifies the three kinds of line end.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = Reader {
        state: State::StartRecord,
        field: String::new(),
        length: 0,
        row: Vec::new(),
        rows: Vec::new(),
    };
    for c in text.chars() {
        reader.step(c)?;
    }
    if reader.state != State::StartRecord {
        reader.end_field();
        reader.end_row();
    }
    Ok(reader.rows)
}

struct Reader {
    state: State,
    field: String,
    /// The length of the field, in characters.
    length: usize,
    row: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Reader {
    fn step(&mut self, c: char) -> Result<(), TranslationsError> {
        match (self.state, c) {
            (State::StartRecord, '\n') => self.end_row(),
            (State::StartRecord | State::StartField, '"') => self.state = State::InQuotes,
            (State::InQuotes, '"') => self.state = State::QuoteInQuotes,
            (State::InQuotes, c) => self.push(c)?,
            (State::QuoteInQuotes, '"') => {
                self.push(c)?;
                self.state = State::InQuotes;
            }
            (_, '\n') => {
                self.end_field();
                self.end_row();
            }
            (_, ',') => {
                self.end_field();
                self.state = State::StartField;
            }
            (_, c) => {
                self.push(c)?;
                self.state = State::InField;
            }
        }
        Ok(())
    }

    fn push(&mut self, c: char) -> Result<(), TranslationsError> {
        if self.length == FIELD_LIMIT {
            return Err(TranslationsError::form(format!(
                "the field that ends row {} is longer than {FIELD_LIMIT} characters; \
                 is a quote missing?",
                self.rows.len() + 1
            )));
        }
        self.length += 1;
        self.field.push(c);
        Ok(())
    }

    fn end_field(&mut self) {
        self.length = 0;
        self.row.push(std::mem::take(&mut self.field));
    }

    fn end_row(&mut self) {
        self.state = State::StartRecord;
        self.rows.push(std::mem::take(&mut self.row));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_field_may_be_long_but_not_endless() {
        let longest = "é".repeat(FIELD_LIMIT);
        assert_eq!(rows(&longest).unwrap(), [[longest.as_str()]]);
        assert!(rows(&format!("\"{longest}\"\n")).is_ok());
        let error = rows(&format!("a,b\n\"{longest}c")).unwrap_err();
        assert!(error.to_string().starts_with("the field that ends row 2"));
    }

    proptest! {
        #[test]
        fn what_is_written_with_quotes_is_read_back(
            table in prop::collection::vec(prop::collection::vec("[^\r]*", 1..4), 0..4)
        ) {
            let quoted = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
            let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",");
            let text = table.iter().map(line).collect::<Vec<_>>().join("\r\n");
            prop_assert_eq!(rows(&text).unwrap(), table);
        }
    }
}
