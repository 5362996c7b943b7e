// Multipart bodies, good and broken, and how a trigger tells them.
#include "http/ingress/multipart.hpp"

#include "http/ingress/hook_payload.hpp"
#include "tests/http/dialects/requests.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace::http {
namespace {

const std::string type = "multipart/form-data; boundary=\"xYz\"";

std::string part(const std::string& disposition, const std::string& content,
                 const std::string& more = "") {
  return "--xYz\r\nContent-Disposition: form-data; " + disposition + "\r\n" + more + "\r\n" +
         content + "\r\n";
}

std::string told(const std::string& body) {
  const auto payload =
      make_hook_payload(test::request("POST", "/hooks/f", body, {{"content-type", type}}));
  EXPECT_TRUE(payload.has_value());
  return print_json((*payload)->root.at("body"));
}

TEST(MultipartTest, TellsFieldsAndFiles) {
  const std::string binary("\xff\x00\r\n--xY", 8);
  EXPECT_EQ(
      told(part("name=a", "1") + part("name=\"a\"", "2") + part("name=b", "") +
           part("name=doc; filename=\"r\\\"1.txt\"", "hello", "Content-Type: text/plain\r\n") +
           part("name=raw; filename=x", binary) + "--xYz--\r\n"),
      R"({"fields":{"a":["1","2"],"b":""},"files":[)"
      R"({"field":"doc","filename":"r\"1.txt","content_type":"text/plain","bytes":5,)"
      R"("text":"hello"},{"field":"raw","filename":"x","content_type":null,"bytes":8,)"
      R"("base64":"/wANCi0teFk="}]})");
  EXPECT_EQ(told("--xYz--"), R"({"fields":{},"files":[]})");
}

TEST(MultipartTest, KeepsWhatSendersNameApartFromWhatWeSay) {
  EXPECT_EQ(told(part("name=files", "[]") + part("name=filename", "/etc/passwd") + "--xYz--"),
            R"({"fields":{"filename":"/etc/passwd","files":"[]"},"files":[]})");
}

TEST(MultipartTest, TellsABrokenBodyByItsBytes) {
  const std::string good = part("name=a", "1") + "--xYz--";
  for (const std::string& body : std::vector<std::string>{
           good.substr(1), good.substr(0, good.size() - 7), part("filename=a", "1") + "--xYz--",
           "--xYz\nContent-Disposition: form-data; name=a\n\n1\n--xYz--",
           "--xYz\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--xYz--",
           "--xYz\r\nnot a header\r\n\r\n1\r\n--xYz--", "--xYz\r\n\r\n1\r\n--xYz--",
           "--xYz x" + good.substr(5), "--xYz"}) {
    EXPECT_EQ(told(body), print_json(Json(body))) << body;
  }
}

TEST(MultipartTest, NeedsABoundaryAndBoundsTheParts) {
  const std::string good = part("name=a", "1") + "--xYz--";
  EXPECT_TRUE(read_multipart("Multipart/Form-Data;charset=x; Boundary=xYz", good).has_value());
  for (const std::string header :
       {"multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=xYz",
        "multipart/form-data; boundary=\"xYz", "multipart/form-data; charset"}) {
    EXPECT_FALSE(read_multipart(header, good).has_value()) << header;
  }
  std::string many;
  for (int i = 0; i < 100; ++i) many += part("name=a", "1");
  EXPECT_TRUE(read_multipart(type, many + "--xYz--").has_value());
  EXPECT_FALSE(read_multipart(type, many + good).has_value());
}

}  // namespace
}  // namespace millrace::http
