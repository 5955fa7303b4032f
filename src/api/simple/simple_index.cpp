#include "api/simple/simple_index.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "security/tokens.hpp"

namespace homeport::api::simple {
namespace {

http::Response page(const std::string& links) {
  return http::text_response(
      200, "text/html; charset=utf-8",
      fmt::format("<!DOCTYPE html>\n<html><head><meta name=\"pypi:repository-version\" "
                  "content=\"1.0\"><title>Homeport</title></head><body>{}</body></html>\n",
                  links));
}

http::Response not_found() {
  return http::text_response(404, "text/plain; charset=utf-8", "no such project here\n");
}

}  // namespace

std::string project_of(std::string_view wheel_file_name) {
  std::string project(wheel_file_name.substr(0, wheel_file_name.find('-')));
  std::replace(project.begin(), project.end(), '_', '-');
  return base::to_lower(project);
}

std::string version_of(std::string_view wheel_file_name) {
  return base::split(wheel_file_name, '-').at(1);
}

void add_simple_index_routes(http::Router& router, std::string file_name, std::string_view wheel) {
  const std::string project = project_of(file_name);
  const std::string digest = base::to_hex(security::sha256(wheel));
  router.add("GET", "/simple", [project](const auto&, const auto&) {
    return page(fmt::format("<a href=\"/simple/{0}/\">{0}</a>", project));
  });
  router.add("GET", "/simple/{project}", [=](const auto&, const auto& parameters) {
    if (parameters.at("project") != project) return not_found();
    return page(fmt::format(
        "<a href=\"/simple/{0}/{1}#sha256={2}\" data-requires-python=\"&gt;=3.9\">{1}</a>", project,
        file_name, digest));
  });
  router.add("GET", "/simple/{project}/{file}", [=](const auto&, const auto& parameters) {
    if (parameters.at("project") != project || parameters.at("file") != file_name) {
      return not_found();
    }
    return http::text_response(200, "application/octet-stream", std::string(wheel));
  });
}

}  // namespace homeport::api::simple
