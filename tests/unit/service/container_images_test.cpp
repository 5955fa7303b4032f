#include "service/container_images.hpp"

#include <gtest/gtest.h>

#include "service/environments.hpp"

namespace homeport::service {
namespace {

using Lines = std::vector<std::string>;

TEST(ContainerImages, TensorflowComesFromThePackageIndexInTheTagsVersion) {
  const std::pair<const char*, const char*> rows[] = {
      {"tensorflow/tensorflow:1.8.0-gpu", "tensorflow==1.8.0"},
      {"tensorflow/tensorflow:1.13.1-gpu-py3", "tensorflow==1.13.1"},
      {"docker.io/tensorflow/tensorflow:2.16.1", "tensorflow==2.16.1"},
      {"localhost:5000/TensorFlow/TensorFlow", "tensorflow"},
      {"tensorflow/tensorflow:latest-gpu", "tensorflow"},
      {"tensorflow/tensorflow@sha256:abc", "tensorflow"}};
  for (const auto& [image, requirement] : rows) {
    const ImageStandIn stand_in = stand_in_for(image, default_image_rules());
    EXPECT_EQ(stand_in.packages, Lines{requirement}) << image;
    EXPECT_NE(stand_in.warning.find(image), std::string::npos);
  }
}

TEST(ContainerImages, AnyOtherImageIsAnEnvironmentOfThisMachine) {
  for (const char* image : {"ubuntu", "my.registry/own/image:1", "nottensorflow/tensorflow:1.8"}) {
    const ImageStandIn stand_in = stand_in_for(image, default_image_rules());
    EXPECT_TRUE(stand_in.packages.empty()) << image;
    EXPECT_NE(stand_in.warning.find("environment of this machine"), std::string::npos) << image;
  }
}

TEST(ContainerImages, TheTableCanBeExtended) {
  const auto rules = parse_image_rules(
      R"({"images":[{"name":"Lab/Vision","packages":["opencv=={version}","numpy"]}],"packages":[]})");
  ASSERT_TRUE(rules.has_value());
  EXPECT_EQ(stand_in_for("lab/vision:4.5-x", rules.value()).packages,
            (Lines{"opencv==4.5", "numpy"}));
  EXPECT_TRUE(parse_image_rules("{}").has_value());
  for (const char* text : {"", "[]", R"({"images":{}})", R"({"images":[{}]})"}) {
    EXPECT_TRUE(parse_image_rules(text).has_error()) << text;
  }
}

TEST(ContainerImages, TheirPackagesAreResolvedAsIfTheRunHadAskedForThem) {
  EnvironmentOptions options;
  options.rules = default_package_rules();
  options.images = default_image_rules();
  options.index_url = [] { return std::string("http://here/simple/"); };
  domain::EnvironmentSpec spec;
  spec.container_image = "tensorflow/tensorflow:1.8.0-gpu";
  domain::EnvironmentSpec asked;
  asked.pip_packages = {"tensorflow==1.8.0"};
  const ResolvedEnvironment of_image = resolve_environment(spec, options);
  EXPECT_EQ(of_image.order.directory, resolve_environment(asked, options).order.directory);
  spec.user_managed = true;
  EXPECT_EQ(resolve_environment(spec, options).order.directory, of_image.order.directory)
      << "the image brings the interpreter";
  ASSERT_EQ(of_image.warnings.size(), 2U);
  EXPECT_NE(of_image.warnings[1].find("TensorFlow 2.21"), std::string::npos);
}

}  // namespace
}  // namespace homeport::service
