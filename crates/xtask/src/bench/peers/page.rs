//! Tables with bars, and the page that has them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result};

use super::What;
use super::results::{Results, Run, median};
use crate::workspace::Workspace;

const PAGE: &str = "docs/bench.md";
/// Between these, the tables stand in the page.
const BEGIN: &str = "<!-- measured -->\n";
const END: &str = "<!-- end of what was measured -->\n";
/// Whom the others are compared with.
const OURS: &str = "tornado-web";
/// The longest bar.
const BAR: f64 = 20.0;

/// A column: the name of a value, its heading, and digits behind the point.
type Column = (&'static str, &'static str, usize);

/// The first is what the bar shows; the less, the better.
fn columns(what: &What) -> &'static [Column] {
    match what {
        What::Load(_) => &[
            ("processor", "processor, µs", 1),
            ("rate", "in a second", 0),
            ("p50", "half within, ms", 2),
            ("p99", "99 % within, ms", 2),
        ],
        What::Idle(..) => &[
            ("each", "each, KiB", 1),
            ("before", "before, MiB", 1),
            ("after", "after, MiB", 1),
        ],
        What::Start => &[
            ("middle", "start, ms", 1),
            ("least", "at best, ms", 1),
            ("size", "program, MB", 2),
            ("stripped", "stripped, MB", 2),
        ],
        What::Build => &[
            ("clean", "from nothing, s", 1),
            ("processor", "processor, s", 1),
            ("again", "after a change, s", 2),
        ],
        What::Templates => &[
            ("table", "table", 0),
            ("small", "small page", 0),
            ("compile", "its compilation", 0),
        ],
        What::Instructions => &[],
    }
}

/// The name of the value that has what hashes, of a workload's instructions.
pub(super) fn hashing(workload: &str) -> String {
    format!("{workload}, hashing")
}

/// Its results, in Markdown.
pub(super) fn table(results: &Results, what: &What) -> String {
    let runs: Vec<&Run> = results.of(what.name()).collect();
    if runs.is_empty() {
        return String::new();
    }
    let table = match what {
        What::Instructions => matrix(&runs),
        _ => rows(&runs, columns(what)),
    };
    format!(
        "### {}\n\n{}.\n\n{table}",
        what.name(),
        capital(what.about())
    )
}

fn rows(runs: &[&Run], columns: &[Column]) -> String {
    let mut peers: BTreeMap<&str, Vec<&Run>> = BTreeMap::new();
    for run in runs {
        peers.entry(&run.peer).or_default().push(run);
    }
    let middle = |peer: &str, name: &str| {
        let quiet = quiet(&peers[peer]);
        median(quiet.iter().filter_map(|run| run.value(name)).collect())
    };
    let first = columns.first().map_or("", |column| column.0);
    let mut order: Vec<(&str, f64)> = peers
        .keys()
        .map(|peer| (*peer, middle(peer, first).unwrap_or(f64::INFINITY)))
        .collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let most = order.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let noisy = runs.iter().any(|run| run.value("foreign").is_some());

    let headings: Vec<_> = columns.iter().map(|(_, heading, _)| *heading).collect();
    let mut table = format!("| | | {} | ratio to ours |", headings.join(" | "));
    table += if noisy { " quiet runs |\n" } else { "\n" };
    let width = columns.len() + 3 + usize::from(noisy);
    table += &format!("|---|---|{}\n", "--:|".repeat(width - 2));
    for (peer, value) in order {
        let bar = "█".repeat((value / most * BAR).round().max(1.0) as usize);
        let _ = write!(table, "| {peer} | {bar} |");
        for (name, _, digits) in columns {
            let cell = middle(peer, name).map(|value| number(value, *digits));
            let _ = write!(table, " {} |", cell.unwrap_or_default());
        }
        let ratio = ratio(&peers, peer, first).map(|ratio| format!("{ratio:.2}"));
        let _ = write!(table, " {} |", ratio.unwrap_or_default());
        if noisy {
            let all = &peers[peer];
            let quiet = all.iter().filter(|run| run.is_quiet()).count();
            let _ = write!(table, " {quiet} of {} |", all.len());
        }
        table += "\n";
    }
    table
}

/// Those that were quiet, or all where that was none.
fn quiet<'a>(runs: &[&'a Run]) -> Vec<&'a Run> {
    let quiet: Vec<_> = runs.iter().copied().filter(|run| run.is_quiet()).collect();
    if quiet.is_empty() {
        runs.to_vec()
    } else {
        quiet
    }
}

/// The middle of the ratios to ours, each within its round.
fn ratio(peers: &BTreeMap<&str, Vec<&Run>>, peer: &str, name: &str) -> Option<f64> {
    let ours = peers.get(OURS)?;
    let ratio = |run: &&Run| {
        let ours = ours.iter().find(|ours| ours.round == run.round)?;
        Some(run.value(name)? / ours.value(name)?)
    };
    median(peers.get(peer)?.iter().filter_map(ratio).collect())
}

/// Workloads down, peers across.
fn matrix(runs: &[&Run]) -> String {
    let peers: Vec<_> = runs.iter().map(|run| run.peer.as_str()).collect();
    let mut table = format!("| | {} |\n|---|", peers.join(" | "));
    table += &"--:|".repeat(peers.len());
    table += "\n";
    for workload in super::WORKLOADS.iter().map(|workload| workload.name) {
        let cell = |run: &&Run| {
            let all = number(run.value(workload)?, 0);
            let hashing = run.value(&hashing(workload)).filter(|count| *count >= 1.0);
            let hashing = hashing.map(|count| format!(" ({})", number(count, 0)));
            Some(all + &hashing.unwrap_or_default())
        };
        let cells: Vec<_> = runs.iter().map(cell).collect();
        if cells.iter().any(Option::is_some) {
            let cells: Vec<_> = cells.into_iter().map(Option::unwrap_or_default).collect();
            let _ = writeln!(table, "| {workload} | {} |", cells.join(" | "));
        }
    }
    table
}

/// With commas between thousands.
fn number(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// Puts all tables into the page.
pub(super) fn save(workspace: &Workspace, results: &Results, all: &[What]) -> Result<()> {
    let page = workspace.path(PAGE);
    let text = fs::read_to_string(&page).with_context(|| format!("{}", page.display()))?;
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let (before, after) = parts.context("the page has no place for what was measured")?;
    let mut measured = String::from("| | |\n|---|---|\n");
    for (name, value) in &results.machine {
        let _ = writeln!(measured, "| {name} | {value} |");
    }
    for what in all {
        let table = table(results, what);
        if !table.is_empty() {
            let _ = write!(measured, "\n{table}");
        }
    }
    fs::write(&page, format!("{before}{BEGIN}{measured}{END}{after}"))
        .with_context(|| format!("{}", page.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        ("processor", "processor, µs", 1),
        ("rate", "in a second", 0),
    ];

    fn run(peer: &str, round: usize, processor: f64, foreign: f64) -> Run {
        let values = [
            ("processor", processor),
            ("rate", 1e6 / processor),
            ("foreign", foreign),
        ];
        Run::new("plaintext", peer, round, &values)
    }

    #[test]
    fn the_quiet_runs_count_and_ratios_are_those_of_a_round() {
        let runs = [
            run(OURS, 0, 10.0, 0.0),
            run("other", 0, 20.0, 0.0),
            run(OURS, 1, 50.0, 0.5),
            run("other", 1, 100.0, 0.5),
        ];
        let table = rows(&runs.iter().collect::<Vec<_>>(), COLUMNS);
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(
            lines[0],
            "| | | processor, µs | in a second | ratio to ours | quiet runs |"
        );
        assert_eq!(
            lines[2],
            "| tornado-web | ██████████ | 10.0 | 100,000 | 1.00 | 1 of 2 |"
        );
        assert_eq!(
            lines[3],
            "| other | ████████████████████ | 20.0 | 50,000 | 2.00 | 1 of 2 |"
        );
    }

    #[test]
    fn instructions_have_those_that_hash_in_brackets() {
        let values = [("plaintext", 13_532.0), ("plaintext, hashing", 1400.0)];
        let runs = [
            Run::new("instructions", OURS, 0, &values),
            Run::new("instructions", "other", 0, &[("json", 999.0)]),
        ];
        let table = matrix(&runs.iter().collect::<Vec<_>>());
        assert!(
            table.contains("| plaintext | 13,532 (1,400) |  |\n"),
            "{table}"
        );
        assert!(table.contains("| json |  | 999 |\n"), "{table}");
        assert_eq!(number(1_234_567.891, 1), "1,234,567.9");
        assert_eq!(number(12.0, 0), "12");
    }
}
