//! The instructions of a page.

use std::fmt;
use std::sync::Arc;

use crate::error::Place;
use crate::value::{Binary, Compare, Unary, Value};

/// One instruction. Most take their operands from a stack, and put the result there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    /// Writes a text of the template, or the top value, to the page.
    Text(u32),
    Emit {
        escape: bool,
    },
    EmitName {
        escape: bool,
        spot: Spot,
    },
    /// Writes an attribute of a name, without the stack.
    EmitAttr {
        escape: bool,
        name: u16,
        spot: Spot,
    },
    /// Writes the result of a function of `apply` or `autoescape`.
    EmitApplied,
    /// `str(value)`, except that bytes stay as they are.
    Stringify,
    BeginCapture,
    EndCapture,

    Const(u32),
    Load(Spot),
    Store(Spot),
    Delete(Spot),
    Unset(Spot),
    EnterScope(u32),
    Globals,
    Locals,

    Pop,
    Dup,
    DupTwo,
    RotTwo,
    RotThree,

    Attr(u32),
    /// A method bound to its value, whether it exists or not.
    Bind(u32),
    AttrOf {
        name: u16,
        spot: Spot,
    },
    StoreAttr(u32),
    DeleteAttr(u32),
    Item,
    StoreItem,
    DeleteItem,
    Slice,
    Call(u32),
    CallMethod {
        args: u16,
        name: u32,
    },
    /// The last arguments have names.
    CallNamed {
        args: u16,
        names: u32,
    },
    /// The arguments are a list and a dict.
    CallSpread,
    Unary(Unary),
    Binary(Binary),
    Augment(Binary),
    Compare(Compare),

    Jump(u32),
    JumpIfFalse(u32),
    JumpIfFalseOrPop(u32),
    JumpIfTrueOrPop(u32),

    Tuple(u32),
    List(u32),
    Set(u32),
    Dict(u32),
    Append,
    Extend,
    AddToSet,
    Put,
    Update,
    ToTuple,
    ToSet,
    ToIterator,
    Format {
        conversion: Option<char>,
        spec: bool,
    },
    Join(u32),
    Unpack(u32),
    UnpackStar {
        before: u16,
        after: u16,
    },

    Iterate,
    Next(u32),
    PopIterator,

    Lambda(u32),
    Return,

    Try(u32),
    PopTry,
    MatchException,
    StoreException(Spot),
    PopException,
    Reraise,
    Raise,
    AssertFailed,
    CallFinally(u32),
    EnterFinally,
    EndFinally,
    PopFinally,

    Import {
        first: bool,
        name: u32,
    },
    ImportName(u32),
    End,
}

/// Where the value of a name is.
#[derive(Clone, Copy)]
pub(crate) struct Spot(u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SpotKind {
    /// A name that only the page, or the function, has.
    Local,
    /// A name of its own that inner functions also have.
    Cell,
    /// Any other name: given to the page, or known to Python.
    Global,
    /// Not known yet: a name, until all assignments are known.
    Name,
}

impl Spot {
    const FREE: u32 = 1 << 29;
    const INDEX: u32 = Spot::FREE - 1;

    pub(crate) fn new(kind: SpotKind, index: u32) -> Spot {
        let kind = match kind {
            SpotKind::Local => 0,
            SpotKind::Cell => 1,
            SpotKind::Global => 2,
            SpotKind::Name => 3,
        };
        Spot(kind << 30 | (index & Spot::INDEX))
    }

    /// The same place, seen from a function inside the one that has the name.
    pub(crate) fn free(self) -> Spot {
        Spot(self.0 | Spot::FREE)
    }

    pub(crate) fn is_free(self) -> bool {
        self.0 & Spot::FREE != 0
    }

    pub(crate) fn kind(self) -> SpotKind {
        match self.0 >> 30 {
            0 => SpotKind::Local,
            1 => SpotKind::Cell,
            2 => SpotKind::Global,
            _ => SpotKind::Name,
        }
    }

    pub(crate) fn index(self) -> usize {
        (self.0 & Spot::INDEX) as usize
    }
}

impl fmt::Debug for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({})", self.kind(), self.index())
    }
}

/// A function of the page; the first is the page itself.
#[derive(Debug, Default)]
pub(crate) struct Function {
    pub(crate) start: u32,
    /// The names of its slots.
    pub(crate) slots: Vec<Arc<str>>,
    /// Those shared with inner functions.
    pub(crate) cells: Vec<u32>,
    /// From which enclosing slot, into which of its own.
    pub(crate) captures: Vec<(u32, u32)>,
    /// The number of its parameters, without those with stars.
    pub(crate) parameters: u32,
    pub(crate) defaults: u32,
    pub(crate) star: Option<u32>,
    pub(crate) star_star: Option<u32>,
}

/// A page, ready to run.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) name: Arc<str>,
    pub(crate) ops: Vec<Op>,
    pub(crate) texts: Vec<Box<str>>,
    pub(crate) constants: Vec<Value>,
    pub(crate) names: Vec<Arc<str>>,
    pub(crate) globals: Vec<Arc<str>>,
    pub(crate) keywords: Vec<Vec<Arc<str>>>,
    pub(crate) functions: Vec<Function>,
    /// The slots that have no value when a scope starts.
    pub(crate) scopes: Vec<Vec<Spot>>,
    pub(crate) places: Vec<Place>,
    /// From which instruction on each place applies.
    pub(crate) lines: Vec<(u32, u32)>,
    /// The size of the page when it was last rendered.
    pub(crate) size: std::sync::atomic::AtomicUsize,
}

impl Program {
    pub(crate) fn place(&self, op: usize) -> Option<&Place> {
        let after = self
            .lines
            .partition_point(|(start, _)| *start as usize <= op);
        let (_, place) = self.lines.get(after.checked_sub(1)?)?;
        self.places.get(*place as usize)
    }
}
