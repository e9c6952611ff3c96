//! The tables of the game, as bytes bring them (`docs/rules.md`, "The tables as bytes"): no item, recipe,
//! prototype or research has a name here.

use crate::bytes::{Fault, Read, Reader, Text};
use crate::ecology::LifeTables;
use crate::generation::codes;
use alloc::vec::Vec;

const MAGIC: u16 = 0x6254;
const VERSION: u8 = 3;

/// How the tables write "no item".
pub(crate) const NO_ITEM: u8 = 0xff;

/// What a structure does; in the order of `kinds` in `src/domain/prototypes.ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Drill,
    Belt,
    Crafter,
    Depot,
    Pump,
    Harvester,
    Generator,
    Lab,
    Splitter,
    Bridge,
    Pipe,
    Pole,
}

const KINDS: [Kind; 12] = [
    Kind::Drill,
    Kind::Belt,
    Kind::Crafter,
    Kind::Depot,
    Kind::Pump,
    Kind::Harvester,
    Kind::Generator,
    Kind::Lab,
    Kind::Splitter,
    Kind::Bridge,
    Kind::Pipe,
    Kind::Pole,
];

impl Kind {
    /// Belts and poles hold no items of their own.
    pub(crate) fn holds_items(self) -> bool {
        !matches!(self, Kind::Belt | Kind::Pole)
    }

    /// What does jobs, without the generators, which only burn where power is asked for.
    pub(crate) fn does_jobs(self) -> bool {
        matches!(self, Kind::Drill | Kind::Pump | Kind::Harvester | Kind::Crafter | Kind::Lab)
    }

    /// What gives to the one structure that it faces, splitters aside.
    pub(crate) fn gives_ahead(self) -> bool {
        matches!(self, Kind::Drill | Kind::Belt | Kind::Crafter | Kind::Harvester | Kind::Bridge)
    }
}

/// An item code with a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) item: u8,
    pub(crate) count: u16,
}

/// Ascending by item code.
pub(crate) type Amounts = Vec<Amount>;

#[derive(Debug, Clone)]
pub(crate) struct Prototype {
    pub(crate) kind: Kind,
    pub(crate) ticks: u16,
    pub(crate) pollution: u16,
    pub(crate) capacity: u16,
    pub(crate) power: u16,
    pub(crate) supply: u16,
    pub(crate) reach: u8,
    /// Code of the research that unlocks it, 0: known from the start.
    pub(crate) research: u8,
    pub(crate) cost: Amounts,
    /// Items and ticks at full load.
    pub(crate) burns: Amounts,
}

#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    pub(crate) ticks: u16,
    pub(crate) by_hand: bool,
    pub(crate) research: u8,
    /// Codes of prototypes.
    pub(crate) machines: Vec<u8>,
    pub(crate) inputs: Amounts,
    pub(crate) outputs: Amounts,
}

#[derive(Debug, Clone)]
pub(crate) struct Research {
    pub(crate) units: u16,
    pub(crate) ticks: u16,
    pub(crate) claims: u16,
    pub(crate) reach: u8,
    /// Codes of researches.
    pub(crate) requires: Vec<u8>,
    /// Codes of items.
    pub(crate) packs: Vec<u8>,
}

/// Names by code, for states that were saved under other tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    items: Vec<Text>,
    prototypes: Vec<Text>,
    recipes: Vec<Text>,
    researches: Vec<Text>,
    lives: Vec<Text>,
}

impl Names {
    /// Items, prototypes, recipes, researches, kinds of life.
    pub(crate) fn all(&self) -> [&[Text]; 5] {
        [&self.items, &self.prototypes, &self.recipes, &self.researches, &self.lives]
    }
}

/// All of them. Codes of prototypes, recipes and researches begin at 1.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    pub(crate) is_fluid: Vec<bool>,
    prototypes: Vec<Prototype>,
    recipes: Vec<Recipe>,
    researches: Vec<Research>,
    pub(crate) packs: Vec<u8>,
    pub(crate) starter_kit: Amounts,
    /// Item by deposit code, or [`NO_ITEM`].
    pub(crate) dug: Vec<u8>,
    pub(crate) pumped: Vec<u8>,
    /// Item by life code, or [`NO_ITEM`].
    pub(crate) living: Vec<u8>,
    /// What a harvester spreads.
    pub(crate) fertiliser: u8,
    /// Cells that a player may hold before research raises it.
    pub(crate) claim_limit: u32,
    pub(crate) life: LifeTables,
    pub(crate) names: Names,
}

impl Tables {
    /// Reads the tables and checks every code in them, so that nothing that is looked up later is missing.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let from = &mut Reader::new(bytes);
        if from.u16("tables.magic")? != MAGIC {
            return from.fault("tables.magic", "these are no tables");
        }
        if from.u8("tables.version")? != VERSION {
            return from.fault("tables.version", "it is not 3");
        }
        let mut names = Names::default();
        let is_fluid = from.list("items", |from| {
            names.items.push(from.text("item.name")?);
            from.flag("item.fluid")
        })?;
        if is_fluid.is_empty() || is_fluid.len() >= usize::from(NO_ITEM) {
            return from.fault("items", "there are none, or more than 254");
        }
        let items = is_fluid.len();
        let prototypes = from.list("prototypes", |from| {
            names.prototypes.push(from.text("prototype.name")?);
            read_prototype(from, items)
        })?;
        let recipes = from.list("recipes", |from| {
            names.recipes.push(from.text("recipe.name")?);
            read_recipe(from, items)
        })?;
        let researches = from.list("researches", |from| {
            names.researches.push(from.text("research.name")?);
            read_research(from, items)
        })?;
        let packs = read_codes(from, "packs", items - 1)?;
        let starter_kit = read_amounts(from, "starterKit", items)?;
        let dug = read_items_or_none(from, "dug", items)?;
        let pumped = read_items_or_none(from, "pumped", items)?;
        let living = read_items_or_none(from, "living", items)?;
        let fertiliser = from.u8_to("fertiliser", items - 1)?;
        let claim_limit = from.u32("claimLimit")?;
        names.lives = from.list("lives", |from| from.text("life.name"))?;
        let life = LifeTables::parse(from.take(from.left(), "life")?);
        let Ok(life) = life else { return from.fault("life", "these are no numbers of life") };
        let tables = Self {
            is_fluid,
            prototypes,
            recipes,
            researches,
            packs,
            starter_kit,
            dug,
            pumped,
            living,
            fertiliser,
            claim_limit,
            life,
            names,
        };
        tables.check(from)?;
        Ok(tables)
    }

    /// Codes that point forward could not be checked when they were read.
    fn check(&self, from: &Reader) -> Read<()> {
        let rows = [self.prototypes.len(), self.recipes.len(), self.researches.len()];
        if rows.iter().any(|&rows| rows >= usize::from(NO_ITEM)) {
            return from.fault("tables", "one has more than 254 rows");
        }
        let researches = self.researches.len();
        let known = |code: u8| usize::from(code) <= researches;
        if !self.prototypes.iter().all(|prototype| known(prototype.research))
            || !self.recipes.iter().all(|recipe| known(recipe.research))
        {
            return from.fault("research", "there is no such research");
        }
        if !self.researches.iter().flat_map(|research| &research.requires).all(|&code| known(code))
        {
            return from.fault("requires", "there is no such research");
        }
        if self.dug.len() != codes::deposit::COUNT || self.pumped.len() != self.dug.len() {
            return from.fault("dug", "there is not one entry for each deposit");
        }
        if self.living.len() != codes::life::COUNT || self.names.lives.len() != self.living.len() {
            return from.fault("living", "there is not one entry for each kind of life");
        }
        Ok(())
    }

    pub(crate) fn items(&self) -> usize {
        self.is_fluid.len()
    }

    pub(crate) fn fluid(&self, item: u8) -> bool {
        self.is_fluid[usize::from(item)]
    }

    pub(crate) fn prototypes(&self) -> usize {
        self.prototypes.len()
    }

    pub(crate) fn researches(&self) -> usize {
        self.researches.len()
    }

    /// The code must be one.
    pub(crate) fn prototype(&self, code: u8) -> &Prototype {
        &self.prototypes[usize::from(code) - 1]
    }

    pub(crate) fn recipe(&self, code: u8) -> Option<&Recipe> {
        self.recipes.get(usize::from(code).wrapping_sub(1))
    }

    pub(crate) fn research(&self, code: u8) -> Option<&Research> {
        self.researches.get(usize::from(code).wrapping_sub(1))
    }

    /// The farthest that any bridge reaches.
    pub(crate) fn longest_bridge(&self) -> u8 {
        let bridges = self.prototypes.iter().filter(|prototype| prototype.kind == Kind::Bridge);
        bridges.map(|bridge| bridge.reach).max().unwrap_or(0)
    }

    /// The farthest that any pole's wire reaches.
    pub(crate) fn longest_wire(&self) -> u8 {
        let poles = self.prototypes.iter().filter(|prototype| prototype.kind == Kind::Pole);
        poles.map(|pole| pole.reach).max().unwrap_or(0)
    }

    pub(crate) fn all_researches(&self) -> &[Research] {
        &self.researches
    }
}

fn read_amounts(from: &mut Reader, field: &'static str, items: usize) -> Read<Amounts> {
    from.list(field, |from| {
        Ok(Amount { item: from.u8_to(field, items - 1)?, count: from.u16(field)? })
    })
}

fn read_codes(from: &mut Reader, field: &'static str, most: usize) -> Read<Vec<u8>> {
    from.list(field, |from| from.u8_to(field, most))
}

fn read_items_or_none(from: &mut Reader, field: &'static str, items: usize) -> Read<Vec<u8>> {
    from.list(field, |from| {
        let item = from.u8(field)?;
        if item != NO_ITEM && usize::from(item) >= items {
            return from.fault(field, "there is no such item");
        }
        Ok(item)
    })
}

fn read_prototype(from: &mut Reader, items: usize) -> Read<Prototype> {
    let kind = KINDS[usize::from(from.u8_to("prototype.kind", KINDS.len() - 1)?)];
    from.u8_to("prototype.stands", 2)?;
    Ok(Prototype {
        kind,
        ticks: from.u16("prototype.ticks")?,
        pollution: from.u16("prototype.pollution")?,
        capacity: from.u16("prototype.capacity")?,
        power: from.u16("prototype.power")?,
        supply: from.u16("prototype.supply")?,
        reach: from.u8("prototype.reach")?,
        research: from.u8("prototype.research")?,
        cost: read_amounts(from, "prototype.cost", items)?,
        burns: read_amounts(from, "prototype.burns", items)?,
    })
}

fn read_recipe(from: &mut Reader, items: usize) -> Read<Recipe> {
    Ok(Recipe {
        ticks: from.u16("recipe.ticks")?,
        by_hand: from.flag("recipe.byHand")?,
        research: from.u8("recipe.research")?,
        machines: read_codes(from, "recipe.machines", 0xff)?,
        inputs: read_amounts(from, "recipe.inputs", items)?,
        outputs: read_amounts(from, "recipe.outputs", items)?,
    })
}

fn read_research(from: &mut Reader, items: usize) -> Read<Research> {
    Ok(Research {
        units: from.u16("research.units")?,
        ticks: from.u16("research.ticks")?,
        claims: from.u16("research.claims")?,
        reach: from.u8("research.reach")?,
        requires: read_codes(from, "research.requires", 0xff)?,
        packs: read_codes(from, "research.packs", items - 1)?,
    })
}
