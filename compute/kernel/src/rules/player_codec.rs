//! A player as bytes: what they hold, know and do.

use super::player::{Craft, Harvest, Move, NO_DIRECTION, OrderRef, Player};
use super::saved_codes::SavedCodes;
use crate::bytes::{Read, Reader, Writer};
use crate::grid::is_cell;
use crate::tables::Tables;
use alloc::vec::Vec;

pub(crate) fn write_ref(out: &mut Writer, by: &OrderRef) {
    out.text(&by.account);
    out.text(&by.command);
    out.text(&by.order);
}

pub(crate) fn read_ref(from: &mut Reader) -> Read<OrderRef> {
    Ok(OrderRef {
        account: from.text("ref.account")?,
        command: from.text("ref.commandId")?,
        order: from.text("ref.order")?,
    })
}

pub(crate) fn write_player(out: &mut Writer, player: &Player) {
    out.text(&player.account);
    out.u8(u8::from(player.entered) | u8::from(player.here) << 1);
    out.u32(player.cell);
    out.u32(player.claims as u32);
    for &count in &player.inventory {
        out.u32(count);
    }
    out.wide(player.next_step_tick as i64);
    write_hand(out, player);
    out.u8(player.research);
    for &units in &player.units {
        out.u16(units);
    }
    for &count in player.produced.iter().chain(&player.consumed) {
        out.wide(count);
    }
    out.wide(player.pollution);
    out.wide(player.launches);
}

fn write_hand(out: &mut Writer, player: &Player) {
    out.u8(u8::from(player.moving.is_some()) | u8::from(player.harvest.is_some()) << 1);
    if let Some(moving) = &player.moving {
        write_ref(out, &moving.by);
        out.count(moving.path.len());
        for &direction in &moving.path {
            out.u8(direction);
        }
        out.u32(moving.asked);
        out.u8(moving.done as u8);
    }
    if let Some(harvest) = &player.harvest {
        write_ref(out, &harvest.by);
        out.u32(harvest.cell);
        out.wide(harvest.done as i64);
        out.wide(harvest.next_tick as i64);
    }
    out.count(player.crafts.len());
    for craft in &player.crafts {
        write_ref(out, &craft.by);
        out.u8(craft.recipe);
        out.wide(craft.asked as i64);
        out.u16(craft.count);
        out.u16(craft.done as u16);
        out.u16(craft.ticks_left);
    }
}

/// The player of an index on a planet of frequency n.
pub(crate) fn read_player(
    from: &mut Reader,
    tables: &Tables,
    codes: &SavedCodes,
    n: u32,
    index: u16,
) -> Read<Player> {
    let account = from.text("player.account")?;
    let mut player = Player::new(account, index, tables.items(), tables.researches());
    let flags = from.u8_to("player.flags", 3)?;
    (player.entered, player.here) = (flags & 1 != 0, flags & 2 != 0);
    player.cell = read_cell(from, n, "player.cell")?;
    player.claims = from.u32("player.claims")?.into();
    for saved in 0..codes.items() {
        let count = from.u32("player.inventory")?;
        if count > 0 {
            let item = codes.item_now(from, "player.inventory", saved)?;
            player.inventory[usize::from(item)] = count;
        }
    }
    player.next_step_tick = from.wide("player.nextStepTick")? as u64;
    read_hand(from, codes, n, &mut player)?;
    player.research = codes.research(from, "player.research")?;
    for saved in 1..=codes.researches() {
        let units = from.u16("player.units")?;
        if units > 0 {
            let code = codes.research_now(from, "player.units", saved)?;
            player.units[usize::from(code) - 1] = units;
        }
    }
    read_by_item(from, codes, "player.produced", &mut player.produced)?;
    read_by_item(from, codes, "player.consumed", &mut player.consumed)?;
    player.pollution = from.wide("player.pollution")?;
    player.launches = from.wide("player.launches")?;
    Ok(player)
}

/// A count for every item that there was; what is counted must still be an item.
pub(crate) fn read_by_item(
    from: &mut Reader,
    codes: &SavedCodes,
    field: &'static str,
    counts: &mut [i64],
) -> Read<()> {
    for saved in 0..codes.items() {
        let count = from.wide(field)?;
        if count > 0 {
            counts[usize::from(codes.item_now(from, field, saved)?)] = count;
        }
    }
    Ok(())
}

fn read_cell(from: &mut Reader, n: u32, field: &'static str) -> Read<u32> {
    let cell = from.u32(field)?;
    if is_cell(n, cell) { Ok(cell) } else { from.fault(field, "it is no cell") }
}

fn read_hand(from: &mut Reader, codes: &SavedCodes, n: u32, player: &mut Player) -> Read<()> {
    let flags = from.u8_to("hand", 3)?;
    if flags & 1 != 0 {
        let by = read_ref(from)?;
        let path = from.list("move.path", |from| from.u8_to("move.path", NO_DIRECTION.into()))?;
        let asked = from.u32("move.asked")?;
        let done = from.u8("move.done")?.into();
        player.moving = Some(Move { by, path, asked, done });
    }
    if flags & 2 != 0 {
        player.harvest = Some(Harvest {
            by: read_ref(from)?,
            cell: read_cell(from, n, "harvest.cell")?,
            done: from.wide("harvest.done")? as u64,
            next_tick: from.wide("harvest.nextTick")? as u64,
        });
    }
    let crafts: Vec<Craft> = from.list("crafts", |from| {
        let by = read_ref(from)?;
        let recipe = codes.recipe(from, "craft.recipe")?;
        if recipe == 0 {
            return from.fault("craft.recipe", "there is no recipe 0");
        }
        Ok(Craft {
            by,
            recipe,
            asked: from.wide("craft.asked")? as u64,
            count: from.u16("craft.count")?,
            done: from.u16("craft.done")?.into(),
            ticks_left: from.u16("craft.ticksLeft")?,
        })
    })?;
    player.crafts = crafts.into();
    Ok(())
}
