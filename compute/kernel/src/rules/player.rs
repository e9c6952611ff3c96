//! What the world knows of a player.

use crate::bytes::Text;
use alloc::collections::VecDeque;
use alloc::vec;
use alloc::vec::Vec;

/// The order that an outcome will answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderRef {
    pub(crate) account: Text,
    pub(crate) command: Text,
    /// Type of the event that ordered it.
    pub(crate) order: Text,
}

/// In a path: no direction at all.
pub(crate) const NO_DIRECTION: u8 = 6;

#[derive(Debug, Clone)]
pub(crate) struct Move {
    pub(crate) by: OrderRef,
    pub(crate) path: Vec<u8>,
    pub(crate) asked: u32,
    pub(crate) done: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct Harvest {
    pub(crate) by: OrderRef,
    pub(crate) cell: u32,
    pub(crate) done: u64,
    pub(crate) next_tick: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Craft {
    pub(crate) by: OrderRef,
    pub(crate) recipe: u8,
    pub(crate) asked: u64,
    /// Runs that will be made: `asked`, within bounds.
    pub(crate) count: u16,
    pub(crate) done: u32,
    /// 0: the next run has not begun.
    pub(crate) ticks_left: u16,
}

#[derive(Debug, Clone)]
pub(crate) struct Player {
    pub(crate) account: Text,
    /// From 1.
    pub(crate) index: u16,
    /// Had the starter kit and a landing cell.
    pub(crate) entered: bool,
    pub(crate) here: bool,
    pub(crate) cell: u32,
    pub(crate) claims: i64,
    /// By item code.
    pub(crate) inventory: Vec<u32>,
    /// First tick at which the next step may be taken.
    pub(crate) next_step_tick: u64,
    pub(crate) moving: Option<Move>,
    pub(crate) harvest: Option<Harvest>,
    pub(crate) crafts: VecDeque<Craft>,
    /// Code of the research that the laboratories work at, 0: none.
    pub(crate) research: u8,
    /// Units done, by research code less one.
    pub(crate) units: Vec<u16>,
    /// Laboratories at work, likewise; follows from the structures.
    pub(crate) begun: Vec<u32>,
    /// By item code: what hands and machines made and used up. Work that is given up is taken back.
    pub(crate) produced: Vec<i64>,
    pub(crate) consumed: Vec<i64>,
    pub(crate) pollution: i64,
    pub(crate) launches: i64,
}

impl Player {
    pub(crate) fn new(account: Text, index: u16, items: usize, researches: usize) -> Self {
        Self {
            account,
            index,
            entered: false,
            here: false,
            cell: 0,
            claims: 0,
            inventory: vec![0; items],
            next_step_tick: 0,
            moving: None,
            harvest: None,
            crafts: VecDeque::new(),
            research: 0,
            units: vec![0; researches],
            begun: vec![0; researches],
            produced: vec![0; items],
            consumed: vec![0; items],
            pollution: 0,
            launches: 0,
        }
    }
}
