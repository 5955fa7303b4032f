#include "api/batchai/schema.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

constexpr Field kKey[] = {{"name", Kind::Text, Need::Required}, {"key", Kind::Secret}};
constexpr Field kInner[] = {{"size", Kind::Integer, Need::Required, {}, "", nullptr, 1},
                            {"colour", Kind::Choice, Need::Optional, {}, "red Green", "red"}};
constexpr Field kLimits[] = {{"time", Kind::Duration, Need::Optional, {}, "", "P7D"}};
constexpr Field kOuter[] = {{"text"},
                            {"inner", Kind::Object, Need::Optional, kInner},
                            {"keys", Kind::Objects, Need::Optional, kKey},
                            {"words", Kind::Texts},
                            {"limits", Kind::Object, Need::Optional, kLimits, "", "{}"},
                            {"later", Kind::Unbuilt, Need::Optional, {}, "a time machine"},
                            {"value", Kind::Text, Need::Optional}};

base::Result<Conformed> read(const char* text) {
  return conform(kOuter, json::parse(text).as_object(), "p");
}

TEST(Schema, KnownFieldsStayAndFallbacksAreFilledIn) {
  const auto read_back = read(R"({"unknown":{"deep":1},"INNER":{"size":3,"extra":[]},"text":null,
    "keys":[{"name":"a","key":"geheim"}],"words":["x","y"]})");
  ASSERT_TRUE(read_back.has_value()) << read_back.error().message;
  EXPECT_EQ(json::serialize(read_back.value().value),
            R"({"inner":{"size":3,"colour":"red"},"keys":[{"name":"a"}],"words":["x","y"],)"
            R"("limits":{"time":"P7D"}})");
  ASSERT_EQ(read_back.value().secrets.size(), 1U);
  EXPECT_EQ(read_back.value().secrets.at("p.keys[0].key").reveal(), "geheim");
}

TEST(Schema, AChoiceIsTakenInAnyCaseAndKeptAsTheTableHasIt) {
  const auto read_back = read(R"({"inner":{"size":1,"colour":"GREEN"}})");
  ASSERT_TRUE(read_back.has_value()) << read_back.error().message;
  EXPECT_EQ(read_back.value().value.at("inner").at("colour").as_string(), "Green");
}

TEST(Schema, AWrongFieldIsNamedByItsPathInTargetAndMessage) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"text":7})", "p.text"},
      {R"({"text":["a"]})", "p.text"},
      {R"({"text":"a\u0000b"})", "p.text"},
      {R"({"inner":"x"})", "p.inner"},
      {R"({"inner":{}})", "p.inner.size"},
      {R"({"inner":{"size":null}})", "p.inner.size"},
      {R"({"inner":{"size":"2"}})", "p.inner.size"},
      {R"({"inner":{"size":1.5}})", "p.inner.size"},
      {R"({"inner":{"size":true}})", "p.inner.size"},
      {R"({"inner":{"size":0}})", "p.inner.size"},
      {R"({"inner":{"size":3000000000}})", "p.inner.size"},
      {R"({"inner":{"size":1,"colour":"blue"}})", "p.inner.colour"},
      {R"({"keys":{}})", "p.keys"},
      {R"({"keys":[{"name":"a"},{"key":"b"}]})", "p.keys[1].name"},
      {R"({"keys":[{"name":""}]})", "p.keys[0].name"},
      {R"({"keys":[{"name":"a","key":5}]})", "p.keys[0].key"},
      {R"({"keys":[null]})", "p.keys[0]"},
      {R"({"words":["a",1]})", "p.words[1]"},
      {R"({"limits":{"time":"7 days"}})", "p.limits.time"},
  };
  for (const auto& [text, path] : rows) {
    const auto refused = read(text);
    ASSERT_TRUE(refused.has_error()) << text;
    EXPECT_EQ(refused.error().code, base::ErrorCode::InvalidArgument) << text;
    EXPECT_EQ(refused.error().target, path) << text;
    EXPECT_NE(refused.error().message.find(path), std::string::npos) << refused.error().message;
  }
}

TEST(Schema, ATextLongerThanACommandLineCanBeIsRefused) {
  const std::string text = R"({"text":")" + std::string(70'000, 'a') + R"("})";
  EXPECT_EQ(read(text.c_str()).error().target, "p.text");
}

TEST(Schema, AListLongerThanMakesSenseIsRefused) {
  std::string words = R"("a")";
  for (int i = 1; i < 1000; ++i) words += R"(,"a")";
  EXPECT_TRUE(read((R"({"words":[)" + words + "]}").c_str()));
  EXPECT_EQ(read((R"({"words":["b",)" + words + "]}").c_str()).error().target, "p.words");
}

TEST(Schema, WhatIsNotBuiltSaysSo) {
  const auto refused = read(R"({"later":{"year":1955}})");
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, base::ErrorCode::NotImplemented);
  EXPECT_NE(refused.error().message.find("a time machine"), std::string::npos);
  EXPECT_NE(refused.error().message.find("p.later"), std::string::npos);
}

}  // namespace
}  // namespace homeport::api::batchai
