//! Tornado reads everything that we write, and we read everything that Tornado
//! writes.
//!
//! Each run puts ten thousand random values to Tornado, in one Python process.
//! The interpreter is that of `TORNADO_WEB_PYTHON`; `TORNADO_WEB_SEED` repeats
//! a run.

#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

mod answer;

use std::collections::hash_map::RandomState;
use std::env;
use std::hash::{BuildHasher, Hasher};
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

use serde_json::{Value, json};

const VALUES: usize = 10_000;

#[test]
fn tornado_and_we_answer_alike() {
    let seed = seed();
    let mut random = Random(seed);
    // Questions that write, followed by questions that read what was written.
    let writes: Vec<Value> = (0..VALUES).flat_map(|_| write(&mut random)).collect();
    let mut tornado = Tornado::start();
    let theirs = tornado.ask(&writes);
    compare(seed, &writes, &theirs);
    let reads: Vec<Value> = writes
        .iter()
        .zip(&theirs)
        .flat_map(|(written, text)| read(&mut random, written, text))
        .collect();
    compare(seed, &reads, &tornado.ask(&reads));
    tornado.stop();
    // The above is worth little if nothing is read: two of three values are
    // whole, and they came back.
    let whole = reads.iter().filter(|read| read.get("whole").is_some());
    let mut count = 0;
    for read in whole {
        let value = answer::answer(read);
        assert_eq!(value, read["whole"], "seed {seed}: {read}");
        count += 1;
    }
    assert!(count > VALUES, "seed {seed}: {count} of {VALUES} values");
}

fn compare(seed: u64, questions: &[Value], theirs: &[Value]) {
    assert_eq!(questions.len(), theirs.len(), "Python has ended early");
    for (question, theirs) in questions.iter().zip(theirs) {
        let ours = answer::answer(question);
        // A version that no key can have here; Python's numbers are unbounded.
        let is_beyond = theirs.as_u64().is_some_and(|it| it > u32::MAX.into());
        let theirs = match question["do"] == "key_version" && is_beyond {
            true => &Value::Null,
            false => theirs,
        };
        assert_eq!(
            &ours, theirs,
            "\nTORNADO_WEB_SEED={seed}: {question}\n left is ours, right is Tornado's"
        );
    }
}

/// A cookie to set, and a value to sign.
fn write(random: &mut Random) -> [Value; 2] {
    let now = 1_000_000_000.0 + random.below(4_000_000_000) as f64 / 4.0;
    let mut set = json!({
        "do": "set", "name": random.name(), "value": random.value(), "now": now,
        "http_only": random.chance(2), "secure": random.chance(2),
    });
    let choices = [
        ("domain", json!(random.text("example.com;\u{e9} ", 6))),
        ("path", json!(random.text("/abc%;\u{e9}\t", 6))),
        ("max_age", json!(random.below(2_000) as i64 - 1_000)),
        ("expires", json!(random.below(5_000_000_000))),
        (
            "expires_days",
            json!(random.below(8_000) as f64 / 8.0 - 500.0),
        ),
        (
            "same_site",
            json!(["Lax", "Strict", "None"][random.below(3)]),
        ),
    ];
    for (key, value) in choices {
        if random.chance(4) {
            set[key] = value;
        }
    }
    let mut sign = json!({
        "do": "sign",
        // No characters outside ASCII, which Tornado counts as characters, and
        // nothing that Python accepts in numbers.
        "name": random.name().replace(['\u{e9}', '+', '-', '_', ' '], "e"), "value": random.hex(), "now": now,
        "version": 1 + random.below(2),
        "secret": random.text("ab\u{e9}\u{20ac}\0", 80),
    });
    if random.chance(4) {
        let (one, other) = (random.below(20), 20 + random.below(4_000_000_000));
        sign["secret"] = json!({ one.to_string(): "one", other.to_string(): "other" });
        sign["key_version"] = json!([one, other][random.below(2)]);
        sign["version"] = json!(2);
    }
    [set, sign]
}

/// What was written, as it is read back: whole or spoilt.
fn read(random: &mut Random, written: &Value, text: &Value) -> Vec<Value> {
    let Some(text) = text.as_str() else {
        return Vec::new();
    };
    if written["do"] == "set" {
        let pair = text.split("; ").next().unwrap_or_default();
        let (name, value) = (&written["name"], &written["value"]);
        let whole = json!({ "do": "read", "header": pair, "whole": [[name, value]] });
        return vec![whole, json!({ "do": "read", "header": random.spoil(text) })];
    }
    let now = written["now"].as_f64().unwrap() + random.below(8_000_000) as f64 / 2.0 - 200_000.0;
    let mut whole = json!({
        "do": "decode", "name": written["name"], "secret": written["secret"],
        "value": text, "now": now, "max_age_days": random.below(90),
        "min_version": 1 + random.below(2),
    });
    let mut spoilt = whole.clone();
    // Python accepts numbers with spaces, which nobody writes.
    spoilt["value"] = json!(random.spoil(text).replace(' ', "x"));
    let version = json!({ "do": "key_version", "value": spoilt["value"] });
    let aged = whole.clone();
    whole["now"] = written["now"].clone();
    whole["max_age_days"] = json!(1);
    whole["min_version"] = json!(1);
    whole["whole"] = written["value"].clone();
    // A secret with several keys has no version 1: Tornado fails there.
    if spoilt["secret"].is_object() && !text_has_version_2(&spoilt["value"]) {
        return vec![whole, aged, version];
    }
    vec![whole, aged, spoilt, version]
}

fn text_has_version_2(value: &Value) -> bool {
    value.as_str().is_some_and(|value| value.starts_with("2|"))
}

/// A Python process with Tornado.
struct Tornado {
    python: Child,
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Tornado {
    fn start() -> Tornado {
        let python = env::var("TORNADO_WEB_PYTHON").unwrap_or_else(|_| no_tornado("is not set"));
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/peer.py");
        let child = Command::new(&python)
            .args(["-B", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.unwrap_or_else(|error| {
            no_tornado(&format!("is {python}, which does not run: {error}"))
        });
        let input = child.stdin.take();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let version = lines.next().and_then(Result::ok).unwrap_or_default();
        if version != "\"6.6.1\"" {
            // It may still be running; it ends with its input.
            drop(input);
            let _ = child.wait();
            no_tornado(&format!(
                "is {python}, whose Tornado is {version:?}, not 6.6.1"
            ));
        }
        Tornado {
            python: child,
            input,
            lines,
        }
    }

    fn ask(&mut self, questions: &[Value]) -> Vec<Value> {
        let mut text: String = questions
            .iter()
            .map(|question| {
                let mut question = question.clone();
                // Tornado must not see what we expect.
                question.as_object_mut().unwrap().remove("whole");
                format!("{question}\n")
            })
            .collect();
        // An empty line ends the batch.
        text.push('\n');
        let mut input = self.input.take().unwrap();
        let writer = thread::spawn(move || {
            input.write_all(text.as_bytes())?;
            input.flush()?;
            Ok::<_, std::io::Error>(input)
        });
        let answers = (&mut self.lines)
            .take(questions.len())
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect();
        self.input = Some(writer.join().unwrap().unwrap());
        answers
    }

    fn stop(mut self) {
        drop(self.input.take());
        assert!(self.python.wait().unwrap().success(), "Python has failed");
    }
}

fn no_tornado(problem: &str) -> ! {
    panic!(
        "this test needs Python with tornado==6.6.1, and TORNADO_WEB_PYTHON {problem}.\n\
         Install it with:\n\n    cargo xtask python\n"
    );
}

fn seed() -> u64 {
    match env::var("TORNADO_WEB_SEED") {
        Ok(seed) => seed.parse().expect("TORNADO_WEB_SEED is a number"),
        Err(_) => RandomState::new().build_hasher().finish(),
    }
}

/// SplitMix64: a run can be repeated from its seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// True once in `times` calls, on average.
    fn chance(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn text(&mut self, from: &str, longest: usize) -> String {
        let chars: Vec<char> = from.chars().collect();
        let length = self.below(longest + 1);
        (0..length)
            .map(|_| chars[self.below(chars.len())])
            .collect()
    }

    fn name(&mut self) -> String {
        let name = self.text("abcXYZ019_-.!#$%&'*+^`|~:", 12);
        if self.chance(50) {
            ["path", "Secure", "a b", "\u{e9}", "a=b", ""][self.below(6)].to_owned()
        } else {
            name + "n"
        }
    }

    fn value(&mut self) -> String {
        match self.below(4) {
            0 => self.text("abcXYZ019_-.!#$%&'*+^`|~:", 40),
            1 => self.text("ab \"\\,;=073", 20),
            2 => {
                // Without DEL, which versions of Python treat differently.
                let all: String = (' '..='\u{ff}').filter(|char| *char != '\x7f').collect();
                self.text(&all, 40)
            }
            _ => self.text("abcdefghijkl \u{e9}\u{20ac}\t\n", 12),
        }
    }

    fn hex(&mut self) -> String {
        let length = self.below(40);
        (0..length)
            .map(|_| format!("{:02x}", self.below(256)))
            .collect()
    }

    /// A text with one character changed, removed, added or moved.
    fn spoil(&mut self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..=self.below(3) {
            let place = self.below(chars.len() + 1);
            let new = [
                ';', '=', '"', '\\', '|', ':', '0', '2', ' ', '\u{e9}', '\u{a0}', 'a',
            ][self.below(12)];
            match self.below(3) {
                0 => chars.insert(place, new),
                1 if place < chars.len() => {
                    let _ = chars.remove(place);
                }
                _ if place < chars.len() => chars[place] = new,
                _ => chars.push(new),
            }
        }
        chars.into_iter().collect()
    }
}
