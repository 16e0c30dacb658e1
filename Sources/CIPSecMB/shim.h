#pragma once
#include <intel-ipsec-mb.h>
#include <stdbool.h>

/// AES-256-GCM written for one set of instructions; null where the library has it not.
typedef struct {
  aes_gcm_pre_t expand;
  aes_gcm_enc_dec_t seal;
  aes_gcm_enc_dec_t open;
} ft_gcm256;

// VAES in registers of 32 bytes came with version 1.5. It is exported (lib/include/gcm.h), but the library's header,
// which declares its siblings for SSE and AVX2, leaves it out: so it is declared here as what a manager holds. Weak,
// so that an older library, or a later one that exports it no more, still links.
__attribute__((weak)) __typeof__(*(aes_gcm_pre_t)0) aes_gcm_pre_256_vaes_avx2;
__attribute__((weak)) __typeof__(*(aes_gcm_enc_dec_t)0) aes_gcm_enc_256_vaes_avx2;
__attribute__((weak)) __typeof__(*(aes_gcm_enc_dec_t)0) aes_gcm_dec_256_vaes_avx2;

static inline ft_gcm256 ft_gcm256_vaes_avx2(void) {
  return (ft_gcm256){aes_gcm_pre_256_vaes_avx2, aes_gcm_enc_256_vaes_avx2, aes_gcm_dec_256_vaes_avx2};
}

/// Whether these are the functions that the library uses on CPUs with AVX2 but without VAES.
static inline bool ft_gcm256_is_without_vaes(ft_gcm256 functions) {
  return functions.seal == aes_gcm_enc_256_avx_gen4;
}
