//! Bytes → a short name for them, the same in every version and on every machine.

/// FNV-1a with 64 bits, written out: names must be the same in every version and on every machine.
/// See <http://www.isthe.com/chongo/tech/comp/fnv/>.
pub(super) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Takes a part in, and a byte behind it that no UTF-8 text holds: `a`, `bc` is not `ab`, `c`.
    pub(super) fn write(&mut self, part: &[u8]) {
        for byte in part.iter().chain(&[0xff]) {
            self.0 ^= u64::from(*byte);
            self.0 = self.0.wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// Folds the hash to 48 bits, as its authors advise.
    pub(super) fn folded(&self) -> u64 {
        (self.0 >> 48) ^ (self.0 & 0xffff_ffff_ffff)
    }
}
