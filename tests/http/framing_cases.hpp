// The framing table of the reliability contract as requests: what must be refused, and what must
// not.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace millrace::http::test {

struct FramingCase {
  const char* name;
  std::string bytes;
};

/// Names the case where a test fails.
inline void PrintTo(const FramingCase& one, std::ostream* out) { *out << one.name; }

inline const std::string canary = "GET /canary HTTP/1.1\r\nHost: here\r\n\r\n";

inline std::vector<FramingCase> bad_requests() {
  using namespace std::string_literals;  // keeps the NUL bytes
  const std::string post = "POST /echo HTTP/1.1\r\nHost: here\r\n";
  const std::string chunk = "5\r\nhello\r\n0\r\n\r\n";
  return {
      {"LengthThenChunked",
       post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk},
      {"ChunkedThenLength",
       post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + chunk},
      {"GzipThenLength", post + "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"},
      {"GzipAlone", post + "Transfer-Encoding: gzip\r\n\r\nhello"},
      {"XchunkedAndLength", post + "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\nhello"},
      {"ChunkedTwiceInOne", post + "Transfer-Encoding: chunked, chunked\r\n\r\n" + chunk},
      {"ChunkedTwice",
       post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk},
      {"GzipChunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunk},
      {"IdentityEncoding", post + "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello"},
      {"EmptyEncoding", post + "Transfer-Encoding:\r\nContent-Length: 5\r\n\r\nhello"},
      {"ChunkedOnOldVersion",
       "POST /echo HTTP/1.0\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk},
      {"LengthTwiceEqual", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
      {"LengthTwiceDifferent", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
      {"LengthList", post + "Content-Length: 5, 5\r\n\r\nhello"},
      {"LengthPlus", post + "Content-Length: +5\r\n\r\nhello"},
      {"LengthMinus", post + "Content-Length: -5\r\n\r\nhello"},
      {"LengthHex", post + "Content-Length: 0x5\r\n\r\nhello"},
      {"LengthEmpty", post + "Content-Length:\r\n\r\nhello"},
      {"LengthOverflow", post + "Content-Length: 18446744073709551621\r\n\r\nhello"},
      {"FoldedHeader", post + "X-Long: a\r\n b\r\nContent-Length: 5\r\n\r\nhello"},
      {"FoldedEncoding", post + "Transfer-Encoding:\r\n chunked\r\n\r\n" + chunk},
      {"NoHost", "GET /echo HTTP/1.1\r\n\r\n"},
      {"TwoHosts", "GET /echo HTTP/1.1\r\nHost: here\r\nHost: there\r\n\r\n"},
      {"EmptyHost", "GET /echo HTTP/1.1\r\nHost:\r\n\r\n"},
      {"HostWithPath", "GET /echo HTTP/1.1\r\nHost: here/there\r\n\r\n"},
      {"AbsoluteForm", "GET http://elsewhere/echo HTTP/1.1\r\nHost: elsewhere\r\n\r\n"},
      {"AuthorityForm", "CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere:443\r\n\r\n"},
      {"AsteriskForm", "OPTIONS * HTTP/1.1\r\nHost: here\r\n\r\n"},
      {"SpaceBeforeColon", post + "Content-Length : 5\r\n\r\nhello"},
      {"BareLineFeed", "GET /echo HTTP/1.1\nHost: here\n\n"},
      {"BareLineFeedInHeader", "GET /echo HTTP/1.1\r\nHost: here\nX: y\r\n\r\n"},
      {"BareCarriageReturn", "GET /echo HTTP/1.1\r\nHost: he\rre\r\n\r\n"},
      {"NulInHeader", "GET /echo HTTP/1.1\r\nHost: here\r\nX: a\0b\r\n\r\n"s},
      {"NulInTarget", "GET /ec\0ho HTTP/1.1\r\nHost: here\r\n\r\n"s},
      {"Fragment", "GET /echo#x HTTP/1.1\r\nHost: here\r\n\r\n"},
      {"LatinTarget", "GET /\xe9 HTTP/1.1\r\nHost: here\r\n\r\n"},
      {"BlankLineFirst", "\r\nGET /echo HTTP/1.1\r\nHost: here\r\n\r\n"},
      {"NoVersion", "GET /echo\r\nHost: here\r\n\r\n"},
      {"VersionTwo", "GET /echo HTTP/2.0\r\nHost: here\r\n\r\n"},
      {"EmptyName", "GET /echo HTTP/1.1\r\nHost: here\r\n: x\r\n\r\n"},
      {"ChunkWithoutEnd", post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n"},
      {"ChunkSizeNegative", post + "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n"},
      {"ChunkSizeHexPrefix", post + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n"},
      {"ChunkSizeOverflow",
       post + "Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n"},
      {"ChunkBareLineFeed", post + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n"},
      {"ChunkExtensionLong", post + "Transfer-Encoding: chunked\r\n\r\n5;x=" +
                                 std::string(300, 'y') + "\r\nhello\r\n0\r\n\r\n"},
      {"TrailerLength",
       post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n"},
      {"TrailerEncoding",
       post + "Transfer-Encoding: chunked\r\n\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"},
  };
}

inline std::vector<FramingCase> good_requests() {
  const std::string post = "POST /echo HTTP/1.1\r\nHost: here\r\n";
  return {
      {"Length", post + "Content-Length: 5\r\n\r\nhello"},
      {"LeadingZeros", post + "Content-Length: 0005\r\n\r\nhello"},
      {"Chunked", post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
      {"ChunkedUpperCase", post + "Transfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
      {"ManyChunks",
       post + "Transfer-Encoding: chunked\r\n\r\n1\r\nh\r\n3\r\nell\r\n1\r\no\r\n0\r\n\r\n"},
      {"ShortExtension",
       post + "Transfer-Encoding: chunked\r\n\r\n5;name=value\r\nhello\r\n0\r\n\r\n"},
      {"Trailer", post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"},
  };
}

}  // namespace millrace::http::test
