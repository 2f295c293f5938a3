//! Translations from files, and what is logged about them.

use std::error::Error as _;
use std::fs;

use test_support::mo_file;
use tornado_testing::{ExpectLog, WatchLogs};
use tracing::subscriber::{NoSubscriber, with_default};

use super::*;
use crate::log::GENERAL;

/// Expects a line that begins with this text.
#[track_caller]
fn expect(line: &str) -> ExpectLog {
    ExpectLog::new(GENERAL, &regex_syntax::escape(line))
}

/// A directory with these files.
fn directory(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    root
}

#[test]
fn each_file_of_a_directory_is_a_language_in_its_own_encoding() {
    let _watch = WatchLogs::new();
    let utf16: Vec<u8> = "\u{feff}school,école"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let root = directory(&[
        ("fr_FR.csv", &utf16),
        ("de.csv", "\u{feff}\"school\",\"Schule\"\r\n".as_bytes()),
        ("es_LA.csv", b"school,escuela"),
        ("README", b"no language"),
    ]);
    let translations = load_translations(root.path()).unwrap();
    let supported = translations.get_supported_locales();
    assert_eq!(supported, ["de", "en_US", "es_LA", "fr_FR"]);
    for (code, text) in [
        ("fr-FR", "école"),
        ("de-AT", "Schule"),
        ("es_la", "escuela"),
        ("es", "school"),
    ] {
        assert_eq!(
            translations.get_closest([code]).translate("school"),
            text,
            "{code}"
        );
    }
    let error = load_translations_with_encoding(root.path(), "ascii").unwrap_err();
    assert_eq!(error.kind(), TranslationsErrorKind::Encoding);
    let file = root.path().join("de.csv");
    assert!(
        error.to_string().starts_with(&file.display().to_string()),
        "{error}"
    );
}

#[test]
fn what_is_wrong_with_files_is_logged() {
    let root = directory(&[
        ("de_de.csv", b"a,b"),
        ("de.old.csv", b"a,b"),
        ("de.csv", b"a,b\na,c,sometimes\n"),
    ]);
    let path = |name: &str| root.path().join(name).display().to_string();
    let _expected = [
        &*format!("Unrecognized locale 'de_de' (path: {})", path("de_de.csv")),
        &format!(
            "Unrecognized locale 'de.old' (path: {})",
            path("de.old.csv")
        ),
        "Unrecognized plural indicator 'sometimes' in de.csv line 2",
    ]
    .map(expect);
    let translations = load_translations(root.path()).unwrap();
    assert_eq!(translations.get_supported_locales(), ["de", "en_US"]);
}

#[test]
fn what_nobody_could_hear_is_kept_and_said_later() {
    let translations = with_default(NoSubscriber::new(), || {
        let translations = Translations::new().add_csv("de", b"a,b,c").unwrap();
        translations.add_csv("fr", b"a,b,d").unwrap()
    });
    let _expected = [
        "Unrecognized plural indicator 'c' in de line 1",
        "Unrecognized plural indicator 'd' in fr line 1",
    ]
    .map(expect);
    translations.log_complaints();
}

#[test]
fn what_was_heard_is_not_said_again() {
    let expected = expect("Unrecognized plural indicator 'c' in de line 1");
    let translations = Translations::new().add_csv("de", b"a,b,c").unwrap();
    translations.log_complaints();
    assert_eq!(expected.matched(), 1);
}

#[test]
fn a_directory_that_is_not_there_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let nowhere = root.path().join("nowhere");
    for error in [
        load_translations(&nowhere).unwrap_err(),
        load_gettext_translations(&nowhere, "app").unwrap_err(),
    ] {
        assert_eq!(error.kind(), TranslationsErrorKind::Read);
        assert!(error.source().is_some());
    }
}

/// With contexts, plurals, and plurals in contexts.
fn french() -> Vec<u8> {
    let header =
        "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=n > 1;\n";
    mo_file(&[
        ("", header),
        ("good\x04right", "le bien"),
        ("law\x04right", "le droit"),
        ("school", "école"),
        ("club\0clubs", "le club\0les clubs"),
        ("stick\x04club\0stick\x04clubs", "le bâton\0les bâtons"),
    ])
}

#[test]
fn the_files_of_gettext_are_found_and_those_that_are_broken_are_logged() {
    let root = directory(&[
        ("fr_FR/LC_MESSAGES/app.mo", &french()),
        ("fr_FR/LC_MESSAGES/other.mo", b"not read"),
        ("de/LC_MESSAGES/app.mo", b"broken"),
        ("es/app.mo", b"not here"),
        (".hidden/LC_MESSAGES/app.mo", b"not seen"),
    ]);
    let _expected = expect("Cannot load translation for 'de': ");
    let translations = load_gettext_translations(root.path(), "app").unwrap();
    assert_eq!(translations.get_supported_locales(), ["en_US", "fr_FR"]);
    let locale = translations.get_closest(["fr"]);
    assert_eq!(locale.code(), "en_US");
    let locale = translations.get_closest(["fr-FR"]);
    assert_eq!(locale.translate("school"), "école");
    assert_eq!(locale.pgettext("law", "right"), "le droit");
    assert_eq!(locale.pgettext("good", "right"), "le bien");
    let clubs = |context: &str, count: u8| {
        locale
            .pgettext_plural(context, "club", "clubs", count)
            .to_owned()
    };
    assert_eq!(
        [clubs("organization", 1), clubs("organization", 2)],
        ["le club", "les clubs"]
    );
    assert_eq!(clubs("stick", 0), "le bâton", "none is like one in French");
    assert_eq!(
        [clubs("stick", 1), clubs("stick", 2)],
        ["le bâton", "les bâtons"]
    );
}

#[test]
fn contexts_are_nothing_that_csv_has() {
    let translations = Translations::new().add_csv("de", b"right,Recht").unwrap();
    let expected = expect("pgettext is not supported by CSVLocale");
    assert_eq!(
        translations.get_closest(["de"]).pgettext("law", "right"),
        "Recht"
    );
    assert_eq!(expected.matched(), 1);
    assert_eq!(
        translations
            .get_closest(["de"])
            .pgettext_plural("law", "a", "b", 2),
        "b"
    );
    assert_eq!(expected.matched(), 2);
    // Without translations, nothing can be wrong.
    assert_eq!(
        translations.get_closest(["en"]).pgettext("law", "right"),
        "right"
    );
    assert_eq!(expected.matched(), 2);
}

#[test]
fn the_default_locale_may_have_translations_too() {
    let translations = Translations::new().set_default_locale("de");
    assert_eq!(translations.get_closest(["fr"]).translate("Yes"), "Yes");
    let translations = translations.add_csv("de", b"Yes,Ja").unwrap();
    assert_eq!(translations.get_closest(["fr"]).translate("Yes"), "Ja");
    assert_eq!(translations.get_supported_locales(), ["de"]);
    let translations = translations.set_default_locale("en");
    assert_eq!(translations.get_closest(["fr"]).code(), "en");
    assert_eq!(
        translations
            .set_default_locale("de")
            .get_closest(["fr"])
            .translate("Yes"),
        "Ja"
    );
}

#[test]
fn some_languages_are_written_from_right_to_left() {
    let rtl = |code| {
        let translations = Translations::new().set_default_locale(code);
        translations.get_closest([code]).rtl()
    };
    assert!(["he_IL", "fa_IR", "ar_AR", "he"].into_iter().all(rtl));
    assert!(!["de_DE", "en_US", "ha_NG"].into_iter().any(rtl));
}
