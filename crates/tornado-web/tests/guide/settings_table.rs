//! The table in `docs/guide/settings.md` matches the rows.

use std::fmt::Write as _;

use tornado_web::Settings;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/settings.md");
const BEGIN: &str = "<!-- the table of settings -->\n";
const END: &str = "<!-- its end -->\n";

/// The first sentence, without links.
fn sentence(doc: &str) -> String {
    let paragraph = doc.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    let mut text = words.join(" ");
    while let Some(start) = text.find("](") {
        let end = start + text[start..].find(')').unwrap();
        text.replace_range(start..=end, "");
        let open = text[..start].rfind('[').unwrap();
        text.remove(open);
    }
    let end = text.find(". ").map_or(text.len(), |end| end + 1);
    text[..end].trim_end_matches('.').to_owned()
}

fn table() -> String {
    // Without those that another page declares.
    let rows = Settings::rows().filter(|row| !row.key().starts_with("mail_"));
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|row| row.key());
    let mut table = "| key | what it is | in a file | default |\n|---|---|---|---|\n".to_owned();
    for row in rows {
        let cells = [
            sentence(row.doc()),
            row.takes().to_owned(),
            row.default().to_owned(),
        ];
        let [doc, takes, default] = cells.map(|cell| cell.replace('|', "\\|"));
        writeln!(table, "| `{}` | {doc} | {takes} | {default} |", row.key()).unwrap();
    }
    table
}

/// With `WRITE_SETTINGS_TABLE` in the environment, the page gets the table.
#[test]
fn the_page_has_each_setting() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (there, after) = rest.split_once(END).unwrap();
    let table = format!("\n{}\n", table());
    if std::env::var_os("WRITE_SETTINGS_TABLE").is_some() {
        std::fs::write(PAGE, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
    } else {
        assert!(
            there == table,
            "docs/guide/settings.md is out of step: \
             WRITE_SETTINGS_TABLE=1 cargo test -p tornado-web --test guide settings_table"
        );
    }
}

#[test]
fn a_sentence_ends_at_its_dot() {
    let doc = " Where [`x`](crate::X::y) is, as\n in `a.b`. More.\n\n Still more.";
    assert_eq!(sentence(doc), "Where `x` is, as in `a.b`");
}
