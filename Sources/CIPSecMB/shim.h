#pragma once
#include <intel-ipsec-mb.h>

/// AES-256-GCM written for one set of instructions; null where the library has it not.
typedef struct {
  aes_gcm_pre_t expand;
  aes_gcm_enc_dec_t seal;
  aes_gcm_enc_dec_t open;
} ft_gcm256;

// VAES in registers of 32 bytes came with version 1.5. It is exported and has the prototypes of its siblings
// (lib/include/gcm.h), but the header, which declares those for SSE and AVX2, leaves it out. Weak, so that an
// older library, or a later one that exports it no more, still links.
__attribute__((weak)) void aes_gcm_pre_256_vaes_avx2(const void *key, struct gcm_key_data *expanded);
__attribute__((weak)) void aes_gcm_enc_256_vaes_avx2(
    const struct gcm_key_data *key, struct gcm_context_data *context, uint8_t *out, uint8_t const *in,
    uint64_t length, const uint8_t *iv, uint8_t const *aad, uint64_t aad_length, uint8_t *tag,
    uint64_t tag_length);
__attribute__((weak)) void aes_gcm_dec_256_vaes_avx2(
    const struct gcm_key_data *key, struct gcm_context_data *context, uint8_t *out, uint8_t const *in,
    uint64_t length, const uint8_t *iv, uint8_t const *aad, uint64_t aad_length, uint8_t *tag,
    uint64_t tag_length);

static inline ft_gcm256 ft_gcm256_vaes_avx2(void) {
  return (ft_gcm256){aes_gcm_pre_256_vaes_avx2, aes_gcm_enc_256_vaes_avx2, aes_gcm_dec_256_vaes_avx2};
}
