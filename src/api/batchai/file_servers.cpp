#include "api/batchai/resource.hpp"
#include "api/batchai/routes.hpp"

namespace homeport::api::batchai {

void add_file_server_routes(http::Router& router) {
  const std::string all = workspace_pattern() + "/fileServers";
  const auto unbuilt = owner_only([](const auto&, const auto&) -> base::Result<http::Response> {
    return base::not_implemented("a file server of Batch AI");
  });
  router.add("GET", all, unbuilt);
  for (const char* method : {"PUT", "GET", "DELETE"}) {
    router.add(method, all + "/{fileServer}", unbuilt);
  }
}

}  // namespace homeport::api::batchai
