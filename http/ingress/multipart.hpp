// Bodies of several parts: fields and files of a form. Source: RFC 7578, RFC 2046 §5.1.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::http {

struct BodyPart {
  std::string name;
  std::optional<std::string> filename;  ///< set for files; only told, never opened
  std::string content_type;             ///< empty: not given
  std::string_view content;             ///< inside the body
};

/// The parts of a `multipart/form-data` body. Nothing when it is of another type, has no boundary,
/// does not keep to its form to the last boundary, or has more than limits::multipart_parts_max.
std::optional<std::vector<BodyPart>> read_multipart(std::string_view content_type,
                                                    std::string_view body);

/// `{"fields":{name: text or [texts]},"files":[{"field","filename","content_type","bytes", and
/// "text" or "base64"}]}`. What senders name stays under names of theirs (`fields`) or in values,
/// so that it cannot pass for what we say.
void append_parts(std::string& out, const std::vector<BodyPart>& parts);

}  // namespace millrace::http
