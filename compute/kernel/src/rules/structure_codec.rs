//! Structures as bytes: what stands, what it holds, what lies on belts, and the blueprints that wait.

use super::cells::NONE;
use super::player_codec::{read_ref, write_ref};
use super::run::SLOTS_PER_CELL;
use super::saved_codes::SavedCodes;
use super::state::State;
use super::structure::{BuildOrder, STATUSES, Structure};
use crate::bytes::{Read, Reader, Writer};
use crate::tables::{Kind, Tables};
use alloc::vec;
use alloc::vec::Vec;

/// No order.
const BUILT: u32 = u32::MAX;

type Lane = Vec<(u8, u8)>;

impl State {
    /// Ascending by cell, each with what lies on it; then the waiting blueprints in their order. The runs must
    /// be settled.
    pub(crate) fn write_structures(&self, out: &mut Writer) {
        let mut places = vec![NONE; self.orders.len()];
        let mut orders = Vec::new();
        for &slot in &self.waiting {
            let order = self.structures[slot as usize].order;
            if let Some(place) = places.get_mut(order as usize)
                && *place == NONE
            {
                *place = orders.len() as u32;
                orders.push(order);
            }
        }
        out.count(orders.len());
        for order in orders {
            write_order(out, &self.orders[order as usize]);
        }
        let lanes = self.lanes();
        let slots = self.slots_by_cell();
        out.count(slots.len());
        for slot in slots {
            let structure = &self.structures[slot as usize];
            let order = places.get(structure.order as usize).copied().unwrap_or(BUILT);
            write_structure(out, structure, order, self.left(slot));
            let lane = lanes.get(slot as usize).map_or(&[][..], |lane| lane);
            out.count(lane.len());
            for &(slot, item) in lane {
                out.u8(slot);
                out.u8(item);
            }
        }
        out.count(self.waiting.len());
        for &slot in &self.waiting {
            out.u32(self.structures[slot as usize].cell);
        }
    }

    /// What lies on each belt, by slot of the structure.
    fn lanes(&self) -> Vec<Lane> {
        let mut lanes = vec![Lane::new(); self.structures.len()];
        for run in &self.runs {
            for (place, slot, item) in run.each() {
                lanes[run.belts[place as usize] as usize].push((slot, item));
            }
        }
        lanes
    }

    /// Puts structures and blueprints into a state whose players are there already.
    pub(crate) fn read_structures(
        &mut self,
        from: &mut Reader,
        tables: &Tables,
        codes: &SavedCodes,
    ) -> Read<()> {
        self.orders = from.list("orders", read_order)?;
        let orders = self.orders.len();
        let count = from.count("structures", 1)?;
        let mut lanes = Vec::new();
        for _ in 0..count {
            let (structure, lane) = self.read_structure(from, tables, codes, orders)?;
            if self.at(structure.cell).is_some() {
                return from.fault("structure.cell", "it has two");
            }
            if structure.order != NONE {
                self.orders[structure.order as usize].blueprints += 1;
            }
            self.stand(structure);
            lanes.push(lane);
        }
        self.read_waiting(from)?;
        // What nobody waits for was told already.
        let idle = |&place: &u32| self.orders[place as usize].blueprints == 0;
        self.free_orders = (0..orders as u32).filter(idle).collect();
        self.raise_all(tables, lanes);
        Ok(())
    }

    fn read_waiting(&mut self, from: &mut Reader) -> Read<()> {
        let mut waits = vec![false; self.structures.len()];
        for cell in from.list("waiting", |from| from.u32("waiting"))? {
            let blueprint =
                self.at(cell).filter(|&slot| !self.structures[slot as usize].is_built());
            let Some(slot) = blueprint else {
                return from.fault("waiting", "the cell has no blueprint");
            };
            if core::mem::replace(&mut waits[slot as usize], true) {
                return from.fault("waiting", "the cell comes twice");
            }
            self.waiting.push(slot);
        }
        let blueprints = self.structures.iter().filter(|structure| !structure.is_built()).count();
        if blueprints != self.waiting.len() {
            return from.fault("waiting", "it is not all blueprints that wait");
        }
        Ok(())
    }

    fn read_structure(
        &self,
        from: &mut Reader,
        tables: &Tables,
        codes: &SavedCodes,
        orders: usize,
    ) -> Read<(Structure, Lane)> {
        let cell = from.u32("structure.cell")?;
        if !self.is_cell(cell) {
            return from.fault("structure.cell", "it is no cell");
        }
        let prototype = codes.prototype(from, "structure.prototype")?;
        if prototype == 0 {
            return from.fault("structure.prototype", "there is no prototype 0");
        }
        let kind = tables.prototype(prototype).kind;
        let owner = from.u16("structure.owner")?;
        if owner == 0 || usize::from(owner) > self.players.len() {
            return from.fault("structure.owner", "there is no such player");
        }
        let direction = from.u8_to("structure.direction", 5)?;
        let order = from.u32("structure.order")?;
        if order != BUILT && order as usize >= orders {
            return from.fault("structure.order", "there is no such order");
        }
        let ground = self.planes.place(cell) as u32;
        let mut structure = Structure::new(cell, ground, prototype, kind, owner, direction);
        structure.order = order;
        structure.recipe = if kind == Kind::Lab {
            codes.research(from, "structure.recipe")?
        } else {
            codes.recipe(from, "structure.recipe")?
        };
        let status = from.u8_to("structure.status", STATUSES.len() - 1)?;
        structure.status = STATUSES[usize::from(status)];
        structure.turn = from.u8("structure.turn")?;
        structure.work_left = from.u32("structure.workLeft")?;
        structure.start_tick = from.wide("structure.startTick")? as u64;
        structure.duration = from.u32("structure.duration")?;
        read_stock(from, tables, codes, &mut structure)?;
        let is_belt = kind == Kind::Belt && order == BUILT;
        Ok((structure, read_lane(from, codes, is_belt)?))
    }
}

fn write_order(out: &mut Writer, order: &BuildOrder) {
    write_ref(out, &order.by);
    out.u32(order.asked);
    out.u32(order.done);
    out.u32(order.open as u32);
    out.u8(order.told.into());
}

fn read_order(from: &mut Reader) -> Read<BuildOrder> {
    Ok(BuildOrder {
        by: read_ref(from)?,
        asked: from.u32("order.asked")?,
        done: from.u32("order.done")?,
        open: from.u32("order.open")?.into(),
        told: from.flag("order.told")?,
        blueprints: 0,
    })
}

fn write_structure(out: &mut Writer, structure: &Structure, order: u32, left: u32) {
    out.u32(structure.cell);
    out.u8(structure.prototype);
    out.u16(structure.owner);
    out.u8(structure.direction);
    out.u32(order);
    out.u8(structure.recipe);
    out.u8(structure.status as u8);
    out.u8(structure.turn);
    out.u32(left);
    out.wide(structure.start_tick as i64);
    out.u32(structure.duration);
    let held = structure.stock.held();
    out.count(held.len());
    for (item, count) in held {
        out.u8(item);
        out.u32(count);
    }
}

fn read_stock(
    from: &mut Reader,
    tables: &Tables,
    codes: &SavedCodes,
    structure: &mut Structure,
) -> Read<()> {
    let count = from.count("stock", 1)?;
    for _ in 0..count {
        let item = codes.item(from, "stock.item")?;
        if !structure.kind.holds_items() {
            return from.fault("stock.item", "this holds nothing");
        }
        let count = from.u32("stock.count")?;
        structure.stock.set(item, count, tables.items());
    }
    let held = structure.stock.held();
    structure.load = held.iter().map(|&(_, count)| u64::from(count)).sum();
    if structure.kind == Kind::Pipe {
        if held.len() > 1 || held.iter().any(|&(item, _)| !tables.fluid(item)) {
            return from.fault("stock", "a pipe holds one fluid");
        }
        structure.fluid = held.first().map(|&(item, _)| item);
    }
    Ok(())
}

/// Front first, two slots apart at least.
fn read_lane(from: &mut Reader, codes: &SavedCodes, is_belt: bool) -> Read<Lane> {
    let mut before = SLOTS_PER_CELL as u8 + 1;
    from.list("lane", |from| {
        let slot = from.u8_to("lane.slot", SLOTS_PER_CELL as usize - 1)?;
        if !is_belt || slot + 2 > before {
            return from.fault("lane.slot", "no item can lie there");
        }
        before = slot;
        Ok((slot, codes.item(from, "lane.item")?))
    })
}
