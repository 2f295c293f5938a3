//! The answers of Tornado and of Python's `gettext`, made by
//! `tests/golden/locales.py`.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use test_support::mo_file;
use time::macros::datetime;
use time::{Duration, OffsetDateTime, UtcOffset};
use tornado_testing::{ExpectLog, WatchLogs};

use super::catalog::CsvCatalog;
use super::complaints::Complaints;
use super::encoding::detect;
use super::gettext::Plural;
use super::*;
use crate::log::GENERAL;

#[derive(Deserialize)]
struct Golden {
    csv: Vec<CsvCase>,
    numbers: Vec<i128>,
    plural: Vec<(String, Option<Vec<i128>>)>,
    calls: Vec<Vec<Value>>,
    mo: Vec<MoCase>,
    trees: Vec<TreeCase>,
    translations: String,
    dates: Vec<(String, i64, i8, i32, [bool; 3], String)>,
    days: Vec<(String, i64, i32, bool, String)>,
    lists: Vec<(String, Vec<String>, String)>,
    friendly: Vec<(String, i64, String)>,
}

#[derive(Deserialize)]
struct CsvCase {
    file: String,
    encoding: Option<String>,
    tables: Option<HashMap<String, HashMap<String, String>>>,
    log: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct MoCase {
    file: String,
    answers: Option<Vec<Option<String>>>,
}

#[derive(Deserialize)]
struct TreeCase {
    languages: Vec<String>,
    found: HashMap<String, Vec<String>>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../tests/golden/locales.json")).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<char> = hex.chars().collect();
    let byte = |pair: &[char]| u8::from_str_radix(&String::from_iter(pair), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

#[test]
fn csv_is_read_as_tornado_reads_it() {
    for case in golden().csv {
        let file = bytes(&case.file);
        let shown = String::from_utf8_lossy(&file);
        let _watch = WatchLogs::new();
        let lines = case.log.iter().flatten();
        let _expected: Vec<ExpectLog> = lines
            .map(|line| ExpectLog::new(GENERAL, &format!("{}$", regex_syntax::escape(line))))
            .collect();
        let mut complaints = Complaints::default();
        let encoding = case.encoding.as_deref().unwrap_or_else(|| detect(&file));
        let read = CsvCatalog::read(&file, encoding, "xx.csv", &mut complaints);
        let Some(tables) = case.tables else {
            assert!(read.is_err(), "{shown:?}");
            continue;
        };
        let catalog = read.unwrap_or_else(|error| panic!("{shown:?}: {error}"));
        let table = |name| tables.get(name).cloned().unwrap_or_default();
        assert_eq!(*catalog.table("singular"), table("singular"), "{shown:?}");
        assert_eq!(*catalog.table("plural"), table("plural"), "{shown:?}");
        assert_eq!(*catalog.table("unknown"), table("unknown"), "{shown:?}");
    }
}

#[test]
fn plural_forms_are_those_of_python() {
    let golden = golden();
    for (text, expected) in golden.plural {
        let plural = Plural::parse(&text);
        let Some(expected) = expected else {
            assert!(plural.is_err(), "{text}: {plural:?}");
            continue;
        };
        let plural = plural.unwrap_or_else(|error| panic!("{text}: {error}"));
        for (number, expected) in golden.numbers.iter().zip(expected) {
            let index = plural.index(*number).filter(|index| *index < 1 << 62);
            assert_eq!(index, usize::try_from(expected).ok(), "{text} for {number}");
        }
    }
}

#[test]
fn mo_files_are_read_as_python_reads_them() {
    let golden = golden();
    for case in golden.mo {
        let file = bytes(&case.file);
        let shown = file.escape_ascii();
        let read = Translations::new().add_mo("xx", &file);
        let Some(answers) = case.answers else {
            assert!(read.is_err(), "{shown}");
            continue;
        };
        let translations = read.unwrap_or_else(|error| panic!("{shown}: {error}"));
        let locale = translations.get_closest(["xx"]);
        for (call, answer) in golden.calls.iter().zip(answers) {
            let text = |index: usize| call[index].as_str().unwrap();
            let count = || call.last().unwrap().as_i64().unwrap();
            let ours = match (text(0), call.len()) {
                ("translate", 2) => locale.translate(text(1)),
                ("translate", 4) => locale.translate_plural(text(1), text(2), count()),
                ("pgettext", 3) => locale.pgettext(text(1), text(2)),
                ("pgettext", 5) => locale.pgettext_plural(text(1), text(2), text(3), count()),
                other => panic!("{other:?}"),
            };
            // Where Python divides by zero, the text stays as it is.
            if let Some(answer) = answer {
                assert_eq!(ours, answer, "{call:?} in {shown}");
            }
        }
    }
}

#[test]
fn what_a_language_lacks_is_looked_for_where_python_looks() {
    for TreeCase { languages, found } in golden().trees {
        let root = tempfile::tempdir().unwrap();
        for language in &languages {
            let directory = root.path().join(language).join("LC_MESSAGES");
            std::fs::create_dir_all(&directory).unwrap();
            let texts = [("me", &**language), (&*format!("in {language}"), "yes")];
            std::fs::write(directory.join("app.mo"), mo_file(&texts)).unwrap();
        }
        let translations = load_gettext_translations(root.path(), "app").unwrap();
        let supported = translations.get_supported_locales();
        let mut expected: Vec<&str> = found.keys().map(String::as_str).collect();
        expected.push("en_US");
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(supported, expected);
        for (language, found) in &found {
            let locale = translations.supported(language).unwrap();
            assert_eq!(locale.translate("me"), found[0], "{language}");
            for other in &languages {
                let has = locale.translate(&format!("in {other}")) == "yes";
                assert_eq!(has, found[1..].contains(other), "{other} of {language}");
            }
        }
    }
}

const NOW: OffsetDateTime = datetime!(2024-03-01 12:30:30 UTC);

fn locale(golden: &Golden, code: &str) -> Locale {
    let csv = if code == "de_DE" {
        &*golden.translations
    } else {
        ""
    };
    let translations = Translations::new().add_csv(code, csv.as_bytes()).unwrap();
    translations.get_closest([code])
}

#[test]
fn dates_are_shown_as_tornado_shows_them() {
    let golden = golden();
    for (code, age, zone, offset, [relative, shorter, full], expected) in &golden.dates {
        let format = DateFormat::new()
            .gmt_offset(*offset)
            .relative(*relative)
            .shorter(*shorter)
            .full_format(*full);
        let zone = UtcOffset::from_hms(*zone, 0, 0).unwrap();
        let date = (NOW - Duration::seconds(*age)).to_offset(zone);
        let text = locale(&golden, code).format_date_at(date, NOW, &format);
        assert_eq!(text, *expected, "{code}, {age} s ago, {format:?}");
    }
    for (code, age, offset, dow, expected) in &golden.days {
        let format = DateFormat::new().gmt_offset(*offset).dow(*dow);
        let date = NOW - Duration::seconds(*age);
        let text = locale(&golden, code).format_day_with(date, &format);
        assert_eq!(text, *expected, "{code}, {age} s ago, {format:?}");
    }
}

#[test]
fn lists_and_numbers_are_written_as_tornado_writes_them() {
    let golden = golden();
    for (code, parts, expected) in &golden.lists {
        assert_eq!(locale(&golden, code).list(parts), *expected);
    }
    for (code, number, expected) in &golden.friendly {
        // Tornado counts the sign as a digit.
        let expected = expected.replace("-,", "-");
        assert_eq!(locale(&golden, code).friendly_number(*number), expected);
    }
}
