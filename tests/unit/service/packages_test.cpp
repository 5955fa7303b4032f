#include "service/packages.hpp"

#include <gtest/gtest.h>

namespace homeport::service {
namespace {

using Lines = std::vector<std::string>;

ResolvedPackages resolve(const Lines& pip, const Lines& conda = {}) {
  return resolve_packages(pip, conda, default_package_rules());
}

TEST(Packages, OldTensorflowBecomesTheOneThatCanBeHadAndSaysSo) {
  for (const char* line : {"tensorflow-gpu==1.13.1", "tensorflow==1.13.1", "TensorFlow_GPU"}) {
    const ResolvedPackages packages = resolve({line});
    EXPECT_EQ(packages.requirements, (Lines{"tensorflow-cpu==2.21.0", "tf_keras"})) << line;
    ASSERT_EQ(packages.warnings.size(), 1U) << line;
    EXPECT_TRUE(packages.warnings.front().starts_with(line));
    EXPECT_TRUE(packages.wants_tensorflow);
  }
}

TEST(Packages, WhatCanBeHadStaysAsItWasWritten) {
  const Lines wanted{"tensorflow==2.16.1", "numpy>=1.20,<3", "scikit-learn"};
  const ResolvedPackages packages = resolve(wanted);
  EXPECT_EQ(packages.requirements, wanted);
  EXPECT_TRUE(packages.warnings.empty());
}

TEST(Packages, OurOwnPackageStandsForTheSdk) {
  const ResolvedPackages packages =
      resolve({"azureml-defaults", "azureml-sdk==1.0.15", "azureml.core"});
  EXPECT_TRUE(packages.requirements.empty());
  EXPECT_TRUE(packages.warnings.empty());
}

TEST(Packages, CondaPackagesAreTakenFromThePackageIndexUnderTheirName) {
  const ResolvedPackages packages =
      resolve({"requests"}, {"python=3.6.2", "numpy=1.16=py36_0", "scipy", "pip"});
  EXPECT_EQ(packages.requirements, (Lines{"numpy==1.16", "scipy", "requests"}));
  EXPECT_EQ(packages.warnings.size(), 1U);
}

TEST(Packages, TheUsersTableComesFirst) {
  const auto rules = parse_package_rules(
      R"({"packages":[{"name":"Tensorflow_GPU","use":["tensorflow==2.20"],"because":"is replaced"}]})");
  ASSERT_TRUE(rules.has_value());
  const ResolvedPackages packages = resolve_packages({"tensorflow-gpu==1.4"}, {}, rules.value());
  EXPECT_EQ(packages.requirements, Lines{"tensorflow==2.20"});
  EXPECT_EQ(packages.warnings, Lines{"tensorflow-gpu==1.4 is replaced"});
}

TEST(Packages, ABrokenTableIsAnErrorWithItsReason) {
  for (const char* text : {"", "{}", R"({"packages":[{"use":[]}]})", R"({"packages":3})"}) {
    EXPECT_TRUE(parse_package_rules(text).has_error()) << text;
  }
}

}  // namespace
}  // namespace homeport::service
