// The control socket: who may open it, what passes through it, and paths that are too long for it.
#include "runtime/app/control_socket.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace millrace::app {
namespace {

class ControlSocketTest : public testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / "millrace-control" /
              std::to_string(::getpid()) / std::string(GetParam(), 'd');
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static Result<JsonObject> answer(const Json& request) {
    if (string_member(request, "command") == "fail") {
      return Error{ErrorCode::not_found, "there is no such thing"};
    }
    return JsonObject{{"echo", request}};
  }

  std::filesystem::path folder_;
};

TEST_P(ControlSocketTest, CarriesRequestsAndAnswers) {
  const auto server = ControlServer::start(folder_, answer);
  ASSERT_TRUE(server) << server.error().message;
  for (int round = 0; round < 3; ++round) {
    const auto asked = ask_server(folder_, JsonObject{{"command", "x"}, {"round", round}});
    ASSERT_TRUE(asked && *asked);
    EXPECT_EQ((*asked)->at("echo").at("round").as_int64(), round);
  }
  const auto failed = ask_server(folder_, JsonObject{{"command", "fail"}});
  ASSERT_TRUE(failed && *failed);
  EXPECT_EQ(string_member(**failed, "error"), "there is no such thing");
}

TEST_P(ControlSocketTest, IsForItsOwnerAlone) {
  const auto server = ControlServer::start(folder_, answer);
  ASSERT_TRUE(server);
  struct stat found {};
  ASSERT_EQ(::stat((folder_ / "control.sock").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
}

TEST_P(ControlSocketTest, ReplacesAStaleSocketAndLeavesNoneBehind) {
  std::ofstream(folder_ / "control.sock") << "left over";
  {
    const auto server = ControlServer::start(folder_, answer);
    ASSERT_TRUE(server);
    EXPECT_TRUE(ask_server(folder_, JsonObject{}));
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "control.sock"));
  EXPECT_FALSE(ask_server(folder_, JsonObject{}));
}

INSTANTIATE_TEST_SUITE_P(FolderNameLength, ControlSocketTest, testing::Values(3, 200));

}  // namespace
}  // namespace millrace::app
