//! Laws that hold after any orders on any state: nothing is lost, nothing panics, saving is exact, and who sleeps
//! never matters.

use super::orders::{Event, Order, Placed, Transfer};
use super::outcomes::Named;
use super::state::State;
use crate::executor::Alone;
use crate::instruction_set::InstructionSet;
use crate::planes::Planes;
use crate::tables::Tables;
use alloc::vec;
use alloc::vec::Vec;
use proptest::prelude::*;

fn tables() -> Tables {
    Tables::read(include_bytes!("../../../goldens/tables.bin")).unwrap()
}

fn event(account: u16, code: u8, order: Order) -> Event {
    Event { account: [97 + account].into(), command: [99].into(), code, order }
}

/// A small planet with something under every cell and two rich players who know everything but one research.
fn busy_planet(tables: &Tables) -> State {
    let mut state = State::new(Planes::generate(3, 4, &Alone), tables);
    for cell in 0..state.planes.cells() {
        let ground = state.planes.place(cell);
        state.planes.terrain[ground] = 5;
        state.planes.deposit[ground] = [1, 6, 4, 7, 8][cell as usize % 5];
        state.planes.amount[ground] = 100;
        state.planes.mark(ground);
    }
    for account in 0..2 {
        state.apply(tables, event(account, 0, Order::Enter { landing: 13 }));
        let player = &mut state.players[usize::from(account)];
        for (place, research) in tables.all_researches().iter().enumerate() {
            player.units[place] = if place == 4 { 0 } else { research.units };
        }
        for item in (0..tables.items()).filter(|&item| !tables.is_fluid[item]) {
            player.inventory[item] += 500;
            state.balance.made[item] += 500;
        }
    }
    state
}

fn any_cell() -> impl Strategy<Value = u32> {
    prop_oneof![12 => 0u32..40, 1 => any::<u32>()]
}

fn any_named() -> impl Strategy<Value = Named> {
    prop_oneof![12 => any_cell().prop_map(Named::Cell), 1 => any::<u64>().prop_map(Named::Absurd)]
}

fn any_order() -> impl Strategy<Value = (u8, Order)> {
    let cells = || prop::collection::vec(any_cell(), 0..5);
    let placed = (any_cell(), 0u8..22, 0u8..6).prop_map(|(cell, prototype, direction)| Placed {
        cell,
        prototype,
        direction,
    });
    let transfer = (any_named(), 0u8..40, 0u64..400, any::<bool>())
        .prop_map(|(cell, item, asked, put)| Transfer { cell, item, asked, put });
    prop_oneof![
        1 => any_cell().prop_map(|landing| (0, Order::Enter { landing })),
        1 => Just(1).prop_map(|_| (1, Order::Leave)),
        1 => cells().prop_map(|cells| (2, Order::Claim { cells })),
        1 => any_named().prop_map(|cell| (3, Order::Release { cell })),
        8 => prop::collection::vec(placed, 0..12).prop_map(|structures| (4, Order::Place { structures })),
        1 => cells().prop_map(|cells| (5, Order::Remove { cells })),
        2 => (any_named(), 0u8..6).prop_map(|(cell, direction)| (6, Order::Rotate { cell, direction })),
        6 => (any_named(), 0u8..32).prop_map(|(cell, recipe)| (7, Order::SelectRecipe { cell, recipe })),
        1 => prop::collection::vec(0u8..7, 0..9).prop_map(|path| {
            let asked = path.len() as u32;
            (8, Order::Move { path, asked })
        }),
        2 => any_named().prop_map(|cell| (9, Order::StartHarvest { cell })),
        1 => Just(1).prop_map(|_| (10, Order::StopHarvest)),
        2 => (0u8..32, any::<u64>()).prop_map(|(recipe, asked)| (11, Order::Craft { recipe, asked: asked >> 11 })),
        8 => transfer.prop_map(|transfer| (12, Order::Transfer(transfer))),
        1 => (0u8..24).prop_map(|research| (13, Order::SelectResearch { research })),
    ]
}

/// What is there of an item, in hands, in structures and on belts.
fn held(state: &State, item: u8) -> i64 {
    let hands = state.players.iter().map(|player| i64::from(player.inventory[usize::from(item)]));
    let standing = state.slots_by_cell().into_iter().map(|slot| state.structure(slot));
    let stocks = standing.map(|structure| i64::from(structure.stock.get(item)));
    let belts =
        state.runs.iter().map(|run| run.items.iter().filter(|&&on| on == item).count() as i64);
    hands.sum::<i64>() + stocks.sum::<i64>() + belts.sum::<i64>()
}

fn check_laws(state: &State, tables: &Tables) -> Result<(), TestCaseError> {
    for item in 0..tables.items() {
        let ledger = state.balance.made[item] - state.balance.used[item];
        prop_assert_eq!(held(state, item as u8), ledger, "tick {}: item {}", state.tick, item);
    }
    let there: i64 = state.planes.pollution.iter().map(|&units| i64::from(units)).sum();
    let balance = &state.balance;
    let ledger = balance.pollution_emitted - balance.pollution_sunk - balance.pollution_absorbed;
    prop_assert_eq!(there, ledger, "tick {}: pollution", state.tick);
    for slot in state.slots_by_cell() {
        let structure = state.structure(slot);
        let sum: u64 = structure.stock.held().iter().map(|&(_, count)| u64::from(count)).sum();
        prop_assert_eq!(structure.load, sum, "cell {}", structure.cell);
    }
    Ok(())
}

fn tick(state: &mut State, tables: &Tables, events: Vec<Event>) {
    state.run_tick(tables, events, &Alone, InstructionSet::BASELINE);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 1 } else { 128 }, ..ProptestConfig::default() })]

    #[test]
    fn any_orders_lose_nothing_and_a_saved_state_goes_on_as_it_would_have(
        moments in prop::collection::vec(
            (prop::collection::vec((0u16..3, any_order()), 0..6), 1u32..40, any::<bool>()),
            1..12,
        ),
    ) {
        let tables = tables();
        let mut state = busy_planet(&tables);
        for (orders, ticks, reload) in moments {
            let events = orders
                .into_iter()
                .map(|(account, (code, order))| event(account, code, order))
                .collect();
            tick(&mut state, &tables, events);
            check_laws(&state, &tables)?;
            let mut saved = vec![];
            state.save(&tables, &mut |part: &[u8]| saved.extend_from_slice(part));
            let mut other = State::load(&tables, &saved).unwrap();
            for _ in 0..ticks {
                tick(&mut state, &tables, vec![]);
                tick(&mut other, &tables, vec![]);
                check_laws(&state, &tables)?;
            }
            prop_assert_eq!(state.hash(), other.hash());
            let mut again = vec![];
            other.save(&tables, &mut |part: &[u8]| again.extend_from_slice(part));
            saved.clear();
            state.save(&tables, &mut |part: &[u8]| saved.extend_from_slice(part));
            prop_assert!(saved == again, "the saved bytes differ");
            if reload {
                state = other;
            }
        }
    }

    #[test]
    fn any_bytes_are_refused_or_are_a_state_that_runs(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let tables = tables();
        let mut state = busy_planet(&tables);
        let placed = |(cell, prototype)| Placed { cell, prototype, direction: 0 };
        let structures = (10u32..29).zip(1..20).map(placed).collect();
        tick(&mut state, &tables, vec![event(0, 4, Order::Place { structures })]);
        let mut saved = vec![];
        state.save(&tables, &mut |part: &[u8]| saved.extend_from_slice(part));
        for (place, value) in changes {
            let at = place.index(saved.len());
            saved[at] = value;
        }
        if let Ok(mut state) = State::load(&tables, &saved) {
            for _ in 0..20 {
                tick(&mut state, &tables, vec![]);
            }
            state.hash();
        }
    }
}
