//! How the rules tell what came of an order.

use super::player::OrderRef;
use super::state::State;
use crate::bytes::MOST_WIDE;

/// Why; the codes are those of the wire (`src/platform/kernel/wire.ts`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Reason {
    Done,
    Partly,
    OutOfReach,
    NotEntered,
    NothingThere,
    NoRoom,
    MissingMaterials,
    Blocked,
    NotYours,
    NotResearched,
    NoStructure,
    Interrupted,
}

/// A cell as an order named it: also what is no cell is told as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    Cell(u32),
    /// The bits of a double that is no u32.
    Absurd(u64),
}

impl Named {
    /// The cell's id; one that no planet has for what is no cell.
    pub(crate) fn id(self) -> u32 {
        match self {
            Named::Cell(cell) => cell,
            Named::Absurd(_) => u32::MAX,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) tick: u64,
    /// Place within the tick.
    pub(crate) index: u32,
    pub(crate) by: OrderRef,
    pub(crate) done: u64,
    pub(crate) asked: u64,
    pub(crate) reason: Reason,
    pub(crate) cell: Option<Named>,
}

/// `Done` when all was done, `Partly` when some was, else why none was.
pub(crate) fn reason_for(done: u64, asked: u64, otherwise: Reason) -> Reason {
    if done >= asked {
        Reason::Done
    } else if done > 0 {
        Reason::Partly
    } else {
        otherwise
    }
}

impl State {
    /// Adds an outcome to the tick under way.
    pub(crate) fn tell(&mut self, by: OrderRef, done: u64, asked: u64, reason: Reason) {
        self.push_outcome(by, done, asked, reason, None);
    }

    /// Adds an outcome at a cell.
    pub(crate) fn tell_at(
        &mut self,
        by: OrderRef,
        done: u64,
        asked: u64,
        reason: Reason,
        cell: Named,
    ) {
        self.push_outcome(by, done, asked, reason, Some(cell));
    }

    fn push_outcome(
        &mut self,
        by: OrderRef,
        done: u64,
        asked: u64,
        reason: Reason,
        cell: Option<Named>,
    ) {
        let (tick, index) = (self.tick, self.outcomes.len() as u32);
        let asked = asked.min(MOST_WIDE);
        self.outcomes.push(Outcome { tick, index, by, done, asked, reason, cell });
    }
}
