// The body of a dry run, read into neutral form.
#include "http/dialects/orbit/test_requests.hpp"

#include "http/dialects/orbit/body.hpp"
#include "http/dialects/orbit/flow_requests.hpp"
#include "runtime/base/json_slice.hpp"

namespace millrace::http::orbit {

OrbitResult<TestWish> read_test(std::string_view text) {
  TestWish wish;
  if (text.empty()) return wish;
  const auto body = read_body(text);
  if (!body) return body.error();
  const auto known = refuse_unknown(*body, {"version", "input", "pinned"});
  if (!known) return known.error();
  if (const Json* version = find_member(body->root, "version")) {
    const auto number = read_version_number(*version);
    if (!number) return number.error();
    wish.version = *number;
  }
  if (const Json* input = find_member(body->root, "input")) {
    if (!input->is_object()) return wrong_field("input", print_json(*input), "an object");
    wish.input = std::string(*member_text(body->text, "input"));
  }
  if (const Json* pinned = find_member(body->root, "pinned")) {
    if (!pinned->is_object()) {
      return wrong_field("pinned", print_json(*pinned), "an object of outputs by node id");
    }
    wish.pinned = pinned->get_object();
  }
  return wish;
}

}  // namespace millrace::http::orbit
