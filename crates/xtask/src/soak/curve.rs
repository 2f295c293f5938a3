//! Memory over time.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::sample::Sample;

/// All samples.
#[derive(Debug, Default)]
pub(super) struct Curve(Vec<Sample>);

/// The number of lines in the table.
const ROWS: usize = 20;
/// How often a line is printed during the run.
const PRINTED: Duration = Duration::from_secs(30);
/// By what factor the end may exceed the time before: the allocator keeps its
/// peak.
const SHARE: f64 = 1.10;
const SLACK: u64 = 8 << 10;
/// The curve is between these in the page.
const BEGIN: &str = "<!-- curve -->\n";
const END: &str = "<!-- end of the curve -->\n";

impl Curve {
    /// Adds a sample; returns whether it is time to print one.
    pub(super) fn push(&mut self, sample: Sample) -> bool {
        let nth = |at: Duration| at.as_secs() / PRINTED.as_secs();
        let before = self.0.last().map_or(0, |last| nth(last.at));
        self.0.push(sample);
        nth(sample.at) > before
    }

    /// A Markdown table with the maximum of each part of the time, and a bar.
    pub(super) fn table(&self) -> String {
        let mut table =
            "| until minute | requests | memory, MiB | | open files |\n|---|---|---|---|---|\n"
                .to_owned();
        let most = self.most(0.0, 1.0).max(1);
        for row in 0..ROWS.min(self.0.len()) {
            let rows = ROWS.min(self.0.len());
            let part = &self.0[row * self.0.len() / rows..(row + 1) * self.0.len() / rows];
            let (Some(last), Some(memory)) = (part.last(), part.iter().map(|s| s.memory).max())
            else {
                continue;
            };
            let open = part.iter().map(|sample| sample.open).max().unwrap_or(0);
            let bar = "█".repeat((memory * 30 / most) as usize);
            table += &format!(
                "| {:.1} | {} | {:.1} | {bar} | {open} |\n",
                last.at.as_secs_f64() / 60.0,
                last.requests,
                memory as f64 / 1024.0
            );
        }
        table
    }

    /// Puts the table into the page, below the command that has made it.
    pub(super) fn save(&self, page: &Path, command: &str) -> Result<()> {
        let text = fs::read_to_string(page).with_context(|| format!("{}", page.display()))?;
        let parts = text.split_once(BEGIN).and_then(|(before, rest)| {
            let (_, after) = rest.split_once(END)?;
            Some((before, after))
        });
        let (before, after) = parts.context("the page has no place for the curve")?;
        let table = self.table();
        let text = format!("{before}{BEGIN}`{command}`:\n\n{table}{END}{after}");
        fs::write(page, text).with_context(|| format!("{}", page.display()))
    }

    /// An error if it grows: compares the last quarter with the second.
    pub(super) fn check(&self) -> Result<()> {
        let (before, end) = (self.most(0.25, 0.5), self.most(0.75, 1.0));
        if end > (before as f64 * SHARE) as u64 + SLACK {
            bail!("the memory grows: {before} KiB in the second quarter, {end} KiB in the last");
        }
        Ok(())
    }

    /// The maximum memory in a part of the time, in KiB.
    fn most(&self, from: f64, to: f64) -> u64 {
        let at = |share: f64| (share * self.0.len() as f64) as usize;
        let part = self.0[at(from)..at(to)].iter();
        part.map(|sample| sample.memory).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(memory: impl Fn(u64) -> u64) -> Curve {
        let sample = |n| Sample {
            at: Duration::from_secs(n * 2),
            requests: n * 100,
            memory: memory(n),
            open: 40,
        };
        Curve((0..400).map(sample).collect())
    }

    #[test]
    fn what_grows_is_an_error_and_what_fills_is_none() {
        assert!(curve(|n| 30_000 + n * 100).check().is_err());
        assert!(curve(|n| 30_000 + n.min(100) * 1000).check().is_ok());
        assert!(curve(|n| 100_000 + n % 7 * 1000).check().is_ok());
        assert!(Curve::default().check().is_ok());
    }

    #[test]
    fn the_table_has_a_line_for_each_part_and_the_page_a_place_for_it() {
        let curve = curve(|n| 10_240 + n.min(100) * 1024);
        let table = curve.table();
        assert_eq!(table.lines().count(), ROWS + 2);
        let last = table.lines().last().unwrap();
        assert!(last.starts_with("| 13.3 | 39900 | 110.0 | █"), "{last}");

        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("soak.md");
        fs::write(&page, format!("before\n\n{BEGIN}old\n{END}\nafter\n")).unwrap();
        curve.save(&page, "cargo xtask soak --minutes 13").unwrap();
        let text = fs::read_to_string(&page).unwrap();
        assert!(text.starts_with("before\n\n<!-- curve -->\n`cargo xtask soak --minutes 13`:"));
        assert!(text.ends_with("\nafter\n") && !text.contains("old") && text.contains(last));
        fs::write(&page, "nothing").unwrap();
        assert!(curve.save(&page, "").is_err());
    }
}
