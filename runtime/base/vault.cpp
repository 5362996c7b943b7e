// AES-256-GCM by libcrypto's EVP.
#include "runtime/base/vault.hpp"

#include "runtime/base/assert.hpp"

#include <openssl/evp.h>

#include <memory>

namespace millrace {
namespace {

constexpr char format_version = 1;
constexpr std::size_t nonce_bytes = std::tuple_size_v<Vault::Nonce>;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t head_bytes = 1 + nonce_bytes;

struct ContextDeleter {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, ContextDeleter>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

Vault::Nonce Vault::draw_nonce(Random& random) {
  Nonce nonce{};
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < nonce.size(); ++i, bits >>= 8) {
    if (i % 8 == 0) bits = random.next();
    nonce[i] = static_cast<std::uint8_t>(bits);
  }
  return nonce;
}

std::string Vault::seal(std::string_view text, std::string_view context, const Nonce& nonce) const {
  std::string sealed(1, format_version);
  sealed.append(reinterpret_cast<const char*>(nonce.data()), nonce.size());
  sealed.resize(head_bytes + text.size() + tag_bytes);
  const CipherContext cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  unsigned char* out = bytes_of(sealed) + head_bytes;
  MR_ASSERT(cipher != nullptr);
  MR_ASSERT(
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(), nonce.data()) == 1);
  MR_ASSERT(EVP_EncryptUpdate(cipher.get(), nullptr, &size, bytes_of(context),
                              static_cast<int>(context.size())) == 1);
  MR_ASSERT(EVP_EncryptUpdate(cipher.get(), out, &size, bytes_of(text),
                              static_cast<int>(text.size())) == 1);
  MR_ASSERT(EVP_EncryptFinal_ex(cipher.get(), out + size, &size) == 1);
  MR_ASSERT(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, out + text.size()) ==
            1);
  return sealed;
}

std::optional<std::string> Vault::open(std::string_view sealed, std::string_view context) const {
  if (sealed.size() < head_bytes + tag_bytes || sealed[0] != format_version) return std::nullopt;
  const std::string_view hidden = sealed.substr(head_bytes, sealed.size() - head_bytes - tag_bytes);
  std::string tag(sealed.substr(sealed.size() - tag_bytes));
  std::string text(hidden.size(), '\0');
  const CipherContext cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  MR_ASSERT(cipher != nullptr);
  MR_ASSERT(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(),
                               bytes_of(sealed.substr(1))) == 1);
  MR_ASSERT(EVP_DecryptUpdate(cipher.get(), nullptr, &size, bytes_of(context),
                              static_cast<int>(context.size())) == 1);
  MR_ASSERT(EVP_DecryptUpdate(cipher.get(), bytes_of(text), &size, bytes_of(hidden),
                              static_cast<int>(hidden.size())) == 1);
  MR_ASSERT(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1);
  const bool genuine = EVP_DecryptFinal_ex(cipher.get(), bytes_of(text) + text.size(), &size) == 1;
  return genuine ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace millrace
