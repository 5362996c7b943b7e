// Rules of HTTP texts that flows make: header names and values, URLs, query strings, bodies of
// replies.
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/nodes/call.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace {

/// A token of RFC 9110.
bool is_header_name(std::string_view name);
/// No control character but the tab: nothing that could end a header line.
bool is_header_value(std::string_view value);
/// Headers that frame a message, or that Millrace itself sends; a flow may not set them.
bool is_reserved_header(std::string_view name);
/// ASCII letters only.
std::string lower_case(std::string_view text);

/// Headers from an evaluated object; null members are left out. Error: validation.
Result<HeaderList> read_headers(const Json& value);
/// The value of a header, names compared without case; nullptr when there is none.
const std::string* find_header(const HeaderList& headers, std::string_view name);

/// Error validation: not http(s), no host, user information, backslash, control, blank or non-ASCII
/// bytes, longer than a request line may be.
Result<void> check_url(std::string_view url);
/// `a=1&b=x%20y` of an object; arrays repeat their name, null is left out. Error: validation.
Result<std::string> url_encode(const Json& value);
/// `url` with the pairs appended behind `?` or `&`, and without its fragment.
std::string with_query(std::string_view url, std::string_view pairs);

/// How a reply's body becomes JSON.
enum class BodyForm : std::uint8_t { automatic, json, text, binary };
/// automatic: parsed where the content type says JSON and it is, else text. Text: bytes that are no
/// UTF-8 become U+FFFD; binary: base64; an empty body is null. Error validation: `json` wanted and
/// it is none.
Result<Json> read_body(const CallReply& reply, BodyForm form);
/// An object of all headers; values of repeated ones joined by a comma.
Json headers_to_json(const HeaderList& headers);

}  // namespace millrace
