//! The contents of a page that the checks need: links, anchors, and inline
//! code.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

/// A link or an image.
#[derive(Debug, PartialEq)]
pub(super) struct Link {
    pub(super) target: String,
    /// Its position in the text, including the brackets.
    pub(super) place: Range<usize>,
    /// Whether it is written as `[text](target)`.
    pub(super) inline: bool,
}

/// The contents of a page.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) links: Vec<Link>,
    /// The possible targets of a `#`.
    pub(super) anchors: BTreeSet<String>,
    /// Inline code, with its position.
    pub(super) code: Vec<(String, usize)>,
}

pub(super) fn read(text: &str) -> Contents {
    let mut contents = Contents::default();
    let mut taken = BTreeMap::new();
    let mut heading: Option<String> = None;
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    for (event, place) in Parser::new_ext(text, options).into_offset_iter() {
        if let (Event::Text(text) | Event::Code(text), Some(heading)) = (&event, &mut heading) {
            heading.push_str(text);
        }
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let slug = slug(&heading.take().unwrap_or_default());
                let count = taken.entry(slug.clone()).or_insert(0);
                contents.anchors.insert(match *count {
                    0 => slug,
                    count => format!("{slug}-{count}"),
                });
                *count += 1;
            }
            Event::Start(
                Tag::Link {
                    link_type,
                    dest_url,
                    ..
                }
                | Tag::Image {
                    link_type,
                    dest_url,
                    ..
                },
            ) => contents.links.push(Link {
                target: dest_url.into_string(),
                place,
                inline: link_type == LinkType::Inline,
            }),
            Event::Code(code) => contents.code.push((code.into_string(), place.start)),
            _ => {}
        }
    }
    contents
}

/// The anchor of a heading, as both repository browsers and mdBook make it.
fn slug(heading: &str) -> String {
    heading
        .trim()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            c if c.is_alphanumeric() => Some(c.to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_anchors() {
        let contents = read("# A `b`, and C_d!\n\n## Twice\n\n## Twice\n");
        let anchors: Vec<_> = contents.anchors.iter().map(String::as_str).collect();
        assert_eq!(anchors, ["a-b-and-c_d", "twice", "twice-1"]);
    }

    #[test]
    fn links_and_code_are_found_where_they_are_meant() {
        let contents = read("[a](b.md#c) `x` <https://d.e>\n\n```text\n[no](link) `code`\n```\n");
        let links: Vec<_> = contents
            .links
            .iter()
            .map(|link| (link.target.as_str(), link.inline))
            .collect();
        assert_eq!(links, [("b.md#c", true), ("https://d.e", false)]);
        assert_eq!(contents.links[0].place, 0..11);
        assert_eq!(contents.code, [("x".to_owned(), 12)]);
    }
}
