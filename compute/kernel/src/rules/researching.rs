//! What a player knows, and the laboratories' work at what they do not know yet.

use super::outcomes::Reason;
use super::player::{OrderRef, Player};
use super::state::State;
use crate::tables::{Research, Tables};

impl Player {
    /// Whether the player knows the research of a code; code 0 everybody knows.
    pub(crate) fn knows(&self, tables: &Tables, code: u8) -> bool {
        tables
            .research(code)
            .is_none_or(|research| self.units[usize::from(code) - 1] >= research.units)
    }

    /// Codes of what the player knows, with what that is.
    pub(crate) fn known<'a>(
        &'a self,
        tables: &'a Tables,
    ) -> impl Iterator<Item = (u8, &'a Research)> {
        let all = tables.all_researches().iter().zip(&self.units).enumerate();
        all.filter(|(_, (research, units))| **units >= research.units)
            .map(|(place, (research, _))| (place as u8 + 1, research))
    }

    /// Steps that the hand reaches beyond anybody's.
    pub(crate) fn extra_reach(&self, tables: &Tables) -> u32 {
        self.known(tables).map(|(_, research)| u32::from(research.reach)).sum()
    }

    /// How many cells the player may hold.
    pub(crate) fn claim_limit(&self, tables: &Tables) -> u32 {
        let claims = self.known(tables).map(|(_, research)| u32::from(research.claims));
        tables.claim_limit + claims.sum::<u32>()
    }
}

impl State {
    /// From now on the player's laboratories work at it; units done of another are kept.
    pub(crate) fn select_research(&mut self, tables: &Tables, by: OrderRef, index: u16, code: u8) {
        let Some(player) = self.player_mut(index) else { return };
        let unknown = tables.research(code).filter(|_| !player.knows(tables, code));
        let Some(research) = unknown else { return self.tell(by, 0, 1, Reason::NothingThere) };
        if !research.requires.iter().all(|&required| player.knows(tables, required)) {
            return self.tell(by, 0, 1, Reason::NotResearched);
        }
        player.research = code;
        self.wake_structures(index);
        self.mark_player(index);
        self.tell(by, 1, 1, Reason::Done);
    }

    /// A laboratory finished a unit.
    pub(crate) fn learn_unit(&mut self, tables: &Tables, index: u16, code: u8) {
        let Some(player) = self.player_mut(index) else { return };
        if let Some(units) = player.units.get_mut(usize::from(code).wrapping_sub(1)) {
            *units = units.wrapping_add(1);
        }
        let is_known = player.knows(tables, code);
        if is_known && player.research == code {
            player.research = 0;
        }
        self.mark_player(index);
        if is_known {
            self.may_build.insert(index);
            self.wake_structures(index);
        }
    }

    /// What a player learns, or a laboratory that gives its unit up, can be what a machine waits for.
    pub(crate) fn wake_structures(&mut self, index: u16) {
        for chunk in &self.by_chunk {
            for &slot in chunk {
                let structure = &self.structures[slot as usize];
                if structure.owner == index && structure.kind.does_jobs() && structure.is_built() {
                    self.awake.insert(slot);
                }
            }
        }
    }
}
