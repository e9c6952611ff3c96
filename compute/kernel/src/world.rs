//! A world: what answers the calls of the kernel's port.

use crate::bytes::{Fault, Writer};
use crate::executor::Executor;
use crate::instruction_set::InstructionSet;
use crate::planes::Planes;
use crate::rules::changes::Feed;
use crate::rules::lanes::Lanes;
use crate::rules::outcomes::Outcome;
use crate::rules::pieces::{Generated, Saving};
use crate::rules::state::State;
use crate::rules::views::write_outcome;
use crate::tables::Tables;
use crate::wire::{Call, Events, VERSION, code, read_call};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// A planet and everything on it.
pub struct World {
    tables: Tables,
    state: State,
    feed: Feed,
    generated: Option<Generated>,
    saving: Option<Saving>,
    instructions: InstructionSet,
}

/// A run under way: ticks that are still to be run, and what came of those before.
pub struct Batch {
    through: u64,
    hash: bool,
    players: bool,
    /// 0: of no tick in between.
    hash_every: u64,
    watch: Vec<u32>,
    events: Events,
    outcomes: Vec<Outcome>,
    /// Ticks and their hashes.
    hashes: Vec<(u64, [u32; 2])>,
}

impl Batch {
    /// The tick that it ends with.
    pub fn through(&self) -> u64 {
        self.through
    }
}

const MOST_N: u32 = 2048;

impl World {
    /// A new world at tick 0, generated with the executor's threads. `tables`: as `tablesAsBytes()` gives them.
    ///
    /// # Errors
    /// Names what is wrong with the tables, or an `n` that is not 1..=2048.
    pub fn create(
        tables: &[u8],
        seed: u32,
        n: u32,
        executor: &dyn Executor,
    ) -> Result<Self, Fault> {
        Self::create_by(tables, seed, n, executor, InstructionSet::best())
    }

    /// As [`World::create`], by other vector instructions than the best that there are. The bits are the same.
    ///
    /// # Errors
    /// As [`World::create`].
    pub fn create_by(
        tables: &[u8],
        seed: u32,
        n: u32,
        executor: &dyn Executor,
        instructions: InstructionSet,
    ) -> Result<Self, Fault> {
        let tables = Tables::read(tables)?;
        if !(1..=MOST_N).contains(&n) {
            return Err(Fault { detail: "a planet's frequency is 1 to 2048", field: "n", at: 0 });
        }
        let planes = Planes::generate_by(seed, n, executor, instructions);
        let state = State::new(planes, &tables);
        let mut world = Self::of(tables, state);
        world.instructions = instructions;
        world.generated = Some(Generated::of(&mut world.state.planes));
        Ok(world)
    }

    /// The world of bytes that `save` wrote, or `encodeState` in TypeScript.
    ///
    /// # Errors
    /// Names the field that is no part of such a state.
    pub fn load(tables: &[u8], saved: &[u8]) -> Result<Self, Fault> {
        let tables = Tables::read(tables)?;
        let state = State::load(&tables, saved)?;
        Ok(Self::of(tables, state))
    }

    /// The world of a seed and a frequency as pieces keep it (`docs/rules.md`, "The state in pieces"). `pieces`: a
    /// u32 count, then each as a text and a u32 length with so many bytes.
    ///
    /// # Errors
    /// Names the field that is no part of a saved state of this very world.
    pub fn resume(
        tables: &[u8],
        seed: u32,
        n: u32,
        pieces: &[u8],
        executor: &dyn Executor,
    ) -> Result<Self, Fault> {
        let mut world = Self::create(tables, seed, n, executor)?;
        if let Some(generated) = &world.generated {
            world.state.take_pieces(&world.tables, generated, pieces)?;
        }
        Ok(world)
    }

    fn of(tables: Tables, state: State) -> Self {
        Self {
            tables,
            state,
            feed: Feed::default(),
            generated: None,
            saving: None,
            instructions: InstructionSet::best(),
        }
    }

    /// Works with other vector instructions than the best that there are. The bits stay the same.
    pub fn use_instructions(&mut self, instructions: InstructionSet) {
        self.instructions = instructions;
        self.state.planes.instructions = instructions;
    }

    /// Appends the whole state as bytes.
    pub fn save(&self, out: &mut Vec<u8>) {
        self.save_in_parts(&mut |part| out.extend_from_slice(part));
    }

    /// As [`World::save`], part after part: what is saved is never held as a whole.
    pub fn save_in_parts(&self, put: &mut dyn FnMut(&[u8])) {
        self.state.save(&self.tables, put);
    }

    /// The tick that was run last; 0: none.
    pub fn tick(&self) -> u64 {
        self.state.tick
    }

    /// The state hash, low and high word: as 16 hex digits the high one comes first. On this thread alone: a process
    /// that forked has no other.
    pub fn hash(&mut self) -> [u32; 2] {
        self.state.hash()
    }

    /// As [`World::hash`], with the executor's threads.
    pub fn hash_on(&mut self, executor: &dyn Executor) -> [u32; 2] {
        self.state.hash_on(executor)
    }

    /// How many machines have a job under way, and how many items lie on belts.
    pub fn counts(&self) -> (usize, usize) {
        self.state.counts()
    }

    /// Answers one call: request bytes in, reply bytes appended (`wire.rs`).
    ///
    /// # Errors
    /// For a request that is none; nothing changed then.
    pub fn call(
        &mut self,
        request: &[u8],
        out: &mut Vec<u8>,
        executor: &dyn Executor,
    ) -> Result<(), Fault> {
        match read_call(request, self.tables.items())? {
            call @ Call::Run { .. } => {
                let Some(mut batch) = self.batch_of(call)? else { return Ok(()) };
                while self.advance(&mut batch, u64::MAX, executor) {}
                self.finish(batch, out, executor);
            }
            Call::Pieces { bytes } => self.write_pieces(bytes, out)?,
            other => self.answer(other, out, executor),
        }
        Ok(())
    }

    /// Begins a run, to go on with by [`World::advance`]; `None` for any other call, which [`World::call`] answers.
    ///
    /// # Errors
    /// For a request that is none.
    pub fn begin(&self, request: &[u8]) -> Result<Option<Box<Batch>>, Fault> {
        let call = read_call(request, self.tables.items())?;
        Ok(self.batch_of(call)?.map(Box::new))
    }

    /// `None` for a call that is no run.
    fn batch_of(&self, call: Call) -> Result<Option<Batch>, Fault> {
        let Call::Run { through, hash, players, hash_every, watch, events } = call else {
            return Ok(None);
        };
        if events.front().is_some_and(|&(first, _)| first <= self.state.tick) {
            let detail = "that tick was run before";
            return Err(Fault { detail, field: "events.tick", at: 0 });
        }
        let (outcomes, hashes) = (Vec::new(), Vec::new());
        Ok(Some(Batch { through, hash, players, hash_every, watch, events, outcomes, hashes }))
    }

    /// Runs up to so many ticks of a batch. Returns whether any are left.
    pub fn advance(&mut self, batch: &mut Batch, ticks: u64, executor: &dyn Executor) -> bool {
        let mut left = ticks;
        while self.state.tick < batch.through && left > 0 {
            left -= 1;
            let next = self.state.tick + 1;
            let is_due = batch.events.front().is_some_and(|&(tick, _)| tick == next);
            let due = if is_due { batch.events.pop_front() } else { None };
            let events = due.map_or_else(Vec::new, |(_, events)| events);
            let told = self.state.run_tick(&self.tables, events, executor, self.instructions);
            batch.outcomes.extend(told);
            if batch.hash_every > 0 && next.is_multiple_of(batch.hash_every) {
                batch.hashes.push((next, self.state.hash_on(executor)));
            }
        }
        self.state.tick < batch.through
    }

    /// Ends a batch, where it stands, and appends the reply.
    pub fn finish(&mut self, batch: Batch, out: &mut Vec<u8>, executor: &dyn Executor) {
        let hash = batch.hash.then(|| self.state.hash_on(executor));
        let out = &mut Writer::new(out);
        out.u8(VERSION);
        out.u8(code::RUN);
        out.wide(self.state.tick as i64);
        out.u8(hash.is_some().into());
        if let Some([low, high]) = hash {
            out.u32(low);
            out.u32(high);
        }
        out.count(batch.hashes.len());
        for (tick, [low, high]) in batch.hashes {
            out.wide(tick as i64);
            out.u32(low);
            out.u32(high);
        }
        out.count(batch.outcomes.len());
        for outcome in &batch.outcomes {
            write_outcome(out, outcome);
        }
        self.feed.write_dirty(&mut self.state, out);
        self.feed.write_changes(&self.state, out, &batch.watch);
        self.feed.write_players(&mut self.state, &self.tables, out, batch.players);
    }

    fn answer(&mut self, call: Call, out: &mut Vec<u8>, executor: &dyn Executor) {
        let (state, tables) = (&mut self.state, &self.tables);
        let out = &mut Writer::new(out);
        out.u8(VERSION);
        match call {
            Call::Chunk { chunk, known } => {
                out.u8(code::CHUNK);
                self.feed.write_snapshot(state, out, chunk, known);
            }
            Call::Player { account } => {
                out.u8(code::PLAYER);
                let player = state.known_player(&account).and_then(|index| state.player(index));
                out.u8(player.is_some().into());
                if let Some(player) = player {
                    state.write_player_view(out, tables, player);
                }
            }
            Call::Statistics { account } => {
                out.u8(code::STATISTICS);
                let index = state.known_player(&account);
                let rows = state.leaderboard(tables);
                let place = rows.iter().position(|row| Some(row.index) == index);
                out.u8(place.is_some().into());
                if let Some(place) = place
                    && let Some(player) = state.player(rows[place].index)
                {
                    state.write_standing(out, tables, place + 1, &rows[place]);
                    state.write_statistics(out, player);
                }
            }
            Call::Leaderboard => {
                out.u8(code::LEADERBOARD);
                let rows = state.leaderboard(tables);
                out.count(rows.len());
                for (place, row) in rows.iter().enumerate() {
                    state.write_standing(out, tables, place + 1, row);
                }
            }
            Call::Structures { account } => {
                out.u8(code::STRUCTURES);
                let index = state.known_player(&account);
                let mut slots = state.slots_by_cell();
                slots.retain(|&slot| Some(state.structure(slot).owner) == index);
                let mut lanes = Lanes::default();
                out.count(slots.len());
                for slot in slots {
                    state.write_structure_view(out, slot, &mut lanes, true);
                }
            }
            Call::Structure { cell } => {
                out.u8(code::STRUCTURE);
                let slot = state.at(cell);
                out.u8(slot.is_some().into());
                if let Some(slot) = slot {
                    state.write_structure_view(out, slot, &mut Lanes::default(), true);
                }
            }
            Call::Save => {
                out.u8(code::SAVE);
                let generated = self.generated.get_or_insert_with(|| {
                    Generated::of(&mut Planes::generate(state.seed, state.n, executor))
                });
                let saving = state.begin_saving(tables, generated);
                let [low, high] = state.hash_on(executor);
                out.wide(state.tick as i64);
                out.u32(low);
                out.u32(high);
                self.saving = Some(saving);
            }
            // Those that are left run ticks or tell pieces, which is not done here.
            _ => {
                out.u8(code::HASH);
                let [low, high] = state.hash_on(executor);
                out.wide(state.tick as i64);
                out.u32(low);
                out.u32(high);
            }
        }
    }

    fn write_pieces(&mut self, bytes: u64, out: &mut Vec<u8>) -> Result<(), Fault> {
        let Some(saving) = &mut self.saving else {
            return Err(Fault { detail: "no save was begun", field: "call", at: 0 });
        };
        let out = &mut Writer::new(out);
        out.u8(VERSION);
        out.u8(code::PIECES);
        saving.write_next(bytes, out);
        Ok(())
    }
}
