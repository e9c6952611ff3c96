//! One tick of a world: what the orders say, then what the world does by itself, always in this order.

use super::orders::Event;
use super::outcomes::Outcome;
use super::state::State;
use crate::ecology::{self, ECOLOGY_TICKS};
use crate::executor::Executor;
use crate::instruction_set::InstructionSet;
use crate::random::tick_key;
use crate::tables::Tables;
use alloc::vec::Vec;

impl State {
    /// Runs the next tick: the events apply in their order, the world moves on. Total: any event on any state;
    /// what cannot be done is clamped and told. Returns the tick's outcomes.
    pub(crate) fn run_tick(
        &mut self,
        tables: &Tables,
        events: Vec<Event>,
        executor: &dyn Executor,
        instructions: InstructionSet,
    ) -> Vec<Outcome> {
        self.tick += 1;
        for event in events {
            self.apply(tables, event);
        }
        let key = tick_key(self.seed, self.tick);
        self.run_hands(tables);
        self.build_blueprints(tables);
        self.settle_runs();
        self.run_machines(tables);
        self.run_fluids(tables, key);
        self.run_belts(tables, key);
        self.run_serving(tables, key);
        if self.tick.is_multiple_of(ECOLOGY_TICKS) {
            let sums =
                ecology::run(&mut self.planes, &tables.life, self.tick, executor, instructions);
            self.balance.pollution_sunk += sums.sunk as i64;
            self.balance.pollution_absorbed += sums.absorbed as i64;
        }
        core::mem::take(&mut self.outcomes)
    }
}
