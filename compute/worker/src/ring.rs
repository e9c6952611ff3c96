//! What the two rings hold: entries of 64 bytes with a check sum of their own, whose payload stands in an arena.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use crate::crc::crc32c;
use crate::layout::{ENTRY, RING};
use crate::region::Region;

/// What the server can ask of a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Payload: the tables. Makes a new world.
    Create = 1,
    /// Payload: the tables. Takes the world from the committed slot.
    Load = 2,
    /// Payload: one call of the kernel's port.
    Call = 3,
    /// Gives the payload back.
    Echo = 4,
    /// Saves the world into a slot and commits it before the answer comes.
    Checkpoint = 5,
    /// Payload: the length of the tables (u32), the tables, the pieces. Makes the world that the pieces keep.
    Resume = 6,
    /// The next part of an answer that has no room in its arena at once.
    Rest = 7,
}

impl Operation {
    fn from_code(code: u32) -> Option<Operation> {
        use Operation::{Call, Checkpoint, Create, Echo, Load, Rest, Resume};
        let all = [Create, Load, Call, Echo, Checkpoint, Resume, Rest];
        all.into_iter().find(|one| *one as u32 == code)
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Payload: the answer.
    Done = 0,
    /// Refused; the world stands as it was. Payload: why, as text.
    Fault = 1,
    /// The entry or its payload was damaged on its way; nothing was done.
    Malformed = 2,
    /// Done. Payload: a part of the answer, whose rest must be asked for.
    Part = 3,
}

impl Status {
    fn from_code(code: u32) -> Option<Status> {
        use Status::{Done, Fault, Malformed, Part};
        [Done, Fault, Malformed, Part].into_iter().find(|one| *one as u32 == code)
    }
}

/// Of a request: commit a checkpoint soon after it.
pub const WANT_CHECKPOINT: u32 = 1;

/// Where a payload stands in its arena, and its check sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload {
    /// From the arena's start.
    pub offset: u64,
    /// In bytes.
    pub length: u64,
    /// CRC-32C.
    pub crc: u32,
}

/// An entry of the request ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    pub seq: u32,
    pub operation: Operation,
    pub flags: u32,
    pub payload: Payload,
}

/// An entry of the response ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response {
    pub seq: u32,
    pub status: Status,
    /// The worker's own time, in nanoseconds.
    pub busy_ns: u64,
    /// The tick that the world stands at.
    pub tick: u64,
    pub payload: Payload,
}

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

type Words = [u32; ENTRY / 4];

impl Request {
    /// Writes the entry into its place of the ring at `ring`.
    pub fn put(&self, region: &Region, ring: usize) {
        put(region, ring, self.seq, &self.words());
    }

    /// The entry of `seq`, and its payload out of the arena of `room` bytes at `arena`.
    pub fn take(
        region: &Region,
        ring: usize,
        seq: u32,
        arena: usize,
        room: usize,
    ) -> Result<(Request, Vec<u8>), Malformed> {
        let request = Request::from_words(&take(region, ring, seq), seq)?;
        let payload = request.payload.take(region, arena, room)?;
        Ok((request, payload))
    }

    fn words(&self) -> Words {
        let mut words = [0; ENTRY / 4];
        words[0] = self.seq;
        words[1] = self.operation as u32;
        words[2] = self.flags;
        self.payload.put(&mut words);
        seal(words)
    }

    fn from_words(words: &Words, seq: u32) -> Result<Request, Malformed> {
        check(words, seq)?;
        let operation = Operation::from_code(words[1]).ok_or(Malformed("an unknown operation"))?;
        Ok(Request { seq, operation, flags: words[2], payload: Payload::of(words) })
    }
}

impl Response {
    /// Writes the entry into its place of the ring at `ring`.
    pub fn put(&self, region: &Region, ring: usize) {
        put(region, ring, self.seq, &self.words());
    }

    /// As `Request::take`.
    pub fn take(
        region: &Region,
        ring: usize,
        seq: u32,
        arena: usize,
        room: usize,
    ) -> Result<(Response, Vec<u8>), Malformed> {
        let response = Response::from_words(&take(region, ring, seq), seq)?;
        let payload = response.payload.take(region, arena, room)?;
        Ok((response, payload))
    }

    fn words(&self) -> Words {
        let mut words = [0; ENTRY / 4];
        words[0] = self.seq;
        words[1] = self.status as u32;
        self.payload.put(&mut words);
        (words[8], words[9]) = split(self.busy_ns);
        (words[10], words[11]) = split(self.tick);
        seal(words)
    }

    fn from_words(words: &Words, seq: u32) -> Result<Response, Malformed> {
        check(words, seq)?;
        let status = Status::from_code(words[1]).ok_or(Malformed("an unknown status"))?;
        let busy_ns = join(words[8], words[9]);
        let tick = join(words[10], words[11]);
        Ok(Response { seq, status, busy_ns, tick, payload: Payload::of(words) })
    }
}

impl Payload {
    /// Of bytes that will stand at `offset`.
    pub fn new(offset: usize, bytes: &[u8]) -> Payload {
        Payload { offset: offset as u64, length: bytes.len() as u64, crc: crc32c(bytes) }
    }

    fn of(words: &Words) -> Payload {
        Payload {
            offset: join(words[3], words[4]),
            length: join(words[5], words[6]),
            crc: words[7],
        }
    }

    fn put(&self, words: &mut Words) {
        (words[3], words[4]) = split(self.offset);
        (words[5], words[6]) = split(self.length);
        words[7] = self.crc;
    }

    /// Copied out first and checked then, so that nobody can change what was checked.
    fn take(&self, region: &Region, arena: usize, room: usize) -> Result<Vec<u8>, Malformed> {
        let end = self.offset.checked_add(self.length);
        if end.is_none_or(|end| end > room as u64) {
            return Err(Malformed("a payload outside of its arena"));
        }
        let bytes = region
            .read(arena + self.offset as usize, self.length as usize)
            .ok_or(Malformed("a payload that there is no memory for"))?;
        if crc32c(&bytes) != self.crc {
            return Err(Malformed("a payload that is not what was sent"));
        }
        Ok(bytes)
    }
}

fn place(ring: usize, seq: u32) -> usize {
    ring + (seq as usize % RING) * ENTRY
}

fn put(region: &Region, ring: usize, seq: u32, words: &Words) {
    for (at, word) in words.iter().enumerate() {
        region.word(place(ring, seq) + 4 * at).store(*word, Ordering::Relaxed);
    }
}

fn take(region: &Region, ring: usize, seq: u32) -> Words {
    std::array::from_fn(|at| region.word(place(ring, seq) + 4 * at).load(Ordering::Relaxed))
}

/// Puts the check sum of all other words into the last.
fn seal(mut words: Words) -> Words {
    let last = words.len() - 1;
    words[last] = sum(&words);
    words
}

fn sum(words: &Words) -> u32 {
    let mut bytes = [0; ENTRY - 4];
    for (chunk, word) in bytes.chunks_exact_mut(4).zip(words) {
        chunk.copy_from_slice(&word.to_le_bytes());
    }
    crc32c(&bytes)
}

fn check(words: &Words, seq: u32) -> Result<(), Malformed> {
    if sum(words) != words[words.len() - 1] {
        return Err(Malformed("an entry that is not what was sent"));
    }
    if words[0] != seq {
        return Err(Malformed("an entry out of turn"));
    }
    Ok(())
}

fn split(value: u64) -> (u32, u32) {
    (value as u32, (value >> 32) as u32)
}

fn join(low: u32, high: u32) -> u64 {
    low as u64 | (high as u64) << 32
}

/// Gives out room in an arena, in turn; what was given first is free first.
#[derive(Debug)]
pub struct Arena {
    capacity: usize,
    /// Sequence number, start and end of what is in use, oldest first.
    used: VecDeque<(u32, usize, usize)>,
}

/// Payloads begin on a cache line of their own.
const LINE: usize = 64;

impl Arena {
    /// All of it free.
    pub fn new(capacity: usize) -> Arena {
        Arena { capacity, used: VecDeque::new() }
    }

    /// Where `length` bytes for `seq` may stand; None as long as there is no room.
    pub fn take(&mut self, seq: u32, length: usize) -> Option<usize> {
        if length == 0 {
            return Some(0);
        }
        let length = length.checked_next_multiple_of(LINE)?;
        let start = match (self.used.front(), self.used.back()) {
            (Some((_, first, _)), Some((_, last, end))) => {
                if last < first {
                    (first - end >= length).then_some(*end)
                } else if self.capacity - end >= length {
                    Some(*end)
                } else {
                    (*first >= length).then_some(0)
                }
            }
            _ => (self.capacity >= length).then_some(0),
        }?;
        self.used.push_back((seq, start, start + length));
        Some(start)
    }

    /// What was given out last is free again.
    pub fn give_back(&mut self) {
        self.used.pop_back();
    }

    /// Everything given out for `seq` and before is free again.
    pub fn free_through(&mut self, seq: u32) {
        while self.used.front().is_some_and(|(used, _, _)| seq.wrapping_sub(*used) < 1 << 31) {
            self.used.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{PAGE, REQUEST_RING_AT, Shape};
    use crate::region::Settings;

    fn request(seq: u32) -> Request {
        let payload = Payload { offset: 64, length: 1000, crc: 0xdead_beef };
        Request { seq, operation: Operation::Call, flags: WANT_CHECKPOINT, payload }
    }

    #[test]
    fn an_entry_comes_back_as_it_was_put() {
        let put = request(7);
        assert_eq!(Request::from_words(&put.words(), 7), Ok(put));
        let payload = Payload { offset: 1 << 40, length: 0, crc: 1 };
        let response =
            Response { seq: 9, status: Status::Fault, busy_ns: 1 << 33, tick: 1 << 41, payload };
        assert_eq!(Response::from_words(&response.words(), 9), Ok(response));
    }

    #[test]
    fn an_entry_with_any_bit_flipped_is_refused() {
        let words = request(7).words();
        for bit in 0..ENTRY * 8 {
            let mut flipped = words;
            flipped[bit / 32] ^= 1 << (bit % 32);
            assert!(Request::from_words(&flipped, 7).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn an_entry_of_another_turn_is_refused() {
        assert_eq!(
            Request::from_words(&request(7).words(), 71),
            Err(Malformed("an entry out of turn"))
        );
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no memfd, which a region is made of")]
    fn an_entry_that_is_whole_and_yet_cannot_be_is_refused() {
        let shape = Shape { request_bytes: PAGE, response_bytes: PAGE, slot_bytes: PAGE };
        let settings =
            Settings { n: 1, seed: 1, signal: 1, spin_us: 0, checkpoint_ms: 0, save_ms: 0, shape };
        let region = Region::create(&settings).expect("a region");
        let (arena, room) = (shape.request_arena(), shape.request_bytes);
        let take = |seq| Request::take(&region, REQUEST_RING_AT, seq, arena, room);
        let empty = Payload::new(0, b"");
        for (offset, length) in [
            (0, PAGE as u64 + 1),
            (PAGE as u64, 1),
            (PAGE as u64 + 1, 0),
            (u64::MAX, 1),
            (1, u64::MAX),
            (u64::MAX, u64::MAX),
            (1 << 63, 1 << 63),
        ] {
            let payload = Payload { offset, length, crc: empty.crc };
            Request { payload, ..request(7) }.put(&region, REQUEST_RING_AT);
            let refused = Err(Malformed("a payload outside of its arena"));
            assert_eq!(take(7), refused, "{offset} {length}");
        }
        Request { payload: empty, ..request(7) }.put(&region, REQUEST_RING_AT);
        assert!(take(7).is_ok());
        assert_eq!(take(7 + RING as u32), Err(Malformed("an entry out of turn")));
        for code in [0, 8, u32::MAX] {
            let mut words = request(7).words();
            words[1] = code;
            let refused = Request::from_words(&seal(words), 7);
            assert_eq!(refused, Err(Malformed("an unknown operation")));
            let answer = Response::from_words(&seal(words), 7);
            assert_eq!(answer.is_ok(), code == Status::Done as u32, "{code}");
        }
    }

    #[test]
    fn an_arena_gives_out_no_byte_twice_and_all_of_it_again() {
        let mut arena = Arena::new(1024);
        let mut random = 1_u32;
        let mut given: VecDeque<(u32, usize, usize)> = VecDeque::new();
        let mut refused = 0;
        for seq in 0..10_000_u32 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let length = (random >> 16) as usize % 500;
            match arena.take(seq, length) {
                Some(start) => {
                    assert!(start + length <= 1024);
                    for (_, from, to) in &given {
                        assert!(length == 0 || start >= *to || start + length <= *from);
                    }
                    if length > 0 {
                        given.push_back((seq, start, start + length));
                    }
                }
                None => {
                    refused += 1;
                    let (oldest, _, _) = given.pop_front().expect("an empty arena has room");
                    arena.free_through(oldest);
                }
            }
        }
        assert!(refused > 1000);
        arena.free_through(10_000);
        assert_eq!(arena.take(10_001, 1024), Some(0));
        assert_eq!(arena.take(10_002, 1), None);
    }
}
