// The key file: made once, for its owner alone.
#include "runtime/app/secret_key.hpp"

#include "tests/unit/base/fakes.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace millrace::app {
namespace {

class SecretKeyTest : public ::testing::Test {
 protected:
  SecretKeyTest() {
    std::string pattern = ::testing::TempDir() + "millrace-key-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~SecretKeyTest() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return folder_ + "/secret.key"; }

  std::string folder_;
  test::SeededRandom random_{3};
};

TEST_F(SecretKeyTest, IsMadeOnceForItsOwnerAlone) {
  const auto made = read_or_make_secret_key(folder_, random_);
  ASSERT_TRUE(made) << made.error().message;
  struct stat facts {};
  ASSERT_EQ(::stat(path().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  EXPECT_EQ(facts.st_size, 32);
  EXPECT_EQ(read_or_make_secret_key(folder_, random_).value(), *made);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(SecretKeyTest, IsRefusedWhereOthersMayReadItOrItIsNoKey) {
  ASSERT_TRUE(read_or_make_secret_key(folder_, random_));
  ::chmod(path().c_str(), 0640);
  EXPECT_EQ(read_or_make_secret_key(folder_, random_).error().code, ErrorCode::configuration);
  ::chmod(path().c_str(), 0600);
  std::ofstream(path()) << "short";
  EXPECT_EQ(read_or_make_secret_key(folder_, random_).error().code, ErrorCode::configuration);
}

}  // namespace
}  // namespace millrace::app
