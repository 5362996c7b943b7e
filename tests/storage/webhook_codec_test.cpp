// Golden bytes of the rows of outgoing webhooks, that reading gives back what was written, and that
// no bytes whatever are read past their end.
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>

namespace millrace::storage::testing {
namespace {

const Id run = Id::make(0x0123456789ab, Partition{0xcde}, 0x0f0102030405060);
const Id hook = Id::make(0x111111111111, Partition{0x222}, 0x333333333333333);
const std::string run_hex = "0123456789abcde0f0102030405060";
const WorkspaceNumber workspace{3};
const Key webhook_row_key = webhook_key(workspace, WebhookId{hook});
const Key delivery_row_key =
    delivery_key(WebhookId{hook}, DeliveryStatus::pending, DeliveryId{run});

Timestamp at(std::int64_t milliseconds) { return Timestamp(Duration(milliseconds)); }

Webhook webhook() {
  Webhook row;
  row.id = WebhookId{hook};
  row.workspace = workspace;
  row.url = "https://a";
  row.description = "d";
  row.events = 5;
  row.secret = "s";
  row.previous_secret = "p";
  row.previous_expires = at(3);
  row.created = at(1);
  row.updated = at(2);
  return row;
}

Delivery delivery() {
  Delivery row;
  row.id = DeliveryId{run};
  row.webhook = WebhookId{hook};
  row.execution = ExecutionId{run};
  row.turn = 300;
  row.event = 2;
  row.type = LiveEventType::node_failed;
  row.created = at(1);
  row.attempts = 4;
  row.attempted = at(2);
  row.due = at(3);
  row.response_status = 500;
  row.error = "why";
  return row;
}

template <class Encode, class Row>
std::string encoded(Encode encode, const Row& row) {
  std::string out = "left over";
  encode(out, row);
  return out;
}

TEST(WebhookCodecTest, ValuesHaveTheBytesTheyAlwaysHad) {
  EXPECT_EQ(to_hex(encoded(encode_webhook, webhook())),
            "01"
            "01"
            "05"
            "0968747470733a2f2f61"
            "0164"
            "0173"
            "0170"
            "8000000000000003"
            "8000000000000001"
            "8000000000000002");
  EXPECT_EQ(to_hex(encoded(encode_webhook_progress, WebhookProgress{{300, 2}, at(1)})),
            "01"
            "ac02"
            "02"
            "01"
            "8000000000000001");
  EXPECT_EQ(to_hex(encoded(encode_delivery, delivery())), "01" + run_hex +
                                                              "ac02"
                                                              "02"
                                                              "03"
                                                              "8000000000000001"
                                                              "04"
                                                              "018000000000000002"
                                                              "018000000000000003"
                                                              "f403"
                                                              "03776879");
}

TEST(WebhookCodecTest, RowsComeBackWithWhatTheirKeysSay) {
  EXPECT_EQ(decode_delivery(delivery_row_key, encoded(encode_delivery, delivery())).value(),
            delivery());
  const WebhookProgress progress{{300, 2}, at(1)};
  EXPECT_EQ(decode_webhook_progress(encoded(encode_webhook_progress, progress)).value(), progress);
  Webhook gone = webhook();
  gone.active = false;
  gone.deleted = true;
  const Webhook back = decode_webhook(webhook_row_key, encoded(encode_webhook, gone)).value();
  EXPECT_EQ(back.id, gone.id);
  EXPECT_EQ(back.workspace, workspace);
  EXPECT_TRUE(back.deleted && !back.active);
  EXPECT_EQ(back.url + back.description + back.secret + back.previous_secret, "https://adsp");
  EXPECT_EQ(back.previous_expires, at(3));
  EXPECT_EQ(back.events, 5);
}

struct Kind {
  std::string value;
  std::function<bool(std::string_view)> decodes;
};
const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {encoded(encode_webhook, webhook()),
       [](std::string_view b) { return decode_webhook(webhook_row_key, b).has_value(); }},
      {encoded(encode_webhook_progress, WebhookProgress{{300, 2}, at(1)}),
       [](std::string_view b) { return decode_webhook_progress(b).has_value(); }},
      {encoded(encode_delivery, delivery()),
       [](std::string_view b) { return decode_delivery(delivery_row_key, b).has_value(); }},
  };
  return all;
}

TEST(WebhookCodecTest, AnotherFormatATruncatedOrALongerValueIsCorrupt) {
  for (const Kind& kind : kinds()) {
    EXPECT_TRUE(kind.decodes(kind.value));
    EXPECT_FALSE(kind.decodes(kind.value + '\0'));
    EXPECT_FALSE(kind.decodes('\x02' + kind.value.substr(1)));
    for (std::size_t size = 0; size < kind.value.size(); ++size)
      EXPECT_FALSE(kind.decodes(kind.value.substr(0, size))) << size;
  }
}

RC_GTEST_PROP(WebhookCodecTest, AFlippedByteIsReadWithoutPassingTheEnd, ()) {
  const Kind& kind = kinds()[*rc::gen::inRange<std::size_t>(0, kinds().size())];
  std::string bytes = kind.value;
  bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
  kind.decodes(bytes);
}

TEST(WebhookCodecTest, KeysOfAnotherShapeAreNoKeys) {
  const std::string key = delivery_row_key.string();
  for (std::size_t size = 0; size < key.size(); ++size)
    EXPECT_FALSE(read_delivery_key(std::string_view(key).substr(0, size))) << size;
  EXPECT_FALSE(read_delivery_key(key + '\0'));
  for (const char status : {'\0', '\4'}) {
    std::string other = key;
    other[1 + Id::bytes_count] = status;
    EXPECT_FALSE(read_delivery_key(other));
  }
  EXPECT_FALSE(read_delivery_key(outbox_key(Partition{limits::partitions_max - 1}, at(1), run)));
}

}  // namespace
}  // namespace millrace::storage::testing
