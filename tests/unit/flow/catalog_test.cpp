// Names of dialects, scopes and status handles.
#include "runtime/flow/catalog.hpp"

#include "runtime/flow/status_handle.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace millrace {
namespace {

TEST(CatalogTest, DialectsReadBackAsTheyPrint) {
  for (const auto dialect :
       {Dialect::native, Dialect::orbit, Dialect::tenex, Dialect::activepieces, Dialect::sarufi}) {
    EXPECT_EQ(parse_dialect(to_string(dialect)), dialect);
  }
  EXPECT_EQ(parse_dialect("Orbit"), std::nullopt);
  EXPECT_EQ(parse_dialect(""), std::nullopt);
}

TEST(CatalogTest, ScopesReadBackAsTheyPrint) {
  for (const auto scope : {Scope::flows_read, Scope::flows_write, Scope::executions_read,
                           Scope::executions_run, Scope::connections_write, Scope::keys_admin}) {
    EXPECT_EQ(parse_scope(to_string(scope)), scope);
  }
  EXPECT_EQ(to_string(Scope::executions_run), "executions:run");
  EXPECT_EQ(parse_scope("flows"), std::nullopt);
}

TEST(CatalogTest, ANewKeyMayDoAllButAdministerKeys) {
  EXPECT_TRUE(allows(scopes_default, Scope::flows_read));
  EXPECT_TRUE(allows(scopes_default, Scope::connections_write));
  EXPECT_FALSE(allows(scopes_default, Scope::keys_admin));
}

TEST(StatusHandleTest, KnowsOneStatusAndAHundred) {
  for (const auto* good : {"status:404", "status:4xx", "status:599", "status:1xx"}) {
    EXPECT_TRUE(is_status_handle(good)) << good;
  }
  for (const auto* bad : {"status:", "status:40", "status:4040", "status:40x", "status:600",
                          "status:6xx", "status:4XX", "404", "error", "status:0xx", "status:x04"}) {
    EXPECT_FALSE(is_status_handle(bad)) << bad;
  }
}

TEST(StatusHandleTest, ReadsOneStatusAndAHundred) {
  EXPECT_EQ(parse_status_range("404"), (StatusRange{404, 404}));
  EXPECT_EQ(parse_status_range("2xx"), (StatusRange{200, 299}));
  EXPECT_EQ(parse_status_range("20x"), std::nullopt);
  EXPECT_EQ(parse_status_range("-20"), std::nullopt);
}

TEST(StatusHandleTest, TheExactStatusGoesBeforeItsHundred) {
  const std::vector<std::string> handles{"default", "error", "status:4xx", "status:404"};
  EXPECT_EQ(status_handle_of(404, handles), "status:404");
  EXPECT_EQ(status_handle_of(409, handles), "status:4xx");
  EXPECT_EQ(status_handle_of(500, handles), std::nullopt);
  EXPECT_EQ(status_handle_of(0, handles), std::nullopt);
}

}  // namespace
}  // namespace millrace
