//! A structure, and the order that a blueprint waits for.

use super::cells::NONE;
use super::player::OrderRef;
use super::stock::Stock;
use crate::planes::CHUNK_PLACES;
use crate::tables::Kind;
use alloc::vec::Vec;

/// What a structure does or waits for; the codes are those of saved states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    Blueprint,
    Idle,
    Working,
    Starved,
    Blocked,
    Exhausted,
    Locked,
    Unpowered,
}

pub(crate) const STATUSES: [Status; 8] = [
    Status::Blueprint,
    Status::Idle,
    Status::Working,
    Status::Starved,
    Status::Blocked,
    Status::Exhausted,
    Status::Locked,
    Status::Unpowered,
];

/// The direction of a link from a bridge that gives from afar, behind those of neighbours.
pub(crate) const FROM_AFAR: u8 = 6;

#[derive(Debug, Clone)]
pub(crate) struct Structure {
    pub(crate) cell: u32,
    /// Place of the cell in the planes.
    pub(crate) ground: u32,
    /// What is left to burn of a generator's fuel, in 256ths of a tick; of a machine that does no job now.
    /// [`super::state::State::left`] also asks the job.
    pub(crate) work_left: u32,
    /// Place in the list of jobs, or [`NONE`].
    pub(crate) job: u32,
    /// In ticks.
    pub(crate) duration: u32,
    /// Of the job under way, for views.
    pub(crate) start_tick: u64,
    /// Index of a player, from 1.
    pub(crate) owner: u16,
    /// Code of the prototype; its kind stands beside it.
    pub(crate) prototype: u8,
    pub(crate) kind: Kind,
    pub(crate) direction: u8,
    /// Code of the selected recipe, 0: none; in a laboratory of the research that its job is for.
    pub(crate) recipe: u8,
    pub(crate) status: Status,
    /// Where it goes on serving in turns: a splitter's side, a harvester's kind of life.
    pub(crate) turn: u8,
    /// What flows in a pipe; follows from the stock.
    pub(crate) fluid: Option<u8>,
    /// Place of its order while it is a blueprint, [`NONE`] once it is built.
    pub(crate) order: u32,
    pub(crate) stock: Stock,
    /// Sum of the stock.
    pub(crate) load: u64,

    // What follows from where the structures stand.
    /// Slots of the structures around it, by direction.
    pub(crate) near: [u32; 6],
    /// Slot of what it gives to; of a belt also within its run. A splitter gives to several.
    pub(crate) target: u32,
    /// Seen from the target; [`FROM_AFAR`] for a bridge's link to another.
    pub(crate) side: u8,
    /// A belt, a machine or a bridge may give to it.
    pub(crate) is_fed: bool,
    /// One of those around it takes an interest in what it holds.
    pub(crate) is_watched: bool,
    /// Of a belt: its run, or [`LOOSE`] with its place in the list of those; else [`NONE`].
    pub(crate) run: u32,
    pub(crate) place: u32,
    /// The grid that it hangs on.
    pub(crate) grid: u32,
}

/// In place of a run: the belt is in none, until the runs are made anew.
pub(crate) const LOOSE: u32 = NONE - 1;

impl Structure {
    /// A structure that holds nothing and does nothing yet, and knows nobody around it.
    pub(crate) fn new(
        cell: u32,
        ground: u32,
        prototype: u8,
        kind: Kind,
        owner: u16,
        direction: u8,
    ) -> Self {
        Self {
            cell,
            ground,
            work_left: 0,
            job: NONE,
            duration: 0,
            start_tick: 0,
            owner,
            prototype,
            kind,
            direction,
            recipe: 0,
            status: Status::Blueprint,
            turn: 0,
            fluid: None,
            order: NONE,
            stock: Stock::EMPTY,
            load: 0,
            near: [NONE; 6],
            target: NONE,
            side: 0,
            is_fed: false,
            is_watched: false,
            run: NONE,
            place: NONE,
            grid: NONE,
        }
    }

    /// Takes everything out; what that was.
    pub(crate) fn empty(&mut self) -> Vec<(u8, u32)> {
        self.load = 0;
        self.fluid = None;
        core::mem::replace(&mut self.stock, Stock::EMPTY).held()
    }

    pub(crate) fn chunk(&self) -> usize {
        self.ground as usize / CHUNK_PLACES
    }

    pub(crate) fn is_built(&self) -> bool {
        self.order == NONE
    }

    pub(crate) fn is_belt(&self) -> bool {
        self.kind == Kind::Belt
    }
}

/// Structures of one order; its outcome comes when none is open.
#[derive(Debug, Clone)]
pub(crate) struct BuildOrder {
    pub(crate) by: OrderRef,
    pub(crate) asked: u32,
    pub(crate) done: u32,
    pub(crate) open: i64,
    /// Of what is not researched the outcome came at once; nothing more is told.
    pub(crate) told: bool,
    /// Blueprints that wait for it.
    pub(crate) blueprints: u32,
}

/// A belt that is in no run, with what lies on it: slots and item codes, front first.
#[derive(Debug, Clone)]
pub(crate) struct LooseBelt {
    pub(crate) slot: u32,
    pub(crate) lane: Vec<(u8, u8)>,
}
