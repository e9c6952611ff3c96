//! A state in named pieces, as snapshots keep it: every chunk that is not as the seed made it, players, structures, and
//! the rest (`docs/rules.md`, "The state in pieces").

use super::codec::check_codes;
use super::saved_codes::{SavedCodes, write_names};
use super::state::State;
use super::views::places_of;
use crate::bytes::{Fault, Read, Reader, Text, Writer};
use crate::planes::{CHUNK_PLACES, Planes};
use crate::random::{GOLDEN, mix32};
use crate::tables::Tables;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::vec::Vec;

const MAGIC: u16 = 0x7057;
const VERSION: u8 = 2;
const OTHER: u32 = 0x85eb_ca77;

/// What the seed made, to tell what has changed since.
pub(crate) struct Generated {
    /// The hash of each chunk at tick 0.
    chunks: Vec<[u32; 2]>,
    /// Sums over what never changes, and over the chunks: other rules make another planet of the same seed.
    planet: [u32; 4],
}

impl Generated {
    /// Of planes to which nothing happened yet.
    pub(crate) fn of(planes: &mut Planes) -> Self {
        let chunks: Vec<_> = (0..planes.chunks()).map(|chunk| planes.hash_chunk(chunk)).collect();
        let [low, high] = planes.hash();
        let [ground_low, ground_high] = hash_ground(planes);
        Self { chunks, planet: [ground_low, ground_high, low, high] }
    }
}

/// Of every cell's terrain, elevation, deposit and crystal bed.
fn hash_ground(planes: &Planes) -> [u32; 2] {
    let mut sums = [0_u32; 2];
    for chunk in 0..planes.chunks() as u32 {
        for at in places_of(planes.n(), chunk) {
            let Some(cell) = planes.cell_at(at) else { continue };
            let ground = u32::from(planes.terrain[at])
                | u32::from(planes.elevation[at]) << 8
                | u32::from(planes.deposit[at]) << 16
                | u32::from(planes.crystal_bed[at]) << 24;
            let mixed = mix32(cell.wrapping_mul(GOLDEN).wrapping_add(ground));
            sums[0] = sums[0].wrapping_add(mixed);
            sums[1] = sums[1].wrapping_add(mix32(mixed.wrapping_mul(OTHER).wrapping_add(ground)));
        }
    }
    sums
}

/// What is still to be told of a state as it stood: names and bytes.
pub(crate) struct Saving {
    pieces: VecDeque<(Text, Vec<u8>)>,
}

impl Saving {
    /// The next pieces: at least one, then no more than about so many bytes; none when all are told.
    pub(crate) fn write_next(&mut self, bytes: u64, out: &mut Writer) {
        let at = out.position();
        out.u32(0);
        let (mut count, mut length) = (0, 0);
        while let Some((name, piece)) = self.pieces.pop_front() {
            out.text(&name);
            out.count(piece.len());
            out.bytes(&piece);
            count += 1;
            length += piece.len() as u64;
            if length >= bytes {
                break;
            }
        }
        out.patch(at, count);
    }
}

fn piece(name: &str, write: impl FnOnce(&mut Writer)) -> (Text, Vec<u8>) {
    let mut bytes = Vec::new();
    write(&mut Writer::new(&mut bytes));
    (name.encode_utf16().collect(), bytes)
}

impl State {
    /// Saves the state as it stands, so that the world can run on while the pieces are told.
    pub(crate) fn begin_saving(&mut self, tables: &Tables, generated: &Generated) -> Saving {
        let changed: Vec<u32> = (0..self.planes.chunks())
            .filter(|&chunk| self.planes.hash_chunk(chunk) != generated.chunks[chunk])
            .map(|chunk| chunk as u32)
            .collect();
        let mut pieces = VecDeque::from([
            piece("world", |out| self.write_world(out, tables, generated, &changed)),
            piece("players", |out| self.write_players(out)),
            piece("structures", |out| {
                self.write_structures(out);
                self.write_may_build(out);
            }),
        ]);
        for chunk in changed {
            pieces.push_back(piece(&format!("chunk/{chunk}"), |out| self.write_chunk(out, chunk)));
        }
        Saving { pieces }
    }

    fn write_world(
        &self,
        out: &mut Writer,
        tables: &Tables,
        generated: &Generated,
        chunks: &[u32],
    ) {
        out.u16(MAGIC);
        out.u8(VERSION);
        out.u32(self.seed);
        out.u16(self.n as u16);
        out.wide(self.tick as i64);
        for word in generated.planet {
            out.u32(word);
        }
        write_names(out, &tables.names);
        out.count(chunks.len());
        for &chunk in chunks {
            out.u32(chunk);
        }
        self.write_opened(out);
        self.write_balance(out);
    }

    /// The planes that change, one after the other.
    fn write_chunk(&self, out: &mut Writer, chunk: u32) {
        let planes = &self.planes;
        let places: Vec<usize> = places_of(self.n, chunk).collect();
        let words =
            |out: &mut Writer, plane: &[u16]| places.iter().for_each(|&at| out.u16(plane[at]));
        let bytes =
            |out: &mut Writer, plane: &[u8]| places.iter().for_each(|&at| out.u8(plane[at]));
        words(out, &planes.amount);
        bytes(out, &planes.life);
        bytes(out, &planes.mass);
        words(out, &planes.pollution);
        words(out, &planes.owner);
        bytes(out, &planes.fertility);
    }

    /// Puts pieces into a fresh state at tick 0, which then goes on as the saved one would have. After a fault the
    /// state is of no use.
    pub(crate) fn take_pieces(
        &mut self,
        tables: &Tables,
        generated: &Generated,
        pieces: &[u8],
    ) -> Result<(), Fault> {
        let pieces = read_pieces(pieces)?;
        let reader = |name: &str, field: &'static str| {
            let name: Text = name.encode_utf16().collect();
            match pieces.get(&name) {
                Some(&bytes) => Ok(Reader::new(bytes)),
                None => Reader::new(&[]).fault(field, "it is missing"),
            }
        };
        let world = &mut reader("world", "world")?;
        let codes = self.read_header(world, tables, generated)?;
        for _ in 0..world.count("chunks", 4)? {
            let chunk = world.u32("chunks")?;
            if chunk as usize >= self.planes.chunks() {
                return world.fault("chunks", "there is no such chunk");
            }
            self.take_chunk(&mut reader(&format!("chunk/{chunk}"), "chunk")?, chunk, &codes)?;
        }
        self.planes.mark_all();
        self.read_opened(world)?;
        self.read_balance(world, &codes)?;
        world.end()?;
        let players = &mut reader("players", "players")?;
        self.read_players(players, tables, &codes)?;
        players.end()?;
        let structures = &mut reader("structures", "structures")?;
        self.read_structures(structures, tables, &codes)?;
        self.read_may_build(structures)?;
        structures.end()
    }

    fn read_header(
        &mut self,
        from: &mut Reader,
        tables: &Tables,
        generated: &Generated,
    ) -> Read<SavedCodes> {
        if from.u16("magic")? != MAGIC {
            return from.fault("magic", "this is no saved world");
        }
        if from.u8("version")? != VERSION {
            return from.fault("version", "it is not 2");
        }
        if from.u32("seed")? != self.seed {
            return from.fault("seed", "it is another planet's");
        }
        if u32::from(from.u16("n")?) != self.n {
            return from.fault("n", "it is another planet's");
        }
        self.tick = from.wide("tick")? as u64;
        for word in generated.planet {
            if from.u32("planet")? != word {
                return from.fault("planet", "these rules make another planet of this seed");
            }
        }
        SavedCodes::read(from, tables)
    }

    fn take_chunk(&mut self, from: &mut Reader, chunk: u32, codes: &SavedCodes) -> Read<()> {
        let places: Vec<usize> = places_of(self.n, chunk).collect();
        let planes = &mut self.planes;
        take_words(from, "amount", &places, &mut planes.amount)?;
        take_bytes(from, "life", &places, &mut planes.life)?;
        take_bytes(from, "mass", &places, &mut planes.mass)?;
        take_words(from, "pollution", &places, &mut planes.pollution)?;
        take_words(from, "owner", &places, &mut planes.owner)?;
        take_bytes(from, "fertility", &places, &mut planes.fertility)?;
        from.end()?;
        let first = chunk as usize * CHUNK_PLACES;
        let lives = &mut planes.life[first..first + CHUNK_PLACES];
        check_codes(from, "life", lives, codes.lives())?;
        for life in lives.iter_mut().filter(|life| **life != 0) {
            *life = codes.life_now(from, "life", usize::from(*life))?;
        }
        Ok(())
    }
}

fn take_bytes(
    from: &mut Reader,
    field: &'static str,
    places: &[usize],
    plane: &mut [u8],
) -> Read<()> {
    for (&at, &value) in places.iter().zip(from.take(places.len(), field)?) {
        plane[at] = value;
    }
    Ok(())
}

fn take_words(
    from: &mut Reader,
    field: &'static str,
    places: &[usize],
    plane: &mut [u16],
) -> Read<()> {
    let words = from.take(2 * places.len(), field)?.chunks_exact(2);
    for (&at, word) in places.iter().zip(words) {
        plane[at] = u16::from_le_bytes([word[0], word[1]]);
    }
    Ok(())
}

fn read_pieces(bytes: &[u8]) -> Read<BTreeMap<Text, &[u8]>> {
    let from = &mut Reader::new(bytes);
    let mut pieces = BTreeMap::new();
    for _ in 0..from.count("pieces", 6)? {
        let name = from.text("piece.name")?;
        let length = from.count("piece", 1)?;
        pieces.insert(name, from.take(length, "piece")?);
    }
    from.end()?;
    Ok(pieces)
}
