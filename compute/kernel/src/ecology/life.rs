//! The numbers of the living, which come as bytes with the other tables (`docs/rules.md`).

use crate::generation::codes::{life, terrain};
use core::fmt;

/// How many kinds of life there are, none included.
pub const LIFE_KINDS: usize = life::COUNT;
/// Bytes of a kind's row.
const ROW: usize = 7;

/// Where a kind grows, shrinks and spreads. n is the sum of the levels (0..=3, by mass) of the neighbours of
/// the same kind: 0..=18.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LifeRule {
    /// Grows where lo ≤ n ≤ hi, shrinks where n is less or more.
    pub lo: u8,
    /// See `lo`.
    pub hi: u8,
    /// Of 256, an ecology step: how often it grows by one.
    pub growth: u8,
    /// Of 256, an ecology step: how often it shrinks by one.
    pub shrinkage: u8,
    /// An empty neighbour is settled where n ≤ crowd.
    pub crowd: u8,
    /// It is settled with a chance of n·spread of 65,536.
    pub spread: u16,
}

/// What the ecology needs to know of the living.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifeTables {
    pub(crate) rules: [LifeRule; LIFE_KINDS],
    /// Most mass that a cell can carry, by life and terrain; 0 where nothing of it lives.
    pub(crate) caps: [[u8; 16]; LIFE_KINDS],
}

/// Why bytes are no tables of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LifeTablesError(&'static str);

impl fmt::Display for LifeTablesError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "life: {}", self.0)
    }
}

impl core::error::Error for LifeTablesError {}

impl LifeTables {
    /// Reads the last two lists of the tables' bytes: the rules by life, the caps by terrain and life. Nothing
    /// may follow.
    ///
    /// # Errors
    /// Names what is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, LifeTablesError> {
        let (kinds, rest) = list(bytes)?;
        if kinds != LIFE_KINDS || rest.len() < LIFE_KINDS * ROW {
            return Err(LifeTablesError("it takes a rule for each of five kinds"));
        }
        let (rows, rest) = rest.split_at(LIFE_KINDS * ROW);
        let mut tables =
            Self { rules: [LifeRule::default(); LIFE_KINDS], caps: [[0; 16]; LIFE_KINDS] };
        for (rule, row) in tables.rules.iter_mut().zip(rows.chunks_exact(ROW)) {
            *rule = LifeRule {
                lo: row[0],
                hi: row[1],
                growth: row[2],
                shrinkage: row[3],
                crowd: row[4],
                spread: u16::from_le_bytes([row[5], row[6]]),
            };
        }
        let (terrains, mut rest) = list(rest)?;
        if terrains != terrain::COUNT {
            return Err(LifeTablesError("it takes caps for each of eleven terrains"));
        }
        for ground in 0..terrains {
            let (kinds, caps) = list(rest)?;
            if kinds != LIFE_KINDS || caps.len() < LIFE_KINDS {
                return Err(LifeTablesError("it takes a cap for each of five kinds"));
            }
            for (by_terrain, cap) in tables.caps.iter_mut().zip(caps) {
                by_terrain[ground] = *cap;
            }
            rest = &caps[LIFE_KINDS..];
        }
        if !rest.is_empty() {
            return Err(LifeTablesError("something follows"));
        }
        tables.checked()
    }

    /// What the sweep takes for granted: thresholds of settling fit into 16 bits, nothing lives in padding.
    fn checked(self) -> Result<Self, LifeTablesError> {
        let most: u32 = self.rules.iter().map(|rule| 18 * u32::from(rule.spread)).sum();
        if most > u32::from(u16::MAX) {
            return Err(LifeTablesError("the chances of settling add up to more than one"));
        }
        if self.caps.iter().any(|by_terrain| by_terrain[usize::from(terrain::NONE)] != 0) {
            return Err(LifeTablesError("something lives in no terrain"));
        }
        Ok(self)
    }
}

fn list(bytes: &[u8]) -> Result<(usize, &[u8]), LifeTablesError> {
    let Some((count, rest)) = bytes.split_first_chunk::<4>() else {
        return Err(LifeTablesError("the bytes end early"));
    };
    Ok((u32::from_le_bytes(*count) as usize, rest))
}

/// The level of a mass: 0 for nothing, then 1, 2, 3 by steps of 64.
#[inline(always)]
pub(crate) const fn level_of(mass: u8) -> u8 {
    if mass == 0 {
        return 0;
    }
    let level = 1 + (mass >> 6);
    if level > 3 { 3 } else { level }
}
