//! Masks, which a client applies to its payloads (RFC 6455, section 5.3).

/// Applies a mask to `bytes`, or removes it, which is the same. `offset` is how many bytes of the
/// payload came before.
pub(crate) fn apply(bytes: &mut [u8], mask: [u8; 4], offset: usize) {
    let mut mask = mask;
    mask.rotate_left(offset % 4);
    let wide = u64::from_ne_bytes([
        mask[0], mask[1], mask[2], mask[3], mask[0], mask[1], mask[2], mask[3],
    ]);
    let (words, rest) = bytes.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_one_byte_after_the_other(
            bytes in prop::collection::vec(any::<u8>(), 0..100),
            mask: [u8; 4],
            cut in 0..100_usize,
        ) {
            let expected: Vec<u8> = bytes.iter().enumerate().map(|(i, byte)| byte ^ mask[i % 4]).collect();
            let mut masked = bytes.clone();
            let cut = cut.min(masked.len());
            let (head, tail) = masked.split_at_mut(cut);
            apply(head, mask, 0);
            apply(tail, mask, cut);
            prop_assert_eq!(masked, expected);
        }
    }
}
