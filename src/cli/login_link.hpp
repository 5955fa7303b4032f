#pragma once

#include <string>

#include "base/result.hpp"

namespace homeport::cli {

class Client;

/// A fresh one-time link to the web page `return_to` ("" for the first page). Errors as of Client.
base::Result<std::string> make_login_link(Client& client, const std::string& return_to);

}  // namespace homeport::cli
