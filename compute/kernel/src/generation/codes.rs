//! The codes that cells carry in their planes. A code is part of the log's meaning: append, never renumber.

/// Terrains by code; 0 is the padding of a chunk, never a cell.
pub mod terrain {
    /// Padding.
    pub const NONE: u8 = 0;
    /// Deeper than 50 units.
    pub const DEEP_SEA: u8 = 1;
    /// Deeper than 16 units.
    pub const SEA: u8 = 2;
    /// What is left of the sea.
    pub const SHALLOWS: u8 = 3;
    /// Land beside the sea.
    pub const BEACH: u8 = 4;
    /// Neither dry nor wet.
    pub const GRASS: u8 = 5;
    /// Wet.
    pub const FOREST: u8 = 6;
    /// Hot and dry.
    pub const DESERT: u8 = 7;
    /// Cold.
    pub const TUNDRA: u8 = 8;
    /// High, or a volcano.
    pub const ROCK: u8 = 9;
    /// Coldest or highest.
    pub const SNOW: u8 = 10;
    /// How many codes there are.
    pub const COUNT: usize = 11;
}

/// Deposits by code. Water, brine and vents never run dry.
pub mod deposit {
    /// Nothing lies here.
    pub const NONE: u8 = 0;
    /// Iron ore.
    pub const IRON: u8 = 1;
    /// Copper ore.
    pub const COPPER: u8 = 2;
    /// Silica.
    pub const SILICA: u8 = 3;
    /// Coal.
    pub const COAL: u8 = 4;
    /// Phosphate.
    pub const PHOSPHATE: u8 = 5;
    /// What every cell of the sea holds.
    pub const WATER: u8 = 6;
    /// A pool on land.
    pub const BRINE: u8 = 7;
    /// A pentagon's.
    pub const VENT: u8 = 8;
    /// How many codes there are.
    pub const COUNT: usize = 9;
}

/// Kinds of life by code.
pub mod life {
    /// Nothing lives here.
    pub const NONE: u8 = 0;
    /// Moss.
    pub const MOSS: u8 = 1;
    /// Resin trees.
    pub const RESIN_TREE: u8 = 2;
    /// Crystal.
    pub const CRYSTAL: u8 = 3;
    /// Born of pollution, never generated.
    pub const FUNGUS: u8 = 4;
    /// How many codes there are.
    pub const COUNT: usize = 5;
}

/// The amount of a deposit that never runs dry; other amounts count units of 256 items.
pub const INEXHAUSTIBLE: u16 = 0xffff;
