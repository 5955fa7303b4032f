#include "service_fixture.hpp"

namespace homeport::api::storage {
namespace {

class Batches : public testing::ServiceFixture {
 protected:
  /// One request of a batch, signed on its own.
  std::string part(const std::string& method, const std::string& target,
                   const std::string& with_key_of = "", const testing::Fields& headers = {}) {
    auto inner = request(method, target, headers);
    sign(inner, with_key_of);
    std::string text =
        "--b\r\nContent-Type: application/http\r\nContent-ID: " + std::to_string(count_++) +
        "\r\n\r\n" + method + " " + target + " HTTP/1.1\r\n";
    for (const auto& [name, value] : inner.headers.fields()) {
      text += name + ": " + value + "\r\n";
    }
    return text + "\r\n\r\n";
  }
  http::Response send_batch(const std::string& body,
                            const std::string& target = "/acct/data?restype=container&comp=batch") {
    return send("POST", target, {{"Content-Type", "multipart/mixed; boundary=b"}}, body);
  }
  /// The statuses of the answers, in their order.
  static std::string statuses(const http::Response& response) {
    const std::string text = body(response);
    std::string found;
    const std::string mark = "\r\nHTTP/1.1 ";
    for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
      found += text.substr(at + mark.size(), 3) + " ";
    }
    return found;
  }
  int count_ = 0;
};

TEST_F(Batches, EachRequestIsAnsweredOnItsOwn) {
  for (const char* name : {"a", "b", "c"}) ASSERT_EQ(put_blob(name, name).status, 201);
  const auto done =
      send_batch(part("DELETE", "/acct/data/a") + part("DELETE", "/acct/data/none") +
                 part("PUT", "/acct/data/b?comp=tier", "", {{"x-ms-access-tier", "Cool"}}) +
                 part("DELETE", "/acct/data/c", "other") + "--b--\r\n");
  EXPECT_EQ(done.status, 202);
  EXPECT_EQ(statuses(done), "202 404 200 403 ");
  EXPECT_NE(body(done).find("Content-ID: 3"), std::string::npos);
  EXPECT_NE(body(done).find("x-ms-error-code: BlobNotFound"), std::string::npos);
  EXPECT_EQ(send("GET", "/acct/data/a").status, 404);
  EXPECT_EQ(body(send("GET", "/acct/data/c")), "c");
  EXPECT_EQ(header(send("HEAD", "/acct/data/b"), "x-ms-access-tier"), "Cool");
}

TEST_F(Batches, CarryNothingElse) {
  ASSERT_EQ(put_blob("a", "a").status, 201);
  ASSERT_TRUE(store->create_container({"acct", "more"}, {}).has_value());
  ASSERT_TRUE(store->put({"acct", "more", "x"}, objects::Content::of("x"), {}).has_value());
  const std::string metadata = part("PUT", "/acct/data/a?comp=metadata");
  const std::string elsewhere = part("DELETE", "/acct/more/x");
  const std::string container = part("DELETE", "/acct/data?restype=container");
  EXPECT_EQ(statuses(send_batch(metadata + elsewhere + container + "--b--")), "400 400 400 ");
  EXPECT_EQ(statuses(send_batch(elsewhere + "--b--", "/acct?comp=batch")), "202 ");
}

TEST_F(Batches, OnesThatAreNoneAreRefusedWhole) {
  ASSERT_EQ(put_blob("a", "a").status, 201);
  std::string many;
  for (int i = 0; i < 257; ++i) many += part("DELETE", "/acct/data/none");
  const std::string good = part("DELETE", "/acct/data/a");
  for (const std::string& text :
       {std::string(), std::string("--b--"), good, std::string("--b\r\n\r\nDELETE\r\n\r\n--b--"),
        std::string("--b\r\nno colon\r\n\r\n--b--"), many + "--b--"}) {
    EXPECT_EQ(outcome(send_batch(text)), "400 InvalidInput") << text.substr(0, 80);
  }
  EXPECT_EQ(outcome(send("POST", "/acct?comp=batch", {}, good + "--b--")), "400 InvalidInput");
  EXPECT_EQ(body(send("GET", "/acct/data/a")), "a");
}

}  // namespace
}  // namespace homeport::api::storage
