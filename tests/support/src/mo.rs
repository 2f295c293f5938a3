//! gettext files, as `msgfmt` makes them.

/// The `.mo` file of these texts and their translations, little-endian. `""` is
/// the text whose translation is the header; `\0` separates a text and its
/// plural.
#[must_use]
pub fn mo_file(texts: &[(&str, &str)]) -> Vec<u8> {
    let start = 28 + 16 * texts.len();
    let mut words = vec![0x9504_12de, 0, texts.len(), 28, 28 + 8 * texts.len(), 0, 0];
    let mut data = Vec::new();
    let originals = texts.iter().map(|(text, _)| text);
    for text in originals.chain(texts.iter().map(|(_, translation)| translation)) {
        words.extend([text.len(), start + data.len()]);
        data.extend_from_slice(text.as_bytes());
        data.push(0);
    }
    let words = words
        .into_iter()
        .map(|word| u32::try_from(word).expect("they are short"));
    words.flat_map(u32::to_le_bytes).chain(data).collect()
}
