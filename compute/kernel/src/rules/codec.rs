//! A whole state as bytes, and back: `docs/rules.md`, "The state as bytes".

use super::player_codec::{read_by_item, read_player, write_player};
use super::saved_codes::SavedCodes;
use super::state::State;
use crate::bytes::{Fault, Read, Reader, Writer};
use crate::generation::codes;
use crate::grid::{CHUNK_SIDE, is_cell, north_pole};
use crate::planes::Planes;
use crate::tables::Tables;
use alloc::vec::Vec;

const MAGIC: u16 = 0x7453;
const VERSION: u8 = 2;
/// Larger planets are not founded.
const MOST_N: u16 = 2048;

/// Calls `visit` with every stretch of cells that lie together in the planes: first place, and how many.
fn each_stretch(planes: &Planes, mut visit: impl FnMut(usize, usize) -> Read<()>) -> Read<()> {
    let n = planes.n();
    let owned = north_pole(n);
    let mut cell = 0;
    while cell < planes.cells() {
        let length = if cell < owned {
            let column = cell % n;
            (n - column).min(CHUNK_SIDE - column % CHUNK_SIDE)
        } else {
            1
        };
        visit(planes.place(cell), length as usize)?;
        cell += length;
    }
    Ok(())
}

/// Takes bytes part after part.
type Put<'a> = &'a mut dyn FnMut(&[u8]);

fn write_bytes(out: &mut Writer, planes: &Planes, plane: &[u8], put: Put<'_>) {
    let _ = each_stretch(planes, |place, length| {
        out.bytes(&plane[place..place + length]);
        out.hand_on(put);
        Ok(())
    });
}

fn write_words(out: &mut Writer, planes: &Planes, plane: &[u16], put: Put<'_>) {
    let _ = each_stretch(planes, |place, length| {
        // A stretch at once: value by value took longer than all that is compared and summed after.
        let mut bytes = [0; 2 * CHUNK_SIDE as usize];
        for (pair, value) in
            bytes.as_chunks_mut::<2>().0.iter_mut().zip(&plane[place..place + length])
        {
            *pair = value.to_le_bytes();
        }
        out.bytes(&bytes[..2 * length]);
        out.hand_on(put);
        Ok(())
    });
}

/// One plane by cells as one by places.
fn read_bytes(
    from: &mut Reader,
    planes: &mut Planes,
    of: fn(&mut Planes) -> &mut [u8],
) -> Read<()> {
    let bytes = from.take(planes.cells() as usize, "plane")?;
    let mut at = 0;
    let mut stretches = Vec::new();
    each_stretch(planes, |place, length| {
        stretches.push((place, length));
        Ok(())
    })?;
    let plane = of(planes);
    for (place, length) in stretches {
        plane[place..place + length].copy_from_slice(&bytes[at..at + length]);
        at += length;
    }
    Ok(())
}

fn read_words(
    from: &mut Reader,
    planes: &mut Planes,
    of: fn(&mut Planes) -> &mut [u16],
) -> Read<()> {
    let bytes = from.take(2 * planes.cells() as usize, "plane")?;
    let mut words = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let mut stretches = Vec::new();
    each_stretch(planes, |place, length| {
        stretches.push((place, length));
        Ok(())
    })?;
    let plane = of(planes);
    for (place, length) in stretches {
        for (value, word) in plane[place..place + length].iter_mut().zip(&mut words) {
            *value = word;
        }
    }
    Ok(())
}

/// Fault where a plane has a value that is no code.
pub(crate) fn check_codes(
    from: &Reader,
    field: &'static str,
    plane: &[u8],
    codes: usize,
) -> Read<()> {
    if plane.iter().any(|&code| usize::from(code) >= codes) {
        return from.fault(field, "it has a value that is no code");
    }
    Ok(())
}

impl State {
    /// Tells the state as bytes, between ticks, part after part.
    pub(crate) fn save(&self, tables: &Tables, put: Put<'_>) {
        let mut bytes = Vec::new();
        let out = &mut Writer::new(&mut bytes);
        out.u16(MAGIC);
        out.u8(VERSION);
        out.u8(tables.items() as u8);
        out.u8(tables.researches() as u8);
        out.u32(self.seed);
        out.u16(self.n as u16);
        out.wide(self.tick as i64);
        let planes = &self.planes;
        write_bytes(out, planes, &planes.terrain, put);
        write_bytes(out, planes, &planes.elevation, put);
        write_bytes(out, planes, &planes.deposit, put);
        write_words(out, planes, &planes.amount, put);
        write_bytes(out, planes, &planes.life, put);
        write_bytes(out, planes, &planes.mass, put);
        write_words(out, planes, &planes.pollution, put);
        write_words(out, planes, &planes.owner, put);
        write_bytes(out, planes, &planes.fertility, put);
        write_bytes(out, planes, &planes.crystal_bed, put);
        self.write_opened(out);
        self.write_players(out);
        self.write_structures(out);
        self.write_may_build(out);
        self.write_balance(out);
        put(&bytes);
    }

    /// The state that [`State::save`] wrote, or `encodeState` in TypeScript.
    pub(crate) fn load(tables: &Tables, bytes: &[u8]) -> Result<Self, Fault> {
        let from = &mut Reader::new(bytes);
        if from.u16("magic")? != MAGIC {
            return from.fault("magic", "this is no saved state");
        }
        if from.u8("version")? != VERSION {
            return from.fault("version", "it is not 2");
        }
        let sizes = (usize::from(from.u8("items")?), usize::from(from.u8("researches")?));
        if sizes != (tables.items(), tables.researches()) {
            return from.fault("items", "it was saved with other tables");
        }
        let seed = from.u32("seed")?;
        let n = from.u16("n")?;
        if n == 0 || n > MOST_N {
            return from.fault("n", "a planet has a frequency of 1 to 2048");
        }
        let n = u32::from(n);
        let tick = from.wide("tick")? as u64;
        // Asked before the planes are made, so that a wild n costs no memory.
        if from.left() < 13 * (10 * n as usize * n as usize + 2) {
            return from.fault("planes", "they do not fit");
        }
        let mut planes = Planes::empty(seed, n);
        read_planes(from, &mut planes)?;
        let mut state = State::new(planes, tables);
        state.tick = tick;
        let codes = SavedCodes::own(tables);
        state.read_opened(from)?;
        state.read_players(from, tables, &codes)?;
        state.read_structures(from, tables, &codes)?;
        state.read_may_build(from)?;
        state.read_balance(from, &codes)?;
        from.end()?;
        Ok(state)
    }

    pub(crate) fn write_opened(&self, out: &mut Writer) {
        let opened = self.opened.sorted();
        out.count(opened.len());
        for (cell, left) in opened {
            out.u32(cell);
            out.u8(left as u8);
        }
    }

    pub(crate) fn read_opened(&mut self, from: &mut Reader) -> Read<()> {
        for _ in 0..from.count("opened", 5)? {
            let cell = from.u32("opened.cell")?;
            if !is_cell(self.n, cell) {
                return from.fault("opened.cell", "it is no cell");
            }
            self.opened.set(cell, from.u8("left")?.into());
        }
        Ok(())
    }

    pub(crate) fn write_players(&self, out: &mut Writer) {
        out.count(self.players.len());
        for player in &self.players {
            write_player(out, player);
        }
    }

    pub(crate) fn read_players(
        &mut self,
        from: &mut Reader,
        tables: &Tables,
        codes: &SavedCodes,
    ) -> Read<()> {
        let count = from.count("players", 1)?;
        if count > usize::from(u16::MAX) {
            return from.fault("players", "there are more than 65,535");
        }
        for index in 1..=count as u16 {
            let player = read_player(from, tables, codes, self.n, index)?;
            if self.by_account.insert(player.account.clone(), index).is_some() {
                return from.fault("players.account", "it comes twice");
            }
            self.players.push(player);
            self.mark_player(index);
        }
        if self.planes.owner.iter().any(|&owner| usize::from(owner) > count) {
            return from.fault("owner", "there is no such player");
        }
        Ok(())
    }

    pub(crate) fn write_may_build(&self, out: &mut Writer) {
        out.count(self.may_build.len());
        for &index in &self.may_build {
            out.u16(index);
        }
    }

    /// After the players.
    pub(crate) fn read_may_build(&mut self, from: &mut Reader) -> Read<()> {
        for _ in 0..from.count("mayBuild", 2)? {
            let index = from.u16("mayBuild")?;
            if usize::from(index) > self.players.len() {
                return from.fault("mayBuild", "there is no such player");
            }
            self.may_build.insert(index);
        }
        Ok(())
    }

    pub(crate) fn write_balance(&self, out: &mut Writer) {
        let balance = &self.balance;
        for &count in balance.made.iter().chain(&balance.used) {
            out.wide(count);
        }
        out.wide(balance.pollution_emitted);
        out.wide(balance.pollution_sunk);
        out.wide(balance.pollution_absorbed);
    }

    pub(crate) fn read_balance(&mut self, from: &mut Reader, codes: &SavedCodes) -> Read<()> {
        let balance = &mut self.balance;
        read_by_item(from, codes, "made", &mut balance.made)?;
        read_by_item(from, codes, "used", &mut balance.used)?;
        balance.pollution_emitted = from.wide("pollutionEmitted")?;
        balance.pollution_sunk = from.wide("pollutionSunk")?;
        balance.pollution_absorbed = from.wide("pollutionAbsorbed")?;
        Ok(())
    }
}

fn read_planes(from: &mut Reader, planes: &mut Planes) -> Read<()> {
    read_bytes(from, planes, |planes| &mut planes.terrain)?;
    read_bytes(from, planes, |planes| &mut planes.elevation)?;
    read_bytes(from, planes, |planes| &mut planes.deposit)?;
    read_words(from, planes, |planes| &mut planes.amount)?;
    read_bytes(from, planes, |planes| &mut planes.life)?;
    read_bytes(from, planes, |planes| &mut planes.mass)?;
    read_words(from, planes, |planes| &mut planes.pollution)?;
    read_words(from, planes, |planes| &mut planes.owner)?;
    read_bytes(from, planes, |planes| &mut planes.fertility)?;
    read_bytes(from, planes, |planes| &mut planes.crystal_bed)?;
    check_codes(from, "terrain", &planes.terrain, codes::terrain::COUNT)?;
    check_codes(from, "deposit", &planes.deposit, codes::deposit::COUNT)?;
    check_codes(from, "life", &planes.life, codes::life::COUNT)?;
    planes.mark_all();
    Ok(())
}
