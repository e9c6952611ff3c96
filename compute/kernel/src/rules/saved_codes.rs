//! Codes of a saved state, read by name: the tables may have grown or been put in another order since.

use crate::bytes::{Read, Reader, Text, Writer};
use crate::tables::{Names, Tables};
use alloc::vec::Vec;

/// By saved code (less one where codes begin at 1): the code that it has now, if there is one.
type Now = Vec<Option<u8>>;

pub(crate) struct SavedCodes {
    items: Now,
    prototypes: Now,
    recipes: Now,
    researches: Now,
    lives: Now,
}

/// The names of every table in the order of their codes: for each a list of texts.
pub(crate) fn write_names(out: &mut Writer, names: &Names) {
    for table in names.all() {
        out.count(table.len());
        for name in table {
            out.text(name);
        }
    }
}

impl SavedCodes {
    /// Of a state that was saved with these very tables.
    pub(crate) fn own(tables: &Tables) -> Self {
        let same = |names: &[Text]| (0..names.len()).map(|code| Some(code as u8)).collect();
        let [items, prototypes, recipes, researches, lives] = tables.names.all().map(same);
        Self { items, prototypes, recipes, researches, lives }
    }

    /// Reads what [`write_names`] wrote.
    pub(crate) fn read(from: &mut Reader, tables: &Tables) -> Read<Self> {
        let mut read = |own: &[Text], field: &'static str| {
            let saved = from.list(field, |from| from.text(field))?;
            let now = |name: &Text| own.iter().position(|known| known == name);
            Read::Ok(saved.iter().map(|name| now(name).map(|code| code as u8)).collect::<Now>())
        };
        let [items, prototypes, recipes, researches, lives] = tables.names.all();
        Ok(Self {
            items: read(items, "items")?,
            prototypes: read(prototypes, "prototypes")?,
            recipes: read(recipes, "recipes")?,
            researches: read(researches, "researches")?,
            lives: read(lives, "lives")?,
        })
    }

    pub(crate) fn items(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn lives(&self) -> usize {
        self.lives.len()
    }

    pub(crate) fn researches(&self) -> usize {
        self.researches.len()
    }

    /// Reads the code of an item.
    pub(crate) fn item(&self, from: &mut Reader, field: &'static str) -> Read<u8> {
        let saved = from.u8(field)?;
        self.item_now(from, field, saved.into())
    }

    /// The code that an item's saved one has now.
    pub(crate) fn item_now(&self, from: &Reader, field: &'static str, saved: usize) -> Read<u8> {
        now(from, field, &self.items, saved)
    }

    pub(crate) fn research_now(
        &self,
        from: &Reader,
        field: &'static str,
        saved: usize,
    ) -> Read<u8> {
        now_from_one(from, field, &self.researches, saved)
    }

    pub(crate) fn life_now(&self, from: &Reader, field: &'static str, saved: usize) -> Read<u8> {
        now(from, field, &self.lives, saved)
    }

    /// Reads the code of a prototype, 0 for none; likewise those that follow.
    pub(crate) fn prototype(&self, from: &mut Reader, field: &'static str) -> Read<u8> {
        let saved = from.u8(field)?;
        now_from_one(from, field, &self.prototypes, saved.into())
    }

    pub(crate) fn recipe(&self, from: &mut Reader, field: &'static str) -> Read<u8> {
        let saved = from.u8(field)?;
        now_from_one(from, field, &self.recipes, saved.into())
    }

    pub(crate) fn research(&self, from: &mut Reader, field: &'static str) -> Read<u8> {
        let saved = from.u8(field)?;
        self.research_now(from, field, saved.into())
    }
}

fn now(from: &Reader, field: &'static str, table: &Now, saved: usize) -> Read<u8> {
    match table.get(saved) {
        Some(Some(code)) => Ok(*code),
        Some(None) => from.fault(field, "it is not in the tables any more"),
        None => from.fault(field, "there is no such code"),
    }
}

fn now_from_one(from: &Reader, field: &'static str, table: &Now, saved: usize) -> Read<u8> {
    if saved == 0 { Ok(0) } else { Ok(now(from, field, table, saved - 1)? + 1) }
}
