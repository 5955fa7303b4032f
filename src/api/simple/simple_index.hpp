#pragma once

#include <string>
#include <string_view>

#include "api/http/router.hpp"

namespace homeport::api::simple {

/// A package index (PEP 503) that offers one wheel: /simple/, /simple/PROJECT/ and the file. Open
/// to all who reach the server: what it holds is public. `wheel` must outlive the router.
void add_simple_index_routes(http::Router& router, std::string file_name, std::string_view wheel);

/// "homeport-azureml" of "homeport_azureml-0.1.0-py3-none-any.whl".
std::string project_of(std::string_view wheel_file_name);

/// "0.1.0" of the same.
std::string version_of(std::string_view wheel_file_name);

}  // namespace homeport::api::simple
