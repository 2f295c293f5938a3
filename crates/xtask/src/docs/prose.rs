//! Words that read as if translated. `docs/style.md` lists them, with what to
//! write instead.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::page::Page;

/// The page with the table.
const PAGE: &str = "docs/style.md";
/// The first line of the table: a row has phrases in code, and what to write.
const HEAD: &str = "| instead of | write |";
/// Crates that are yet to be read through.
const WAITING: [&str; 4] = [
    "crates/tornado-core/src/templates/",
    "crates/tornado-macros/",
    "crates/tornado-template/",
    "crates/tornado-websocket/",
];

/// The findings in pages and in the doc comments of source files, each with its
/// place and what to write.
pub(super) fn check(pages: &[Page], sources: &[Page]) -> Vec<String> {
    let page = pages.iter().find(|page| page.path() == PAGE);
    let rules = page.map_or_else(Vec::new, |page| rules(page.text()));
    if rules.is_empty() {
        return vec![format!("{PAGE} has no table `{HEAD}`")];
    }
    let waits = |page: &&Page| WAITING.iter().any(|part| page.path().starts_with(part));
    let all = pages.iter().chain(sources).filter(|page| !waits(page));
    all.flat_map(|page| {
        find(&rules, page.text()).into_iter().map(|(place, rule)| {
            let Rule { phrase, instead } = rule;
            let (path, line) = (page.path(), page.line(place));
            format!("{path}:{line}: instead of \"{phrase}\", write: {instead}")
        })
    })
    .collect()
}

/// A row of the table, for one of its phrases.
struct Rule<'a> {
    phrase: &'a str,
    instead: &'a str,
}

fn rules(page: &str) -> Vec<Rule<'_>> {
    page.lines()
        .skip_while(|line| *line != HEAD)
        .skip(2)
        .map_while(|line| {
            line.strip_prefix("| ")?
                .strip_suffix(" |")?
                .split_once(" | ")
        })
        .flat_map(|(phrases, instead)| {
            let phrases = phrases.split('`').skip(1).step_by(2);
            phrases.map(move |phrase| Rule { phrase, instead })
        })
        .collect()
}

/// Each use of a phrase in a text, by the position of its first word.
fn find<'r>(rules: &'r [Rule<'r>], text: &str) -> Vec<(usize, &'r Rule<'r>)> {
    let words = words(text);
    let mut found = Vec::new();
    for (index, (place, _)) in words.iter().enumerate() {
        for rule in rules {
            let mut rest = words[index..].iter().map(|(_, word)| word.as_str());
            let is_here = rule.phrase.split(' ').all(|word| rest.next() == Some(word));
            // "It is no longer" is good English.
            if is_here && !matches!(rest.next(), Some("longer" | "more")) {
                found.push((*place, rule));
            }
        }
    }
    found
}

/// The words of a Markdown text in lower case, each with its position. Anything
/// else that is not white space, such as a comma or code, stands between words.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut in_code = false;
    for (event, place) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(_) if !in_code => {
                let mut is_open = false;
                for (at, c) in text[place.clone()].char_indices() {
                    let is_letter = c.is_alphanumeric() || c == '\'';
                    match words.last_mut() {
                        Some((_, word)) if is_open && is_letter => word.extend(c.to_lowercase()),
                        _ if c.is_whitespace() => {}
                        _ => words.push((place.start + at, c.to_lowercase().collect::<String>())),
                    }
                    is_open = is_letter;
                }
            }
            Event::SoftBreak => {}
            _ => words.push((place.start, String::new())),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "| instead of | write |\n|---|---|\n\
        | `it is no`, `so many` | not |\n| `—` | a comma |\n\nMore.\n";

    fn lines(text: &str) -> Vec<String> {
        let page = Page::new("a.md", text);
        check(&[Page::new(PAGE, TABLE), page], &[])
    }

    #[test]
    fn a_phrase_is_found_with_its_line() {
        for text in [
            "# A\n\nSo\nmany.",
            "A\n\n- B so  Many, or not",
            "\n\nThis [so many](x)",
        ] {
            let found = ["a.md:3: instead of \"so many\", write: not"];
            assert_eq!(lines(text), found, "{text}");
        }
        assert_eq!(lines("a—b").len(), 1);
    }

    #[test]
    fn other_words_and_code_are_not() {
        for text in [
            "so, many",
            "also many",
            "so manyfold",
            "`so many` so `x` many",
            "```text\nso many\n```",
            "It is no longer so.",
            "so\n\nmany",
        ] {
            assert!(lines(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_missing_table_is_told() {
        assert_eq!(check(&[], &[]).len(), 1);
    }
}
