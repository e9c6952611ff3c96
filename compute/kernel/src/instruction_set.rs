//! Which vector instructions the machine has. The bits do not depend on it.

/// What rows of cells are worked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct InstructionSet(Level);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Baseline,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl InstructionSet {
    /// What every machine has that runs this program.
    pub const BASELINE: Self = Self(Level::Baseline);

    /// The best that this machine has.
    pub fn best() -> Self {
        Self::available().last().unwrap_or(Self::BASELINE)
    }

    /// All that this machine has, the slowest first.
    pub fn available() -> impl DoubleEndedIterator<Item = Self> {
        LEVELS.iter().copied().filter(|level| is_there(*level)).map(Self)
    }

    /// The instruction set of a name ("baseline", "avx2", "avx512"), if this machine has it.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::available().find(|known| known.name() == name)
    }

    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self.0 {
            Level::Baseline => "baseline",
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => "avx512",
        }
    }

    /// A level is only ever held by an instruction set that this machine has.
    pub(crate) fn level(self) -> Level {
        self.0
    }
}

#[cfg(not(target_arch = "x86_64"))]
const LEVELS: [Level; 1] = [Level::Baseline];
#[cfg(target_arch = "x86_64")]
const LEVELS: [Level; 3] = [Level::Baseline, Level::Avx2, Level::Avx512];

#[cfg(not(target_arch = "x86_64"))]
fn is_there(level: Level) -> bool {
    level == Level::Baseline
}

/// Asks the processor, and whether the operating system keeps the registers.
#[cfg(target_arch = "x86_64")]
fn is_there(level: Level) -> bool {
    use core::arch::x86_64::{__cpuid, __cpuid_count};
    const OSXSAVE_AND_AVX: u32 = 1 << 27 | 1 << 28;
    const POPCNT: u32 = 1 << 23;
    const BMI1_AVX2_BMI2: u32 = 1 << 3 | 1 << 5 | 1 << 8;
    const AVX512_F_DQ_BW_VL: u32 = 1 << 16 | 1 << 17 | 1 << 30 | 1 << 31;
    /// xmm and ymm; with the three halves of AVX-512.
    const YMM: u64 = 0b110;
    const ZMM: u64 = 0b1110_0110;

    if level == Level::Baseline {
        return true;
    }
    if cfg!(miri) {
        // There is no processor to ask: it has what the program is compiled for.
        let has_avx2 = cfg!(all(
            target_feature = "avx2",
            target_feature = "bmi1",
            target_feature = "bmi2",
            target_feature = "popcnt"
        ));
        let has_avx512 = cfg!(all(
            target_feature = "avx512f",
            target_feature = "avx512bw",
            target_feature = "avx512dq",
            target_feature = "avx512vl"
        ));
        return match level {
            Level::Baseline => true,
            Level::Avx2 => has_avx2,
            Level::Avx512 => has_avx2 && has_avx512,
        };
    }
    if __cpuid(0).eax < 7 {
        return false;
    }
    let features = __cpuid(1).ecx;
    let more = __cpuid_count(7, 0).ebx;
    let wanted = OSXSAVE_AND_AVX | POPCNT;
    if features & wanted != wanted || more & BMI1_AVX2_BMI2 != BMI1_AVX2_BMI2 {
        return false;
    }
    // SAFETY: OSXSAVE, tested above, says that XGETBV exists and that the system lets programs use it.
    let kept = unsafe { kept_registers() };
    match level {
        Level::Baseline => true,
        Level::Avx2 => kept & YMM == YMM,
        Level::Avx512 => kept & ZMM == ZMM && more & AVX512_F_DQ_BW_VL == AVX512_F_DQ_BW_VL,
    }
}

/// Which registers the operating system keeps.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "xsave")]
fn kept_registers() -> u64 {
    // SAFETY: register 0 exists wherever XGETBV does, and this function is called only where that is so.
    unsafe { core::arch::x86_64::_xgetbv(0) }
}
