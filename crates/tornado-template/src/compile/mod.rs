//! From templates to instructions.

mod blocks;
mod emit;
mod expression;
mod link;
mod op;
mod page;
mod scope;
mod statement;
mod try_block;

pub(crate) use blocks::Files;
pub(crate) use op::{Function, Op, Program, Spot, SpotKind};
pub(crate) use page::compile;
