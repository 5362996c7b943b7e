// What must not be seen: values that the operator called secret, in whatever form they come back,
// and headers that carry credentials. Before a text reaches the disk every secret in it is
// *sealed*: replaced by a mark that names the secret and the form it stood in. A seal is *opened*
// again where the engine goes on with the text, and *masked* (`***`) where anybody sees it.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace millrace {

inline constexpr std::string_view redacted_text = "***";
/// A shorter value is no secret: it would be found everywhere.
inline constexpr std::size_t secret_bytes_min = 8;
/// Whether a value can be kept secret: it is long enough, and no number.
bool is_secret(std::string_view value);

/// `authorization`, `proxy-authorization`, `cookie`, `set-cookie`, `x-api-key` and their like; the
/// whole list stands in the top README. `name` in any case.
bool is_secret_header(std::string_view name);

/// Immutable and thread-safe; one per process.
class Redaction {
 public:
  /// No secrets, and the headers that always are.
  Redaction() = default;
  /// `secrets` by name; a seal keeps the name, so that a value that has changed since is opened as
  /// the new one. `headers` besides those that always are, in any case.
  Redaction(const std::vector<std::pair<std::string, std::string>>& secrets,
            const std::vector<std::string>& headers);

  bool has_secrets() const { return !texts_.empty(); }
  bool hides_header(std::string_view name) const;

  /// Every secret in `text` by a seal: as it is, escaped as JSON (once and twice), encoded for
  /// URLs, within base64 of either alphabet. Valid JSON stays valid JSON. open(seal(text)) == text.
  std::string seal(std::string_view text) const;
  /// What seal() was given; a secret that is no longer there stays masked.
  std::string open(std::string_view sealed) const;
  /// What people see of a sealed text.
  static std::string mask(std::string_view sealed);
  std::string redacted(std::string_view text) const { return mask(seal(text)); }

 private:
  struct Needle {
    std::string text;
    std::string id;
  };
  void add_form(const std::string& id, std::string text);
  void add_base64(const std::string& name, std::string_view secret);
  const Needle* find_at(std::string_view text) const;

  std::unordered_map<std::string, std::string> texts_;              ///< by the id that a seal holds
  std::unordered_map<std::uint32_t, std::vector<Needle>> needles_;  ///< by their first four bytes
  std::bitset<65'536> starts_;                                      ///< their first two
  std::vector<std::string> headers_;
};

}  // namespace millrace
