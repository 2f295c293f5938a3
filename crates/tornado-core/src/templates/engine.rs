//! Pages of another engine, which can't wait for an answer.

use std::collections::HashMap;
use std::mem::take;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tornado_template::{
    Answers, Args, Context, Error as TemplateError, Host, Question, QuestionKind, Value,
};

use super::names;
use crate::Error;
use crate::template_loader::Other;

/// How often a page is rendered: once more for each answer that it needs to ask the next question.
/// Most pages take two.
const MOST: usize = 100;

/// Renders a page repeatedly, until everything it asks for is known.
pub(super) async fn generate<H: Host>(
    other: &Other,
    name: &str,
    namespace: Context,
    page: &mut H,
    place: &'static Location<'static>,
) -> Result<String, TemplateError> {
    let mut context = other.names.clone();
    context.extend(namespace);
    let asked = Arc::new(Asked::default());
    for _ in 0..MOST {
        let answers: Arc<dyn Answers> = Arc::<Asked>::clone(&asked);
        let made = other.engine.render(name, context.clone(), answers);
        let open = take(&mut asked.lock().open);
        if open.is_empty() {
            return Ok(made.map_err(|error| error.at(place))?);
        }
        for (kind, path, args) in open {
            let question = Question::new(kind, &*path, args.clone());
            let answer = page.answer(question).await?;
            asked.lock().add(kind, path, args, answer);
        }
    }
    let error = Error::msg(format!(
        "the page {name} asks something new each time that it is made, {MOST} times: does it call something with an object that is another one each time?"
    ));
    Err(error.at(place).into())
}

/// What a page has asked for.
#[derive(Debug, Default)]
struct Asked(Mutex<State>);

type Asking = (QuestionKind, Arc<str>, Args);

/// The answers to calls of one kind and path, by their arguments.
type Known = Vec<(Args, Option<Value>)>;

#[derive(Debug, Default)]
struct State {
    known: HashMap<(QuestionKind, Arc<str>), Known>,
    /// Questions to answer before the page is rendered again.
    open: Vec<Asking>,
}

impl Asked {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, kind: QuestionKind, path: Arc<str>, args: Args, answer: Option<Value>) {
        let known = self.known.entry((kind, path)).or_default();
        known.push((args, answer));
    }
}

impl Answers for Asked {
    fn answer(&self, question: Question) -> Option<Value> {
        let kind = question.kind();
        if kind == QuestionKind::Name && !names::exists(question.path()) {
            return None;
        }
        let mut state = self.lock();
        let path: Arc<str> = question.path().into();
        let args = question.into_args();
        if let Some(known) = state.known.get(&(kind, Arc::clone(&path)))
            && let Some((_, answer)) = known.iter().find(|(known, _)| are_same(known, &args))
        {
            return answer.clone();
        }
        let is_open = state
            .open
            .iter()
            .any(|open| open.0 == kind && open.1 == path && are_same(&open.2, &args));
        if !is_open {
            state.open.push((kind, path, args));
        }
        None
    }
}

/// Whether two calls ask the same: here 1, 1.0 and True differ.
fn are_same(one: &Args, other: &Args) -> bool {
    let alike =
        |one: &Value, other: &Value| one.type_name() == other.type_name() && one.equals(other);
    let (positional, others) = (one.positional(), other.positional());
    positional.len() == others.len()
        && one.named().len() == other.named().len()
        && positional
            .iter()
            .zip(others)
            .all(|(one, other)| alike(one, other))
        && one
            .named()
            .zip(other.named())
            .all(|((name, one), (other_name, other))| name == other_name && alike(one, other))
}
