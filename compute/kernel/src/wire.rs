//! Calls of the kernel's port as bytes; the other end is `src/platform/kernel/wire.ts`. Every name is a code of the
//! tables, every text UTF-16 with its length.

use crate::bytes::{Fault, MOST_WIDE, Read, Reader};
use crate::rules::cells::NONE;
use crate::rules::orders::{EVENT_TYPES, Event, LONGEST_PATH, Order, Placed, Transfer};
use crate::rules::outcomes::Named;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

pub(crate) const VERSION: u8 = 2;

/// Events of the ticks that have any, ascending.
pub(crate) type Events = VecDeque<(u64, Vec<Event>)>;

/// What is asked of the kernel.
pub(crate) enum Call {
    Run {
        through: u64,
        hash: bool,
        players: bool,
        /// The hash of every tick that is a multiple of it, too; 0: of none.
        hash_every: u64,
        watch: Vec<u32>,
        events: Events,
    },
    /// `known`: it is a number that a chunk could have.
    Chunk {
        chunk: u32,
        known: bool,
    },
    Player {
        account: Vec<u16>,
    },
    Statistics {
        account: Vec<u16>,
    },
    Leaderboard,
    Structures {
        account: Vec<u16>,
    },
    Structure {
        cell: u32,
    },
    Hash,
    Save,
    Pieces {
        bytes: u64,
    },
}

/// The codes of calls, in requests and in replies.
pub(crate) mod code {
    pub(crate) const RUN: u8 = 0;
    pub(crate) const CHUNK: u8 = 1;
    pub(crate) const PLAYER: u8 = 2;
    pub(crate) const STATISTICS: u8 = 3;
    pub(crate) const LEADERBOARD: u8 = 4;
    pub(crate) const STRUCTURES: u8 = 5;
    pub(crate) const STRUCTURE: u8 = 6;
    pub(crate) const HASH: u8 = 7;
    pub(crate) const SAVE: u8 = 8;
    pub(crate) const PIECES: u8 = 9;
}

/// Reads a request; `items`: how many there are.
pub(crate) fn read_call(bytes: &[u8], items: usize) -> Result<Call, Fault> {
    let from = &mut Reader::new(bytes);
    if from.u8("version")? != VERSION {
        return from.fault("version", "it is not 2");
    }
    let call = match from.u8("call")? {
        code::RUN => read_run(from, items)?,
        code::CHUNK => Call::Chunk { chunk: from.u32("chunk")?, known: from.flag("chunk")? },
        code::PLAYER => Call::Player { account: from.text("account")?.into() },
        code::STATISTICS => Call::Statistics { account: from.text("account")?.into() },
        code::LEADERBOARD => Call::Leaderboard,
        code::STRUCTURES => Call::Structures { account: from.text("account")?.into() },
        code::STRUCTURE => Call::Structure { cell: from.u32("cell")? },
        code::HASH => Call::Hash,
        code::SAVE => Call::Save,
        code::PIECES => Call::Pieces { bytes: from.wide("bytes")? as u64 },
        _ => return from.fault("call", "there is no such call"),
    };
    from.end()?;
    Ok(call)
}

fn read_run(from: &mut Reader, items: usize) -> Read<Call> {
    let through = from.wide("through")? as u64;
    let hash = from.flag("hash")?;
    let players = from.flag("players")?;
    let hash_every = from.u32("hashEvery")?.into();
    let mut watch = Vec::new();
    for _ in 0..from.count("watch", 4)? {
        watch.push(from.u32("watch")?);
    }
    watch.sort_unstable();
    watch.dedup();
    let mut events = Events::new();
    for _ in 0..from.count("events", 12)? {
        let tick = from.wide("events.tick")? as u64;
        if tick > through || events.back().is_some_and(|&(before, _)| before >= tick) {
            return from.fault("events.tick", "it does not rise, or is outside the batch");
        }
        events.push_back((tick, from.list("events", |from| read_event(from, items))?));
    }
    Ok(Call::Run { through, hash, players, hash_every, watch, events })
}

fn read_event(from: &mut Reader, items: usize) -> Read<Event> {
    let code = from.u8_to("event", EVENT_TYPES.len() - 1)?;
    let account = from.text("account")?;
    let command = from.text("commandId")?;
    let order = match code {
        0 => Order::Enter { landing: read_named(from)?.id() },
        1 => Order::Leave,
        2 => Order::Claim { cells: read_cells(from)? },
        3 => Order::Release { cell: read_named(from)? },
        4 => Order::Place { structures: from.list("structures", read_placed)? },
        5 => Order::Remove { cells: read_cells(from)? },
        6 => Order::Rotate { cell: read_named(from)?, direction: from.u8_to("direction", 5)? },
        7 => Order::SelectRecipe { cell: read_named(from)?, recipe: from.u8("recipe")? },
        8 => read_move(from)?,
        9 => Order::StartHarvest { cell: read_named(from)? },
        10 => Order::StopHarvest,
        11 => Order::Craft { recipe: from.u8("recipe")?, asked: read_count(from)? },
        12 => Order::Transfer(read_transfer(from, items)?),
        _ => Order::SelectResearch { research: from.u8("research")? },
    };
    Ok(Event { account, command, code, order })
}

/// How many an order asks for: a whole number below 2^53.
fn read_count(from: &mut Reader) -> Read<u64> {
    Ok((from.wide("count")? as u64).min(MOST_WIDE))
}

/// A u32, or its largest value and then the bits of a double that is none.
fn read_named(from: &mut Reader) -> Read<Named> {
    let cell = from.u32("cell")?;
    if cell != NONE {
        return Ok(Named::Cell(cell));
    }
    let bits = from.take(8, "cell")?;
    Ok(Named::Absurd(bits.iter().rev().fold(0, |bits, &byte| bits << 8 | u64::from(byte))))
}

/// Cells; [`NONE`] for what is none.
fn read_cells(from: &mut Reader) -> Read<Vec<u32>> {
    from.list("cells", |from| from.u32("cells"))
}

fn read_placed(from: &mut Reader) -> Read<Placed> {
    Ok(Placed {
        cell: from.u32("cell")?,
        prototype: from.u8("prototype")?,
        direction: from.u8_to("direction", 5)?,
    })
}

fn read_move(from: &mut Reader) -> Read<Order> {
    let asked = from.u32("asked")?;
    let path = from.list("path", |from| from.u8_to("path", 6))?;
    if path.len() > LONGEST_PATH || path.len() > asked as usize {
        return from.fault("path", "it is too long");
    }
    Ok(Order::Move { path, asked })
}

fn read_transfer(from: &mut Reader, items: usize) -> Read<Transfer> {
    let cell = read_named(from)?;
    let item = from.u8("item")?;
    if item != u8::MAX && usize::from(item) >= items {
        return from.fault("item", "there is no such item");
    }
    Ok(Transfer { cell, item, asked: read_count(from)?, put: from.flag("way")? })
}
