#include "api/http/multipart.hpp"

#include <gtest/gtest.h>

namespace homeport::api::http {
namespace {

Request form_request(std::string body) {
  Request request;
  request.headers.add("Content-Type", "multipart/form-data; boundary=b1");
  request.body.size = body.size();
  request.body.text = std::move(body);
  return request;
}

TEST(Multipart, ReadsPartsByNameAndKeepsTheirBytes) {
  const std::string bytes("PK\0\r\n--b \xff", 10);
  const Request request = form_request(
      "--b1\r\nContent-Disposition: form-data; name=\"runDefinitionFile\"; "
      "filename=\"definition.json\"\r\n\r\n"
      "{}\r\n--b1\r\ncontent-disposition: form-data; name=projectZipFile; "
      "filename=\"project.zip\"\r\n"
      "Content-Type: application/zip\r\n\r\n" +
      bytes + "\r\n--b1--\r\n");
  const auto form = Form::parse(request);
  ASSERT_TRUE(form.has_value()) << form.error().message;
  ASSERT_EQ(form.value()->parts().size(), 2U);
  EXPECT_EQ(form.value()->find("runDefinitionFile")->content, "{}");
  EXPECT_EQ(form.value()->find("runDefinitionFile")->file_name, "definition.json");
  EXPECT_EQ(form.value()->find("projectZipFile")->content, bytes);
  EXPECT_EQ(form.value()->find("other"), nullptr);
}

TEST(Multipart, ACutOrForeignBodyIsRefused) {
  for (const char* body : {"", "--b1\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf",
                           "--other\r\n\r\nx\r\n--other--", "--b1\r\nno end of headers"}) {
    EXPECT_TRUE(Form::parse(form_request(body)).has_error()) << body;
  }
  Request plain = form_request("--b1--");
  plain.headers.set("Content-Type", "application/json");
  EXPECT_TRUE(Form::parse(plain).has_error());
}

}  // namespace
}  // namespace homeport::api::http
