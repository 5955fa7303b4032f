#include "api/http/json.hpp"

#include <gtest/gtest.h>

namespace homeport::api::http {
namespace {

TEST(Json, KeepsNumbersThatJsonCannotWrite) {
  for (const char* text : {R"({"a":NaN})", R"({"a":[Infinity,-Infinity,1]})",
                           R"({"a":"NaN","b":"say \"Infinity\""})"}) {
    const auto value = parse_json(text);
    ASSERT_TRUE(value.has_value()) << text;
    EXPECT_EQ(to_json_text(value.value()), text);
  }
}

TEST(Json, KeepsEveryDigitWhereItIsAskedTo) {
  for (const char* text :
       {R"({"a":0.09090909090909091})", R"([1e-320,-2.50,3,{"b":[NaN,1.0E+5]},"0.5"])"}) {
    const auto value = parse_json_verbatim(text);
    ASSERT_TRUE(value.has_value()) << text;
    EXPECT_EQ(to_json_text(value.value()), text);
  }
  for (const char* bad : {"[1.2.3]", "[-.5]", "[1e]", "[0.1x]"}) {
    EXPECT_TRUE(parse_json_verbatim(bad).has_error()) << bad;
  }
}

TEST(Json, RefusesWhatIsNoJsonAndWhatIsTooDeep) {
  for (const std::string& text :
       {std::string("{"), std::string("NaNa"), std::string("{\"a\":}"),
        std::string(100, '[') + std::string(100, ']'), std::string("{\"a\":\"\xff\"}")}) {
    EXPECT_TRUE(parse_json(text).has_error()) << text;
  }
}

TEST(Json, FindsFieldsInAnyCaseAndNamesWrongOnes) {
  const auto object =
      parse_json(R"({"NodeCount":"300","on":true,"no":null,"list":["a",1]})").value().as_object();
  EXPECT_EQ(optional_integer(object, "nodecount").value(), 300);
  EXPECT_EQ(optional_bool(object, "ON").value(), true);
  EXPECT_FALSE(optional_string(object, "no").value().has_value());
  EXPECT_EQ(string_list(object, "list").value(), (std::vector<std::string>{"a", "1"}));
  EXPECT_EQ(optional_integer(object, "on").error().target, "on");
  EXPECT_EQ(optional_string(object, "list").error().target, "list");
}

}  // namespace
}  // namespace homeport::api::http
