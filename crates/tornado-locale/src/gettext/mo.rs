//! The `.mo` file: texts and their translations, sorted, after two tables of
//! lengths and offsets.

use std::collections::HashMap;

use super::plural::Plural;
use crate::TranslationsError;
use crate::encoding::decode;
use crate::python::strip;

/// The value of the first four bytes, in the byte order of the file.
const MAGIC: u32 = 0x9504_12de;

/// The texts of one file.
#[derive(Debug, Default)]
pub(crate) struct Mo {
    single: HashMap<String, String>,
    plurals: HashMap<String, Vec<String>>,
    plural: Plural,
}

/// The contents of the first text, which is the translation of the empty one.
#[derive(Default)]
struct Header {
    charset: Option<String>,
    plural: Option<Plural>,
}

impl Mo {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Mo, TranslationsError> {
        let file = File::new(bytes)?;
        let mut mo = Mo::default();
        let mut header = Header::default();
        for index in 0..file.count {
            let text = file.entry(file.originals, index)?;
            let translation = file.entry(file.translations, index)?;
            if text.is_empty() {
                header.read(translation)?;
            }
            let charset = match &header.charset {
                Some(charset) if !charset.is_empty() => charset.as_str(),
                _ => "ascii",
            };
            mo.insert(text, translation, charset)?;
        }
        mo.plural = header.plural.unwrap_or_default();
        Ok(mo)
    }

    fn insert(
        &mut self,
        text: &[u8],
        translation: &[u8],
        charset: &str,
    ) -> Result<(), TranslationsError> {
        let mut parts = text.split(|byte| *byte == 0);
        let first = decode(parts.next().unwrap_or_default(), charset)?;
        match (parts.next(), parts.next()) {
            (None, _) => {
                self.single.insert(first, decode(translation, charset)?);
            }
            // The plural is not used for the look-up: its own text is only a reminder.
            (Some(_), None) => {
                let forms = self.plurals.entry(first).or_default();
                for (index, form) in translation.split(|byte| *byte == 0).enumerate() {
                    let form = decode(form, charset)?;
                    match forms.get_mut(index) {
                        Some(place) => *place = form,
                        None => forms.push(form),
                    }
                }
            }
            (Some(_), Some(_)) => {
                return Err(corrupt("a text has more than one plural"));
            }
        }
        Ok(())
    }

    /// The translation of a text, which may have plural forms as well.
    pub(crate) fn get(&self, message: &str) -> Option<&str> {
        let single = self.single.get(message).map(String::as_str);
        single.or_else(|| self.get_plural(message, 1))
    }

    /// The form of a text for a number.
    pub(crate) fn get_plural(&self, message: &str, count: i128) -> Option<&str> {
        let forms = self.plurals.get(message)?;
        forms.get(self.plural.index(count)?).map(String::as_str)
    }
}

struct File<'a> {
    bytes: &'a [u8],
    word: fn([u8; 4]) -> u32,
    count: usize,
    originals: usize,
    translations: usize,
}

impl File<'_> {
    fn new(bytes: &[u8]) -> Result<File<'_>, TranslationsError> {
        let magic = bytes.first_chunk().copied().unwrap_or_default();
        let word: fn([u8; 4]) -> u32 = if u32::from_le_bytes(magic) == MAGIC {
            u32::from_le_bytes
        } else if u32::from_be_bytes(magic) == MAGIC {
            u32::from_be_bytes
        } else {
            return Err(TranslationsError::form(
                "Bad magic number: this is no .mo file; make one with msgfmt",
            ));
        };
        let mut file = File {
            bytes,
            word,
            count: 0,
            originals: 0,
            translations: 0,
        };
        let major = file.read(4)? >> 16;
        if major > 1 {
            let message = format!("Bad version number {major}: only 0 and 1 are known");
            return Err(TranslationsError::form(message));
        }
        file.count = file.read(8)?;
        file.originals = file.read(12)?;
        file.translations = file.read(16)?;
        Ok(file)
    }

    fn read(&self, at: usize) -> Result<usize, TranslationsError> {
        let bytes = self.bytes.get(at..).and_then(|bytes| bytes.first_chunk());
        let number = (self.word)(*bytes.ok_or_else(|| corrupt("it ends too early"))?);
        usize::try_from(number).map_err(|_| corrupt("it has an offset out of bounds"))
    }

    /// The text at an index of a table; a zero follows it in the file.
    fn entry(&self, table: usize, index: usize) -> Result<&[u8], TranslationsError> {
        let out_of_bounds = || corrupt("it has an offset out of bounds");
        let row = index
            .checked_mul(8)
            .and_then(|offset| table.checked_add(offset))
            .ok_or_else(out_of_bounds)?;
        let (length, start) = (self.read(row)?, self.read(row.saturating_add(4))?);
        match start.checked_add(length) {
            Some(end) if end < self.bytes.len() => Ok(&self.bytes[start..end]),
            _ => Err(out_of_bounds()),
        }
    }
}

impl Header {
    /// Reads the lines `Name: value`.
    fn read(&mut self, text: &[u8]) -> Result<(), TranslationsError> {
        for line in text.split(|byte| *byte == b'\n') {
            let line = decode(line, "utf-8")?;
            let line = strip(&line);
            if line.starts_with("#-#-#-#-#") && line.ends_with("#-#-#-#-#") {
                continue;
            }
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            let value = strip(value);
            match strip(name).to_lowercase().as_str() {
                "content-type" => {
                    let charset = value.split("charset=").nth(1);
                    let charset = charset.ok_or_else(|| {
                        corrupt("its header Content-Type says no charset=; put UTF-8 there")
                    })?;
                    self.charset = Some(charset.to_owned());
                }
                "plural-forms" => {
                    let plural = value.split(';').nth(1);
                    let plural = plural.and_then(|part| part.split("plural=").nth(1));
                    let plural = plural.ok_or_else(|| {
                        corrupt("its header Plural-Forms is not `nplurals=N; plural=EXPRESSION;`")
                    })?;
                    let plural = Plural::parse(plural)
                        .map_err(|error| TranslationsError::form(error.to_string()))?;
                    self.plural = Some(plural);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn corrupt(why: &str) -> TranslationsError {
    TranslationsError::form(format!("File is corrupt: {why}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_support::mo_file;

    use super::*;

    const HEADER: (&str, &str) = ("", "Content-Type: text/plain; charset=UTF-8\n");

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            texts in prop::collection::btree_map("[^\0]+", "\\PC*", 0..5),
            forms in prop::collection::vec("[^\0]*", 2),
        ) {
            let plural = forms.join("\0");
            let mut pairs = vec![HEADER, ("one\0many", plural.as_str())];
            pairs.extend(texts.iter().map(|(text, translation)| (text.as_str(), translation.as_str())));
            let mo = Mo::parse(&mo_file(&pairs)).unwrap();
            for (text, translation) in &texts {
                prop_assert_eq!(mo.get(text), Some(translation.as_str()));
            }
            prop_assert_eq!(mo.get_plural("one", 1), Some(forms[0].as_str()));
            prop_assert_eq!(mo.get_plural("one", 7), Some(forms[1].as_str()));
        }

        #[test]
        fn any_bytes_are_a_file_or_an_error(
            at in 0..120_usize,
            change in prop::collection::vec(any::<u8>(), 0..9),
            length in 0..200_usize,
        ) {
            let mut file = mo_file(&[HEADER, ("one\0many", "eins\0viele"), ("yes", "ja")]);
            file.splice(at..(at + change.len()).min(file.len()), change);
            file.truncate(length);
            if let Ok(mo) = Mo::parse(&file) {
                let _ = (mo.get("yes"), mo.get_plural("one", -1));
            }
        }
    }
}
