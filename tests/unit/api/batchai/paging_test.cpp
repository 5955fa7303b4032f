#include "api/batchai/paging.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/text.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

http::Request request(std::vector<std::pair<std::string, std::string>> query) {
  http::Request made;
  made.scheme = "https";
  made.host = "management.azure.com";
  made.path = "/list";
  made.query = std::move(query);
  return made;
}

std::vector<Entry> entries(const std::vector<std::string>& names) {
  std::vector<Entry> all;
  for (const std::string& name : names) all.push_back({name, {{"name", name}}});
  return all;
}

/// The names of a page, and the query of the next one; empty: it is the last.
std::pair<std::string, std::vector<std::pair<std::string, std::string>>> page(
    const std::vector<std::pair<std::string, std::string>>& query,
    const std::vector<std::string>& names) {
  const http::Request asked = request(query);
  const http::Response response = page_of_all(asked, page_of(asked).value(), entries(names));
  const json::value body = json::parse(std::get<std::string>(response.body));
  std::vector<std::string> found;
  for (const json::value& entry : body.at("value").as_array()) {
    found.emplace_back(entry.at("name").as_string());
  }
  std::vector<std::pair<std::string, std::string>> next;
  if (const json::value* link = body.as_object().if_contains("nextLink")) {
    const std::string url(link->as_string());
    EXPECT_TRUE(url.starts_with("https://management.azure.com/list?")) << url;
    for (const std::string& part : base::split(url.substr(url.find('?') + 1), '&')) {
      const size_t equals = part.find('=');
      next.emplace_back(part.substr(0, equals),
                        base::percent_decode(part.substr(equals + 1)).value());
    }
  }
  return {base::join(found, " "), next};
}

TEST(Paging, TheLinkToTheNextPageIsAllThatAClientNeeds) {
  const std::vector<std::string> names{"c", "A", "b", "e", "D"};
  auto [first, second_query] = page({{"api-version", "2018-05-01"}, {"maxresults", "2"}}, names);
  EXPECT_EQ(first, "A b");
  EXPECT_EQ(second_query[0].second, "2018-05-01");
  auto [second, third_query] = page(second_query, names);
  EXPECT_EQ(second, "c D");
  auto [third, none] = page(third_query, names);
  EXPECT_EQ(third, "e");
  EXPECT_TRUE(none.empty());
}

TEST(Paging, WhatComesAndGoesBetweenPagesMovesNothingElse) {
  auto [first, query] = page({{"maxresults", "2"}}, {"a", "b", "c", "d"});
  EXPECT_EQ(page(query, {"aa", "c", "d"}).first, "c d");
}

TEST(Paging, APageThatIsJustFullIsTheLast) {
  EXPECT_TRUE(page({{"maxresults", "2"}}, {"a", "b"}).second.empty());
  EXPECT_EQ(page({}, {}).first, "");
}

TEST(Paging, WrongParametersAreNamed) {
  for (const char* wrong : {"0", "1001", "-1", "x", ""}) {
    EXPECT_EQ(page_of(request({{"maxresults", wrong}})).error().target, "maxresults") << wrong;
  }
  EXPECT_EQ(page_of(request({{"$skiptoken", "???"}})).error().target, "$skiptoken");
  EXPECT_EQ(page_of(request({{"MaxResults", "7"}})).value().size, 7U);
}

}  // namespace
}  // namespace homeport::api::batchai
