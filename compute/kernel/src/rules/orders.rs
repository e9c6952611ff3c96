//! Which rule an event goes to. Any event applies to any state.

pub(crate) use super::hand::LONGEST_PATH;
use super::outcomes::{Named, Reason};
pub(crate) use super::placing::Placed;
use super::player::OrderRef;
pub(crate) use super::players::Transfer;
use super::state::State;
use crate::bytes::Text;
use crate::tables::Tables;
use alloc::vec::Vec;

/// What an event says beyond whose it is.
#[derive(Debug, Clone)]
pub(crate) enum Order {
    Enter { landing: u32 },
    Leave,
    Claim { cells: Vec<u32> },
    Release { cell: Named },
    Place { structures: Vec<Placed> },
    Remove { cells: Vec<u32> },
    Rotate { cell: Named, direction: u8 },
    SelectRecipe { cell: Named, recipe: u8 },
    Move { path: Vec<u8>, asked: u32 },
    StartHarvest { cell: Named },
    StopHarvest,
    Craft { recipe: u8, asked: u64 },
    Transfer(Transfer),
    SelectResearch { research: u8 },
}

/// Types of events in the order of [`Order`]'s cases, which is that of the wire.
pub(crate) const EVENT_TYPES: [&str; 14] = [
    "WorldEntered",
    "WorldLeft",
    "CellsClaimed",
    "CellReleased",
    "StructuresPlaced",
    "StructuresRemoved",
    "StructureRotated",
    "RecipeSelected",
    "MoveOrdered",
    "HarvestStarted",
    "HarvestStopped",
    "CraftOrdered",
    "TransferOrdered",
    "ResearchSelected",
];

pub(crate) struct Event {
    pub(crate) account: Text,
    pub(crate) command: Text,
    /// Place in [`EVENT_TYPES`].
    pub(crate) code: u8,
    pub(crate) order: Order,
}

impl State {
    /// Applies one event at the start of the tick under way.
    pub(crate) fn apply(&mut self, tables: &Tables, event: Event) {
        let Event { account, command, code, order } = event;
        let order_type = EVENT_TYPES[usize::from(code)].encode_utf16().collect();
        let by = OrderRef { account, command, order: order_type };
        match order {
            Order::Enter { landing } => self.enter_world(tables, by, landing),
            Order::Leave => self.leave_world(tables, by),
            Order::Claim { cells } => self.claim_cells(tables, by, &cells),
            Order::Release { cell } => self.release_cell(by, cell),
            Order::Place { structures } => self.place_structures(tables, by, &structures),
            Order::Remove { cells } => self.remove_structures(tables, by, &cells),
            Order::Rotate { cell, direction } => {
                self.rotate_structure(tables, by, cell, direction);
            }
            Order::SelectRecipe { cell, recipe } => self.select_recipe(tables, by, cell, recipe),
            hand => self.apply_hand(tables, by, hand),
        }
    }

    /// What a hand is asked to do only happens where the player is in the world.
    fn apply_hand(&mut self, tables: &Tables, by: OrderRef, order: Order) {
        let index = self.known_player(&by.account);
        let here = index.filter(|&index| self.player(index).is_some_and(|player| player.here));
        let Some(index) = here else { return self.tell(by, 0, 1, Reason::NotEntered) };
        match order {
            Order::Move { path, asked } => self.order_move(by, index, path, asked),
            Order::StartHarvest { cell } => self.start_harvest(tables, by, index, cell),
            Order::StopHarvest => self.stop_harvest(by, index),
            Order::Craft { recipe, asked } => self.order_craft(tables, by, index, recipe, asked),
            Order::Transfer(transfer) => self.transfer(tables, by, index, transfer),
            Order::SelectResearch { research } => {
                self.select_research(tables, by, index, research);
            }
            _ => {}
        }
    }
}
