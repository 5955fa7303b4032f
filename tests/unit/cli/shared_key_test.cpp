#include "cli/shared_key.hpp"

#include <gtest/gtest.h>

#include "cli/blob_container.hpp"

namespace homeport::cli {
namespace {

TEST(StringToSign, NamesTheAccountTwiceInPathStyleAndSortsHeadersAndQuery) {
  api::http::Headers headers;
  headers.set("x-ms-version", "2019-02-02");
  headers.set("x-ms-date", "Sat, 01 Jun 2019 10:20:30 GMT");
  headers.set("Range", "bytes=0-9");
  headers.set("Content-Type", "text/plain");

  EXPECT_EQ(string_to_sign("acct", "GET",
                           "http://127.0.0.1:8700/acct/box/a%20b?restype=container&comp=list&"
                           "prefix=x%2Fy",
                           headers, 0),
            "GET\n\n\n\n\ntext/plain\n\n\n\n\n\nbytes=0-9\n"
            "x-ms-date:Sat, 01 Jun 2019 10:20:30 GMT\nx-ms-version:2019-02-02\n"
            "/acct/acct/box/a%20b\ncomp:list\nprefix:x/y\nrestype:container");
}

TEST(ContainerUrl, IsInPathStyleForAServersOwnAddress) {
  EXPECT_EQ(container_url("http", "127.0.0.1:8700", "acct", "box"),
            "http://127.0.0.1:8700/acct/box");
  EXPECT_EQ(container_url("https", "core.windows.net", "acct", "box"),
            "https://acct.blob.core.windows.net/box");
}

}  // namespace
}  // namespace homeport::cli
