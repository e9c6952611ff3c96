//! The state of a world: the planes, and sparse things (players, structures).

use super::active::Active;
use super::cells::{CellMap, NONE, SlotBits};
use super::jobs::Job;
use super::outcomes::Outcome;
use super::player::Player;
use super::power::Grids;
use super::run::Run;
use super::structure::{BuildOrder, LooseBelt, Status, Structure};
use crate::bytes::Text;
use crate::grid::is_cell;
use crate::planes::{DIRTY_FEED, Planes};
use crate::tables::Tables;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

/// Sources and sinks since the world began.
#[derive(Debug, Clone)]
pub(crate) struct Balance {
    /// By item code: what came into being, and what ceased to be.
    pub(crate) made: Vec<i64>,
    pub(crate) used: Vec<i64>,
    pub(crate) pollution_emitted: i64,
    pub(crate) pollution_sunk: i64,
    pub(crate) pollution_absorbed: i64,
}

pub(crate) struct State {
    pub(crate) seed: u32,
    pub(crate) n: u32,
    /// The tick that was run last; 0: none.
    pub(crate) tick: u64,
    pub(crate) planes: Planes,
    /// Items left of the unit that was last opened, by cell of a deposit.
    pub(crate) opened: CellMap,
    pub(crate) players: Vec<Player>,
    pub(crate) by_account: BTreeMap<Text, u16>,
    /// By slot; those in `free` stand for nothing.
    pub(crate) structures: Vec<Structure>,
    pub(crate) free: Vec<u32>,
    pub(crate) by_cell: CellMap,
    /// Slots of each chunk's structures, ascending by cell.
    pub(crate) by_chunk: Vec<Vec<u32>>,
    pub(crate) orders: Vec<BuildOrder>,
    pub(crate) free_orders: Vec<u32>,
    /// Slots of the blueprints in the order of their placing.
    pub(crate) waiting: Vec<u32>,
    /// Owners whose blueprints may have become buildable.
    pub(crate) may_build: BTreeSet<u16>,
    pub(crate) balance: Balance,
    /// Of the tick under way.
    pub(crate) outcomes: Vec<Outcome>,
    /// Players whose view may have changed.
    pub(crate) changed_players: BTreeSet<u16>,

    // What follows from where the structures stand, and who may have something to do.
    /// Slots of the bridges that give to a bridge from afar, ascending by cell.
    pub(crate) far_sources: BTreeMap<u32, Vec<u32>>,
    pub(crate) runs: Vec<Run>,
    pub(crate) free_runs: Vec<u32>,
    /// Runs with an item that has a free way.
    pub(crate) moving: SlotBits,
    pub(crate) loose: Vec<LooseBelt>,
    pub(crate) active: Active,
    /// Slots of what does jobs: at work, or awake.
    pub(crate) awake: SlotBits,
    pub(crate) grids: Grids,
    /// What is being worked at, in no order.
    pub(crate) jobs: Vec<Job>,
    /// Structures whose digest may have changed, and the digests that were summed last.
    pub(crate) unhashed: SlotBits,
    pub(crate) digests: Vec<[u32; 2]>,
    pub(crate) digest_sum: [u32; 2],
}

impl State {
    /// A world at tick 0 with these planes and nothing on them.
    pub(crate) fn new(planes: Planes, tables: &Tables) -> Self {
        let cells = planes.cells();
        let chunks = planes.chunks();
        Self {
            seed: planes.seed(),
            n: planes.n(),
            tick: 0,
            planes,
            opened: CellMap::new(),
            players: Vec::new(),
            by_account: BTreeMap::new(),
            structures: Vec::new(),
            free: Vec::new(),
            by_cell: CellMap::new(),
            by_chunk: vec![Vec::new(); chunks],
            orders: Vec::new(),
            free_orders: Vec::new(),
            waiting: Vec::new(),
            may_build: BTreeSet::new(),
            balance: Balance {
                made: vec![0; tables.items()],
                used: vec![0; tables.items()],
                pollution_emitted: 0,
                pollution_sunk: 0,
                pollution_absorbed: 0,
            },
            outcomes: Vec::new(),
            changed_players: BTreeSet::new(),
            far_sources: BTreeMap::new(),
            runs: Vec::new(),
            free_runs: Vec::new(),
            moving: SlotBits::default(),
            loose: Vec::new(),
            active: Active::new(cells),
            awake: SlotBits::default(),
            grids: Grids::default(),
            jobs: Vec::new(),
            unhashed: SlotBits::default(),
            digests: Vec::new(),
            digest_sum: [0; 2],
        }
    }

    pub(crate) fn is_cell(&self, cell: u32) -> bool {
        is_cell(self.n, cell)
    }

    /// Says that planes of a place changed.
    pub(crate) fn mark_ground(&mut self, ground: usize) {
        self.planes.mark(ground);
    }

    /// Says that something in a chunk changed in a way that can be seen.
    pub(crate) fn mark_chunk(&mut self, chunk: usize) {
        self.planes.dirty[chunk] |= DIRTY_FEED;
    }

    pub(crate) fn mark_structure(&mut self, slot: u32) {
        let chunk = self.structures[slot as usize].chunk();
        self.mark_chunk(chunk);
    }

    /// Says what a structure does or waits for.
    pub(crate) fn set_status(&mut self, slot: u32, status: Status) {
        let structure = &mut self.structures[slot as usize];
        if structure.status != status {
            structure.status = status;
            self.mark_structure(slot);
        }
    }

    pub(crate) fn mark_player(&mut self, index: u16) {
        self.changed_players.insert(index);
    }

    /// The player of an index from 1.
    pub(crate) fn player(&self, index: u16) -> Option<&Player> {
        self.players.get(usize::from(index).wrapping_sub(1))
    }

    pub(crate) fn player_mut(&mut self, index: u16) -> Option<&mut Player> {
        self.players.get_mut(usize::from(index).wrapping_sub(1))
    }

    /// The slot of the structure on a cell.
    pub(crate) fn at(&self, cell: u32) -> Option<u32> {
        self.by_cell.get(cell)
    }

    pub(crate) fn structure(&self, slot: u32) -> &Structure {
        &self.structures[slot as usize]
    }

    pub(crate) fn structure_mut(&mut self, slot: u32) -> &mut Structure {
        &mut self.structures[slot as usize]
    }

    /// The structure in a slot that may be none.
    pub(crate) fn structure_in(&self, slot: u32) -> Option<&Structure> {
        if slot == NONE { None } else { self.structures.get(slot as usize) }
    }

    /// Slots of all structures, ascending by cell.
    pub(crate) fn slots_by_cell(&self) -> Vec<u32> {
        self.by_cell.sorted().into_iter().map(|(_, slot)| slot).collect()
    }

    /// Machines with a job under way, and items on belts.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.jobs.len(), self.runs.iter().map(|run| run.items.len()).sum())
    }

    /// Items come into being by the work of a player.
    pub(crate) fn produce(&mut self, by: u16, item: u8, count: u32) {
        self.balance.made[usize::from(item)] += i64::from(count);
        if let Some(player) = self.player_mut(by) {
            player.produced[usize::from(item)] += i64::from(count);
        }
    }

    /// Items are used up by the work of a player.
    pub(crate) fn consume(&mut self, by: u16, item: u8, count: u32) {
        self.balance.used[usize::from(item)] += i64::from(count);
        if let Some(player) = self.player_mut(by) {
            player.consumed[usize::from(item)] += i64::from(count);
        }
    }

    /// Work that was given up used nothing: for inputs that come back.
    pub(crate) fn unconsume(&mut self, by: u16, item: u8, count: u32) {
        if let Some(player) = self.player_mut(by) {
            player.consumed[usize::from(item)] -= i64::from(count);
        }
    }

    /// Adds what a machine gives off: only what fits comes into being, and that is counted.
    pub(crate) fn emit(&mut self, ground: u32, units: u16, by: u16) {
        let ground = ground as usize;
        let fits = units.min(u16::MAX - self.planes.pollution[ground]);
        if fits == 0 {
            return;
        }
        self.planes.pollution[ground] += fits;
        self.balance.pollution_emitted += i64::from(fits);
        if let Some(player) = self.player_mut(by) {
            player.pollution += i64::from(fits);
        }
        self.mark_ground(ground);
    }
}
