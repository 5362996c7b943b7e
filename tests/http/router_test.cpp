// The route table: which row a path reaches, and which tricks with its spelling reach none.
#include "http/router.hpp"

#include "http/problem.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace millrace::http {
namespace {

Route row(std::string method, std::string pattern) {
  return {std::move(method), std::move(pattern), OpenAccess{},
          [](const MatchedPtr&, const Respond&) {},
          [](const Request& request, const Error& error, int status) {
            return problem(request, error, status);
          }};
}

Router table() {
  Router router({});
  router.add(row("GET", "/"));
  router.add(row("GET", "/v1/flows"));
  router.add(row("POST", "/v1/flows"));
  router.add(row("GET", "/v1/flows/executions"));
  router.add(row("GET", "/v1/flows/executions/{execution}"));
  router.add(row("GET", "/v1/flows/{id}"));
  router.add(row("PUT", "/v1/flows/{id}"));
  router.add(row("POST", "/v1/flows/{id}/publish"));
  router.add(row("POST", "/hooks/{flow}/{path...}"));
  return router;
}

/// The pattern reached, with its captures behind it: `/v1/flows/{id} id=7`.
std::string reached(const Router& router, const char* method, std::string_view path) {
  const auto match = router.match(method, path);
  if (!match.route) return match.allowed.empty() ? "404" : "405";
  std::string text = match.route->pattern;
  for (const auto& [name, value] : match.captures) text += " " + name + "=" + value;
  return text;
}

struct PathRow {
  const char* method;
  const char* path;
  const char* reaches;
};

TEST(RouterTest, ReachesTheMostSpecificRowAndNothingByTricks) {
  const Router router = table();
  for (const PathRow& one : {
           PathRow{"GET", "/", "/"},
           PathRow{"GET", "/v1/flows", "/v1/flows"},
           PathRow{"GET", "/v1/flows/", "/v1/flows"},
           PathRow{"GET", "/v1/flows/executions", "/v1/flows/executions"},
           PathRow{"GET", "/v1/flows/executions/7", "/v1/flows/executions/{execution} execution=7"},
           PathRow{"GET", "/v1/flows/abc", "/v1/flows/{id} id=abc"},
           PathRow{"PUT", "/v1/flows/abc", "/v1/flows/{id} id=abc"},
           PathRow{"GET", "/v1/flows/a%20b", "/v1/flows/{id} id=a b"},
           PathRow{"GET", "/v1/flows/a+b", "/v1/flows/{id} id=a+b"},
           PathRow{"GET", "/v1/flows/abc;x", "/v1/flows/{id} id=abc;x"},
           PathRow{"POST", "/v1/flows/abc/publish/", "/v1/flows/{id}/publish id=abc"},
           PathRow{"POST", "/hooks/f", "/hooks/{flow}/{path...} flow=f path="},
           PathRow{"POST", "/hooks/f/", "/hooks/{flow}/{path...} flow=f path="},
           PathRow{"POST", "/hooks/f/a/b%20c/", "/hooks/{flow}/{path...} flow=f path=a/b c"},
           PathRow{"HEAD", "/v1/flows", "/v1/flows"},
           PathRow{"DELETE", "/v1/flows", "405"},
           PathRow{"PUT", "/v1/flows/executions", "405"},
           PathRow{"get", "/v1/flows", "405"},
           PathRow{"GET", "/hooks/f/a", "405"},
           PathRow{"GET", "", "404"},
           PathRow{"GET", "v1/flows", "404"},
           PathRow{"GET", "/v1", "404"},
           PathRow{"GET", "/v1/flow", "404"},
           PathRow{"GET", "/v1/flowsx", "404"},
           PathRow{"GET", "/V1/flows", "404"},
           PathRow{"GET", "/v1/Flows", "404"},
           PathRow{"GET", "/v1//flows", "404"},
           PathRow{"GET", "//v1/flows", "404"},
           PathRow{"GET", "/v1/flows//", "404"},
           PathRow{"GET", "/v1/./flows", "404"},
           PathRow{"GET", "/v1/x/../flows", "404"},
           PathRow{"GET", "/v1/%66lows", "404"},
           PathRow{"GET", "/v1%2fflows", "404"},
           PathRow{"GET", "/v1/flows;x", "404"},
           PathRow{"GET", "/v1/flows/..", "404"},
           PathRow{"GET", "/v1/flows/%2e%2e", "404"},
           PathRow{"GET", "/v1/flows/a%2fb", "404"},
           PathRow{"GET", "/v1/flows/a%5cb", "404"},
           PathRow{"GET", "/v1/flows/a%00b", "404"},
           PathRow{"GET", "/v1/flows/a%2", "404"},
           PathRow{"GET", "/v1/flows/a%zz", "404"},
           PathRow{"POST", "/v1/flows/abc/publish/configs", "404"},
           PathRow{"POST", "/v1/flows/abc/Publish", "404"},
           PathRow{"POST", "/hooks", "404"},
           PathRow{"POST", "/hooks//a", "404"},
           PathRow{"POST", "/hooks/f/a//b", "404"},
           PathRow{"POST", "/hooks/f/../v1/flows", "404"},
           PathRow{"POST", "/hooks/f/%2e%2e/x", "404"},
       }) {
    EXPECT_EQ(reached(router, one.method, one.path), one.reaches) << one.method << ' ' << one.path;
  }
}

TEST(RouterTest, NamesTheMethodsThatAPathHas) {
  const auto match = table().match("DELETE", "/v1/flows");
  EXPECT_EQ(match.allowed, (std::vector<std::string>{"GET", "HEAD", "POST"}));
}

TEST(RouterTest, RefusesRowsThatAreAMistake) {
  for (const char* pattern :
       {"/v1/flows/{other}", "v1", "/a//b", "/a{b}", "/{rest...}/x", "/a%20"}) {
    Router router = table();
    EXPECT_THROW(router.add(row("GET", pattern)), std::logic_error) << pattern;
  }
  Router router = table();
  Route empty = row("GET", "/x");
  empty.handler = nullptr;
  EXPECT_THROW(router.add(empty), std::logic_error);
}

TEST(PercentDecodeTest, DecodesOrRefuses) {
  EXPECT_EQ(percent_decode("a%20b%2Fc"), "a b/c");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_EQ(percent_decode("%"), std::nullopt);
  EXPECT_EQ(percent_decode("%4"), std::nullopt);
  EXPECT_EQ(percent_decode("%g0"), std::nullopt);
  EXPECT_EQ(percent_decode("%00"), std::nullopt);
}

}  // namespace
}  // namespace millrace::http
