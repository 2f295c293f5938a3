//! Translation files, and the languages that browsers request.

use std::collections::BTreeMap;

use test_support::mo_file;
use tornado_web::locale::{Locale, Translations, fill};

/// The header of a `.mo` file.
const HEADER: &str =
    "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=3; plural=n;\n";

pub(crate) fn check(input: &[u8]) {
    // Any bytes are a readable file, or an error.
    let text = String::from_utf8_lossy(input);
    for read in [Translations::add_csv, Translations::add_mo] {
        if let Ok(translations) = read(Translations::new(), "fr_FR", input) {
            look_up(&translations.get_closest(["fr_FR"]), &text);
        }
    }

    // What is written is read back: the lines are texts and translations,
    // alternating.
    let lines: Vec<&str> = text.lines().filter(|line| is_plain(line)).collect();
    let pairs: BTreeMap<&str, &str> = lines
        .chunks_exact(2)
        .map(|pair| (pair[0], pair[1]))
        .collect();
    let pairs: Vec<(&str, &str)> = pairs.into_iter().collect();
    let csv = french(Translations::new().add_csv("fr_FR", csv(&pairs).as_bytes()));
    let mut texts = pairs.clone();
    texts.insert(0, ("", HEADER));
    let mo = french(Translations::new().add_mo("fr_FR", &mo_file(&texts)));
    for (text, translation) in pairs {
        assert_eq!(csv.translate(text), translation);
        assert_eq!(mo.translate(text), translation);
        assert_eq!(fill("%(x)s", &[("x", &translation)]), translation);
    }

    // A language is found by its code in any case, with either separator.
    let translations = Translations::new()
        .add_csv("fr_FR", b"")
        .expect("it is empty");
    for code in text.split([',', ';', '\n']) {
        let is_french = code.replace('-', "_").eq_ignore_ascii_case("fr_FR");
        assert_eq!(
            translations.get_closest([code]).code() == "fr_FR",
            is_french,
            "{code}"
        );
    }
}

/// Whether a text survives either kind of file unchanged.
fn is_plain(text: &str) -> bool {
    let at_end = |c: char| c.is_whitespace() || c.is_control();
    !text.is_empty() && !text.contains(['\r', '\0']) && text.trim_matches(at_end) == text
}

fn csv(pairs: &[(&str, &str)]) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let rows = pairs
        .iter()
        .map(|(text, translation)| format!("{},{}\n", quoted(text), quoted(translation)));
    rows.collect()
}

fn french(read: Result<Translations, impl std::fmt::Debug>) -> Locale {
    read.expect("it was written well").get_closest(["fr_FR"])
}

/// No request stops it.
fn look_up(locale: &Locale, texts: &str) {
    for (text, count) in texts.lines().zip(-2_i64..) {
        let answers = [
            locale.translate(text),
            locale.translate_plural(text, "many", count),
            locale.translate_plural(text, "many", count.saturating_mul(i64::MAX)),
            locale.pgettext("context", text),
            locale.pgettext_plural("context", text, "many", count),
        ];
        for answer in answers {
            drop(fill(answer, &[("n", &count)]));
        }
        drop(locale.list(&answers));
    }
}
