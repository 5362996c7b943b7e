// Events in every way they are sent.
#include "http/ingress/event_codec.hpp"

#include "tests/http/dialects/requests.hpp"

#include <gtest/gtest.h>

namespace millrace::http {
namespace {

const HeaderList structured{{"content-type", "application/cloudevents+json; charset=utf-8"}};
const HeaderList batched{{"content-type", "application/cloudevents-batch+json"}};

orbit::OrbitResult<std::vector<InboundEvent>> read(std::string body, HeaderList headers = {}) {
  return read_events(test::request("POST", "/v1/events", std::move(body), std::move(headers)));
}

InboundEvent one(std::string body, HeaderList headers = {}) {
  auto events = read(std::move(body), std::move(headers));
  EXPECT_TRUE(events.has_value()) << events.error().message;
  EXPECT_EQ(events->size(), 1u);
  return std::move(events->front());
}

TEST(EventCodecTest, ReadsTheEnvelopeAndKeepsItAsItCame) {
  const std::string body = R"({"id":"evt_1","type":"contact.created","source":"crm",
    "created_at":"2026-05-09T10:14:22.103Z","data":{"n":1.50},
    "contact":{"phone":"+1 415"},"x":[]})";
  const InboundEvent event = one(body);
  EXPECT_EQ(event.payload->text, body);
  EXPECT_EQ(event.type, "contact.created");
  EXPECT_EQ(event.source, "crm");
  EXPECT_EQ(event.id, "evt_1");
  EXPECT_EQ(event.contact, "+1415");
  EXPECT_EQ(to_rfc3339(*event.time), "2026-05-09T10:14:22.103Z");
}

TEST(EventCodecTest, TakesAnEnvelopeOfATypeAlone) {
  const InboundEvent event = one(R"({"type":"ping","contact":"no object","id":null})");
  EXPECT_EQ(event.type, "ping");
  EXPECT_EQ(event.source + event.id + event.contact, "");
  EXPECT_FALSE(event.time.has_value());
  EXPECT_EQ(name_of(event), "");
}

// The example of the CloudEvents JSON format 1.0.2, §3.2.
constexpr std::string_view cloud_event = R"({
    "specversion" : "1.0", "type" : "com.example.someevent", "source" : "/mycontext",
    "subject": null, "id" : "C234-1234-1234", "time" : "2018-04-05T17:31:00Z",
    "comexampleextension1" : "value", "comexampleothervalue" : 5,
    "datacontenttype" : "application/json",
    "data" : { "appinfoA" : "abc", "appinfoB" : 123, "appinfoC" : true }})";

TEST(EventCodecTest, ReadsAStructuredCloudEvent) {
  const InboundEvent event = one(std::string(cloud_event), structured);
  EXPECT_EQ(event.type, "com.example.someevent");
  EXPECT_EQ(event.source, "/mycontext");
  EXPECT_EQ(event.id, "C234-1234-1234");
  EXPECT_EQ(to_rfc3339(*event.time), "2018-04-05T17:31:00.000Z");
  EXPECT_EQ(event.payload->text, cloud_event);
}

HeaderList binary_headers(std::string type) {
  return {{"ce-specversion", "1.0"},
          {"ce-type", "com.example.someevent"},
          {"ce-time", "2018-04-05T03:56:24Z"},
          {"ce-id", "1234-1234-1234"},
          {"ce-source", "/mycontext/subcontext"},
          {"ce-name", "Euro%20%E2%82%AC"},
          {"content-type", std::move(type)}};
}

// The example of the CloudEvents HTTP protocol binding 1.0.2, §3.1.4, and its percent-encoding.
TEST(EventCodecTest, MakesABinaryCloudEventWhatItWouldBeStructured) {
  const InboundEvent event = one(R"({"a": 1})", binary_headers("application/json"));
  EXPECT_EQ(event.type, "com.example.someevent");
  EXPECT_EQ(event.source, "/mycontext/subcontext");
  EXPECT_EQ(event.id, "1234-1234-1234");
  EXPECT_EQ(event.payload->root.at("name"), "Euro \u20ac");
  EXPECT_EQ(event.payload->root.at("datacontenttype"), "application/json");
  EXPECT_EQ(event.payload->root.at("data").at("a"), 1);
}

TEST(EventCodecTest, TellsTheDataOfABinaryCloudEventByItsType) {
  EXPECT_EQ(one("<a/>", binary_headers("text/xml")).payload->root.at("data"), "<a/>");
  EXPECT_EQ(one("\xff", binary_headers("image/png")).payload->root.at("data_base64"), "/w==");
  EXPECT_FALSE(one("", binary_headers("")).payload->root.as_object().contains("data"));
  EXPECT_EQ(one("[1]", binary_headers("application/x+json")).payload->root.at("data").at(0), 1);
}

TEST(EventCodecTest, CannotBeForgedFromInsideABinaryBody) {
  for (const std::string body : {R"(1,"type":"other")", R"({}})", R"({"a":1},"id":"x")"}) {
    EXPECT_EQ(read(body, binary_headers("application/json")).error().status, 400) << body;
  }
}

TEST(EventCodecTest, ReadsABatchInItsOrder) {
  const std::string event = R"({"specversion":"1.0","source":"s","type":"t","id":)";
  const auto events = read("[" + event + R"("1"}, )" + event + R"("2"}])", batched);
  ASSERT_TRUE(events.has_value());
  ASSERT_EQ(events->size(), 2u);
  EXPECT_EQ((*events)[1].id, "2");
  EXPECT_TRUE(read("[]", batched)->empty());
}

TEST(EventCodecTest, NamesWhatIsMissingOrWrong) {
  struct Row {
    std::string body;
    HeaderList headers;
    int status;
    std::string message;
  };
  HeaderList forged = binary_headers("text/plain");
  forged.emplace_back("ce-data", "x");
  HeaderList broken = binary_headers("text/plain");
  broken.emplace_back("ce-x", "%zz");
  std::string many = "[{}";
  for (int i = 0; i < 100; ++i) many += ",{}";
  const std::vector<Row> rows{
      {"{", {}, 400, ""},
      {"[]", {}, 422, "$"},
      {"{}", {}, 422, "type is required"},
      {R"({"type":1})", {}, 422, "type must be"},
      {R"({"type":""})", {}, 422, "type must be"},
      {R"({"type":"t","id":7})", {}, 422, "id must be"},
      {R"({"type":"t","created_at":"yesterday"})", {}, 422, "created_at must be"},
      {R"({"type":")" + std::string(256, 't') + "\"}", {}, 422, "type must be at most 255"},
      {R"({"type":"t","id":"1","source":"s"})", structured, 422, "specversion must be 1.0"},
      {R"({"specversion":"0.3","type":"t","id":"1","source":"s"})", structured, 422,
       "specversion must be 1.0"},
      {R"({"specversion":"1.0","type":"t","source":"s"})", structured, 422, "id is required"},
      {R"({"specversion":"1.0","type":"t","id":"1"})", structured, 422, "source is required"},
      {"{}", batched, 422, "an array of events"},
      {many + "]", batched, 422, "at most 100 events"},
      {R"([{"specversion":"1.0"}])", batched, 422, "event 0: type is required"},
      {"", {{"content-type", "application/cloudevents+avro"}}, 415, "Content-Type must be"},
      {"", {{"ce-specversion", "1.0"}}, 422, "type is required"},
      {"x", forged, 422, "ce-data must be"},
      {"x", broken, 422, "ce-x must be"},
      {"{", binary_headers("application/json"), 400, ""},
  };
  for (const Row& row : rows) {
    const auto events = read(row.body, row.headers);
    ASSERT_FALSE(events.has_value()) << row.body;
    EXPECT_EQ(events.error().status, row.status) << row.body;
    EXPECT_NE(events.error().message.find(row.message), std::string::npos)
        << row.body << ": " << events.error().message;
  }
}

TEST(EventCodecTest, KnowsAnEventByItsIdWithinItsSource) {
  const auto name = [](const std::string& source, const std::string& id) {
    InboundEvent event;
    event.source = source;
    event.id = id;
    return name_of(event);
  };
  EXPECT_EQ(name("a", "1"), name("a", "1"));
  EXPECT_NE(name("a", "1"), name("b", "1"));
  EXPECT_NE(name("a1", "2"), name("a", "12"));
}

}  // namespace
}  // namespace millrace::http
