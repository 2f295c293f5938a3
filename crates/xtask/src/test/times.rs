//! How long the steps take.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Result;

/// The time of each step so far, and which one failed.
#[derive(Debug, Default)]
pub(super) struct Times {
    steps: Vec<(&'static str, Duration, bool)>,
}

impl Times {
    /// Runs something and records its time.
    pub(super) fn of(
        &mut self,
        name: &'static str,
        step: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let began = Instant::now();
        let result = step();
        self.steps.push((name, began.elapsed(), result.is_err()));
        result
    }
}

impl fmt::Display for Times {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = Duration::ZERO;
        for (name, time, failed) in &self.steps {
            let failed = if *failed { ", failed" } else { "" };
            writeln!(formatter, "{name:13} {:6.1} min{failed}", minutes(*time))?;
            all += *time;
        }
        writeln!(formatter, "{:13} {:6.1} min", "all", minutes(all))
    }
}

fn minutes(time: Duration) -> f64 {
    time.as_secs_f64() / 60.0
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn the_minutes_of_each_step() {
        let times = Times {
            steps: vec![
                ("fmt", Duration::from_secs(2), false),
                ("tornado-suite", Duration::from_secs(378), false),
                ("book", Duration::from_secs(60), true),
            ],
        };
        let expected = "\
fmt              0.0 min
tornado-suite    6.3 min
book             1.0 min, failed
all              7.3 min
";
        assert_eq!(times.to_string(), expected);
    }

    #[test]
    fn a_step_that_fails_has_its_time_too() {
        let mut times = Times::default();
        times.of("good", || Ok(())).unwrap();
        let error = times.of("bad", || bail!("no")).unwrap_err();
        assert_eq!(error.to_string(), "no");
        assert_eq!(
            times.to_string(),
            "good             0.0 min\n\
             bad              0.0 min, failed\n\
             all              0.0 min\n"
        );
    }
}
