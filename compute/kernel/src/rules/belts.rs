//! What happens on belts and at their ends in a tick: requests, grants, then movement, then arrivals.

use super::active::{Phase, Unit};
use super::cells::NONE;
use super::holding::can_accept;
use super::rotation::rotated;
use super::run::{Run, SLOTS_PER_CELL};
use super::state::State;
use super::structure::{LOOSE, LooseBelt};
use crate::tables::Tables;
use alloc::vec;
use alloc::vec::Vec;

/// An item that leaves a run's end for what stands before it.
struct Leaving {
    run: u32,
    target: u32,
}

impl State {
    /// Takes the run of a belt apart, if it is in one; what lies there stays on each belt.
    pub(crate) fn loosen(&mut self, slot: u32) {
        let run = self.structures[slot as usize].run;
        if run == NONE || run == LOOSE {
            return;
        }
        let Run { belts, waiters, .. } = {
            let taken = core::mem::take(&mut self.runs[run as usize]);
            let first = self.loose.len();
            self.loose.extend(taken.belts.iter().map(|&slot| LooseBelt { slot, lane: Vec::new() }));
            for (place, slot, item) in taken.each() {
                self.loose[first + place as usize].lane.push((slot, item));
            }
            for (place, &slot) in taken.belts.iter().enumerate() {
                let belt = &mut self.structures[slot as usize];
                (belt.run, belt.place) = (LOOSE, (first + place) as u32);
            }
            taken
        };
        drop(belts);
        self.moving.remove(run);
        self.free_runs.push(run);
        self.wake_all(waiters);
    }

    /// Takes a belt out of the list of the loose ones, before it is no more. Returns what lies on it.
    pub(crate) fn take_loose(&mut self, slot: u32) -> Vec<(u8, u8)> {
        let belt = &mut self.structures[slot as usize];
        if belt.run != LOOSE {
            return Vec::new();
        }
        let place = belt.place;
        belt.run = NONE;
        let LooseBelt { lane, .. } = self.loose.swap_remove(place as usize);
        if let Some(moved) = self.loose.get(place as usize) {
            self.structures[moved.slot as usize].place = place;
        }
        lane
    }

    /// Puts a belt that was just built in the list of the loose ones, with what lies on it.
    pub(crate) fn add_loose(&mut self, slot: u32, lane: Vec<(u8, u8)>) {
        let place = self.loose.len() as u32;
        self.loose.push(LooseBelt { slot, lane });
        let belt = &mut self.structures[slot as usize];
        (belt.run, belt.place) = (LOOSE, place);
    }

    fn wake_all(&mut self, units: Vec<Unit>) {
        for (phase, cell) in units {
            self.active.wake(phase, cell);
        }
    }

    /// Belts that give to a belt, at most two of them.
    fn feeders(&self, slot: u32) -> (u32, u32) {
        let mut found = (NONE, NONE);
        for (side, &near) in self.structures[slot as usize].near.iter().enumerate() {
            let Some(source) = self.structure_in(near) else { continue };
            if source.is_belt() && source.target == slot && usize::from(source.side) == side {
                if found.0 != NONE {
                    return (found.0, near);
                }
                found.0 = near;
            }
        }
        found
    }

    /// Chains the loose belts into runs: a belt that exactly one belt gives to continues that one's run.
    pub(crate) fn settle_runs(&mut self) {
        if self.loose.is_empty() {
            return;
        }
        // By place in the list: the belt behind, NONE where a run ends; and whether a run begins there.
        let mut next: Vec<u32> = Vec::new();
        let mut begins = Vec::new();
        let mut at = 0;
        while at < self.loose.len() {
            let slot = self.loose[at].slot;
            let (feeder, second) = self.feeders(slot);
            if feeder != NONE && second == NONE {
                self.loosen(feeder);
            }
            let target = self.structures[slot as usize].target;
            if let Some(belt) = self.structure_in(target)
                && belt.is_belt()
                && self.feeders(target) == (slot, NONE)
            {
                self.loosen(target);
                next.push(self.structures[target as usize].place);
            } else {
                next.push(NONE);
            }
            begins.push(feeder == NONE || second != NONE);
            at += 1;
        }
        let mut order: Vec<u32> = (0..self.loose.len() as u32).collect();
        order.sort_unstable_by_key(|&at| {
            self.structures[self.loose[at as usize].slot as usize].cell
        });
        let mut loose = core::mem::take(&mut self.loose);
        for &at in order.iter().filter(|&&at| begins[at as usize]) {
            self.chain(&mut loose, &next, at);
        }
        // What is left are rings; each is cut before its lowest cell.
        for &at in &order {
            self.chain(&mut loose, &next, at);
        }
    }

    /// Makes the run that begins at a loose belt, unless that is in a run already.
    fn chain(&mut self, loose: &mut [LooseBelt], next: &[u32], first: u32) {
        let mut run = Run::default();
        let mut lanes = vec![];
        let slot_of_run = self.free_runs.last().copied().unwrap_or(self.runs.len() as u32);
        let mut at = first;
        while at != NONE {
            let LooseBelt { slot, lane } = &mut loose[at as usize];
            let belt = &mut self.structures[*slot as usize];
            if belt.run != LOOSE {
                break;
            }
            (belt.run, belt.place) = (slot_of_run, run.belts.len() as u32);
            run.belts.push(*slot);
            let chunk = belt.chunk() as u32;
            if !run.chunks.contains(&chunk) {
                run.chunks.push(chunk);
            }
            lanes.push(core::mem::take(lane));
            at = next[at as usize];
        }
        let Some(&end) = run.belts.last() else { return };
        for (place, lane) in lanes.into_iter().enumerate().rev() {
            for (slot, item) in lane {
                run.lay_behind(place as i32 * SLOTS_PER_CELL + i32::from(slot), item);
            }
        }
        if run.can_move() {
            self.moving.insert(slot_of_run);
        }
        self.wake_end(end);
        if self.free_runs.pop().is_some() {
            self.runs[slot_of_run as usize] = run;
        } else {
            self.runs.push(run);
        }
    }

    /// Wakes whom the last belt of a run gives to.
    fn wake_end(&mut self, end: u32) {
        let target = self.structures[end as usize].target;
        if let Some(target) = self.structure_in(target) {
            let cell = target.cell;
            self.active.wake(Phase::FromBelts, cell);
        }
    }

    /// Says that what lies on a run changed in a way that can be seen.
    fn mark_run(&mut self, run: u32) {
        for &chunk in &self.runs[run as usize].chunks {
            self.planes.dirty[chunk as usize] |= crate::planes::DIRTY_FEED;
        }
        self.runs[run as usize].digest = None;
    }

    /// Wakes who waits for room on a run.
    fn wake_waiters(&mut self, run: u32) {
        if !self.runs[run as usize].waiters.is_empty() {
            let waiters = core::mem::take(&mut self.runs[run as usize].waiters);
            self.wake_all(waiters);
        }
    }

    /// Lets a unit sleep until there may be room on a run.
    pub(crate) fn wait_for_run(&mut self, run: u32, unit: Unit) {
        let waiters = &mut self.runs[run as usize].waiters;
        if !waiters.contains(&unit) {
            waiters.push(unit);
        }
    }

    /// Lays an item on the middle of a belt. Returns whether there was room.
    pub(crate) fn lay_on_belt(&mut self, slot: u32, item: u8) -> bool {
        let belt = &self.structures[slot as usize];
        let (run, place) = (belt.run, belt.place);
        if !self.runs[run as usize].insert_at(place, item) {
            return false;
        }
        self.mark_run(run);
        self.moving.insert(run);
        true
    }

    /// One tick of all belts, and of what machines give away.
    pub(crate) fn run_belts(&mut self, tables: &Tables, key: u32) {
        let leaving = self.grant_belts(tables, key);
        let mut arrivals = Vec::new();
        for Leaving { run, target } in leaving {
            let item = self.runs[run as usize].remove_front();
            self.mark_run(run);
            self.wake_waiters(run);
            self.moving.insert(run);
            let belt = &self.structures[target as usize];
            if belt.is_belt() {
                arrivals.push((belt.run, item));
            } else {
                self.accept(tables, target, item, 1);
            }
        }
        self.advance_runs();
        for (run, item) in arrivals {
            self.runs[run as usize].enter(item);
            self.mark_run(run);
            self.moving.insert(run);
        }
        self.give_from_machines(tables, key);
    }

    /// Judged on the state before anything moves, so that no order of runs matters.
    fn grant_belts(&mut self, tables: &Tables, key: u32) -> Vec<Leaving> {
        let mut leaving = Vec::new();
        let mut from = 0;
        while let Some(cell) = self.active.take(Phase::FromBelts, from) {
            from = cell + 1;
            if let Some(target) = self.at(cell) {
                self.grant(tables, key, target, &mut leaving);
            }
        }
        leaving
    }

    /// Grants the requests of run ends for one target: a belt takes one a tick, a machine what it has room for.
    fn grant(&mut self, tables: &Tables, key: u32, slot: u32, leaving: &mut Vec<Leaving>) {
        let target = &self.structures[slot as usize];
        let mut asking = [(NONE, 0); 6];
        let mut count = 0;
        for (side, &near) in target.near.iter().enumerate() {
            let Some(source) = self.structure_in(near) else { continue };
            if source.target != slot || usize::from(source.side) != side || !source.is_belt() {
                continue;
            }
            let run = &self.runs[source.run as usize];
            if run.belts.last() == Some(&near)
                && let Some(item) = run.item_at_end()
            {
                asking[count] = (source.run, item);
                count += 1;
            }
        }
        let cell = target.cell;
        if target.is_belt() {
            let onto = target.run;
            let Some(&(run, _)) = rotated(&asking[..count], key, cell).next() else { return };
            if self.runs[onto as usize].will_have_room() {
                leaving.push(Leaving { run, target: slot });
                if count > 1 {
                    self.active.wake(Phase::FromBelts, cell);
                }
            } else {
                self.wait_for_run(onto, (Phase::FromBelts, cell));
            }
            return;
        }
        let mut promised = [(0, 0_u64); 6];
        let mut all = 0;
        for &(run, item) in rotated(&asking[..count], key, cell) {
            let same = promised.iter().take_while(|&&(_, count)| count > 0);
            let place = same.clone().position(|&(promised, _)| promised == item);
            let place = place.unwrap_or_else(|| same.count());
            if can_accept(tables, target, item, promised[place].1, all) {
                promised[place] = (item, promised[place].1 + 1);
                all += 1;
                leaving.push(Leaving { run, target: slot });
            }
        }
    }

    fn advance_runs(&mut self) {
        for word in 0..self.moving.words() {
            let mut bits = self.moving.word(word);
            while bits != 0 {
                let run = (word as u32) << 6 | bits.trailing_zeros();
                bits &= bits - 1;
                self.advance_run(run);
            }
        }
    }

    fn advance_run(&mut self, slot: u32) {
        let run = &mut self.runs[slot as usize];
        let before = run.item_at_end();
        if run.advance() {
            // Who stood there before has asked already.
            let at_end = before.is_none() && run.item_at_end().is_some();
            let end = run.belts.last().copied().filter(|_| at_end);
            self.mark_run(slot);
            self.wake_waiters(slot);
            if let Some(end) = end {
                self.wake_end(end);
            }
        }
        if !self.runs[slot as usize].can_move() {
            self.moving.remove(slot);
        }
    }
}
